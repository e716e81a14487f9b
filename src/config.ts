/** The only reader of process.env: every setting with its default, meaning and check; contradictions are all reported at once. */

import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { invalidInput } from './errors.ts';

const flag = z.enum(['0', '1', 'true', 'false']).transform((value) => value === '1' || value === 'true');
const count = (low: number, high: number) => z.coerce.number().int().min(low).max(high);

/** Comma-separated; every part must pass. */
const listOf = (isPart: (part: string) => boolean, meaning: string) =>
  z
    .string()
    .default('')
    .refine((text) => text.trim() === '' || text.split(',').every((part) => isPart(part.trim())), meaning);

const isNetwork = (text: string) => {
  const [address = '', prefix = '', ...more] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] as number;
  return more.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits;
};

const isNameServer = (text: string) =>
  isIP(text) > 0 || isIP(/^\[?([0-9a-f.:]+?)\]?:\d{1,5}$/i.exec(text)?.[1] ?? '') > 0;

/** By name, as PostgreSQL knows it too; it would read an offset the other way round. */
const isTimeZone = (text: string) => {
  try {
    return /^[A-Z][\w/+-]*$/.test(text) && Boolean(new Intl.DateTimeFormat('en', { timeZone: text }));
  } catch {
    return false;
  }
};

/** Name -> schema; `.describe()` is the line in docs/configuration.md. */
export const settings = {
  HOST: z.string().default('127.0.0.1').describe('Address to listen on. `0.0.0.0` for all interfaces.'),
  PORT: count(0, 65_535).default(8080).describe('Port to listen on; 0 takes any free one.'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Address under which people reach the server, printed in QR codes and mails. Default: http://HOST:PORT.'),
  CHANCERY_DATA: z
    .string()
    .default('./data')
    .describe('Folder of the embedded database, the documents and the master key.'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//)
    .optional()
    .describe(
      'A PostgreSQL 15 or newer to use instead of the embedded one; then any number of `chancery worker` processes can share the work.',
    ),
  DATABASE_POOL: count(2, 200).default(12).describe('Connections of one process to the database.'),
  CHANCERY_MASTER_KEY: z
    .base64()
    .refine((text) => Buffer.from(text, 'base64').length === 32, 'needs 32 bytes')
    .optional()
    .describe(
      '32 bytes in base64; signing keys are encrypted under it. Default: made once, kept in CHANCERY_DATA/master.key. All processes that share a database need the same.',
    ),
  THREADS: count(1, 256)
    .default(availableParallelism())
    .describe('Worker threads that produce documents. Default: one for each core.'),
  CHUNK_DEATHS: count(1, 1_000)
    .default(3)
    .describe('A chunk that was being worked on when the process died this often is set aside.'),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//)
    .optional()
    .describe(
      'Mail server, smtp://user:password@host:587. Without it mail goes to the built-in catcher and nothing leaves the machine.',
    ),
  SMTP_CONNECTIONS: count(1, 100).default(5).describe('Connections to the mail server at once.'),
  MAILBOX: flag
    .optional()
    .describe(
      'Open the mailbox of caught mail at /mailbox, on this machine only. Default: without SMTP_URL yes, with it no; then it holds the mail of test keys.',
    ),
  ISSUER_DID: z
    .enum(['web', 'key'])
    .default('web')
    .describe(
      'How issuers are named in credentials: `web` (did:web under PUBLIC_URL) or `key` (did:key, for air-gapped use).',
    ),
  MAIL_DOMAIN: z.string().default('chancery.localhost').describe('Right side of the Message-ID of every mail.'),
  APPROVAL_LINK_DAYS: count(1, 365).default(14).describe('Days for which the link in a signatory’s mail is valid.'),
  S3_BUCKET: z
    .string()
    .optional()
    .describe('Keep documents in this bucket of an S3-compatible store instead of CHANCERY_DATA.'),
  S3_ENDPOINT: z.url().optional().describe('Address of the S3-compatible store.'),
  S3_REGION: z.string().default('us-east-1').describe('Region of the bucket.'),
  S3_PREFIX: z.string().default('').describe('Put before every object name.'),
  S3_ACCESS_KEY_ID: z.string().optional().describe('Access key; without it the usual AWS sources are asked.'),
  S3_SECRET_ACCESS_KEY: z.string().optional().describe('Secret of the access key.'),
  S3_PATH_STYLE: flag.default(true).describe('Address the bucket in the path rather than in the host name.'),
  MAX_ROWS: count(1, 10_000_000)
    .default(1_000_000)
    .describe('Rows a batch may have; an organization may be given fewer.'),
  MAX_UPLOAD_MB: count(1, 10_000).default(1_024).describe('Size of an uploaded file.'),
  DOWNLOAD_SECONDS: count(1, 86_400)
    .default(3_600)
    .describe('Seconds a client may take to read one answer; after that the connection is closed.'),
  DOWNLOAD_RATE: count(0, 1_000_000_000)
    .default(4_096)
    .describe(
      'Bytes a second that a client must read of an answer, over half a minute in which some wait for it, or the connection is closed; 0 for any number.',
    ),
  RATE_LIMIT: count(0, 1_000_000)
    .default(600)
    .describe(
      'Requests a minute that one API key may make of one process, unless the key has a limit of its own; 0 for none.',
    ),
  RATE_LIMIT_UNAUTHENTICATED: count(0, 1_000_000)
    .default(60)
    .describe('Requests a minute without a valid API key that one address may make of one process; 0 for any number.'),
  WEBHOOK_ALLOW_PRIVATE: listOf(isNetwork, 'needs networks such as 10.1.0.0/16, separated by commas').describe(
    'Networks that webhooks may reach although they are private, such as `10.1.0.0/16,fd00:1::/64`; only there plain http is allowed.',
  ),
  WEBHOOK_DNS: listOf(isNameServer, 'needs addresses of name servers, separated by commas').describe(
    'Name servers that are asked for the hosts of webhooks. Default: those of the system.',
  ),
  WEBHOOK_ENDPOINTS: count(1, 1_000).default(20).describe('Webhook endpoints an organization may have.'),
  WEBHOOK_DISABLE_DAYS: count(1, 365)
    .default(5)
    .describe('After so many days of nothing but failure a webhook endpoint is disabled.'),
  WEBHOOK_LOG_DAYS: count(1, 3_650).default(30).describe('Days for which messages of webhooks are kept in the log.'),
  MAIL_STRICT_PRODUCTS: flag
    .default(false)
    .describe(
      'Whether a mail job fails that names an option nobody knows (a paper, a layout, …), rather than being done with a warning.',
    ),
  MAILER_ID: z
    .string()
    .regex(/^(?:|[0-8]\d{5}|9\d{8})$/, 'needs 6 digits, or 9 that begin with 9')
    .default('')
    .describe(
      'Mailer id that the United States Postal Service gave you, in the barcodes of mail pieces. Default: 000000, which is nobody’s; such barcodes can be read, and no post office reports on them.',
    ),
  MAIL_ADDRESS_CAPITALS: flag
    .default(false)
    .describe('Print postal addresses in capitals and without punctuation, as post offices like them best.'),
  MAIL_DOCUMENT_DAYS: count(1, 3_650)
    .default(30)
    .describe(
      'Days after a mailing’s end for which its document, its order and its printed files are kept. Its pieces and their tracking stay.',
    ),
  MAIL_DRAFT_DAYS: count(1, 365)
    .default(7)
    .describe('Days after which a mailing that nobody submitted is thrown away.'),
  MAIL_PRICES: z
    .string()
    .optional()
    .describe(
      'JSON file with the prices of print and post, as in docs/mail-prices.json. Default: the prices written there.',
    ),
  CARRIER: z
    .enum(['folder', 'ipp'])
    .default('folder')
    .describe(
      'Who gets the print runs: `folder` writes each into a folder of its own for a print shop to fetch, `ipp` sends it to the printer IPP_URL.',
    ),
  CARRIER_FOLDER: z.string().optional().describe('Folder of the print runs. Default: `print` in CHANCERY_DATA.'),
  IPP_URL: z
    .string()
    .regex(/^ipps?:\/\/./)
    .optional()
    .describe('Printer or queue, ipp://host:631/ipp/print or ipps://user:password@host/printers/name.'),
  PRINT_DELAY_SECONDS: count(0, 604_800)
    .default(0)
    .describe(
      'Seconds between a print run’s composing and its way to the carrier, in which its jobs can still be cancelled.',
    ),
  MAIL_TIME_ZONE: z
    .string()
    .refine(isTimeZone, 'needs a time zone such as America/New_York')
    .default('America/New_York')
    .describe('Where the day of a mailing date begins: the time zone of whoever prints.'),
  METRICS: flag.default(true).describe('Serve Prometheus metrics at /metrics.'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'])
    .optional()
    .describe('Least severe log line written to stderr. Default: warn on a terminal, else info.'),
  DEMO: flag
    .optional()
    .describe('Seed a demo when the database is empty. Default: with the embedded database yes, with DATABASE_URL no.'),
  FAULTS: z
    .string()
    .optional()
    .describe('For tests only: fault points to trigger, `name:action[@n]`, comma separated.'),
} as const;

const schema = z.object(settings);
export type Settings = z.infer<typeof schema>;

export interface Config extends Settings {
  /** Absolute. */
  dataDirectory: string;
  /** Whether caught mail may be looked at; it is kept in any case. */
  hasMailbox: boolean;
}

/** Reads the environment; throws `invalid_input` naming every setting at fault. Empty values count as absent. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(
    Object.keys(settings).flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])),
  );
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw invalidInput(`configuration: ${faults.join('; ')}`);
  }
  if (parsed.data.S3_ACCESS_KEY_ID && !parsed.data.S3_SECRET_ACCESS_KEY)
    throw invalidInput('configuration: S3_ACCESS_KEY_ID needs S3_SECRET_ACCESS_KEY');
  if (parsed.data.CARRIER === 'ipp' && !parsed.data.IPP_URL)
    throw invalidInput('configuration: CARRIER=ipp needs IPP_URL');
  const { CHANCERY_DATA, MAILBOX, SMTP_URL } = parsed.data;
  const hasMailbox = MAILBOX ?? SMTP_URL === undefined;
  return Object.freeze({ ...parsed.data, dataDirectory: resolve(CHANCERY_DATA), hasMailbox });
}

/** What the command line needs to find a server and the keys on this machine. */
export interface ClientSettings {
  /** Absolute. */
  dataDirectory: string;
  /** CHANCERY_URL and CHANCERY_TOKEN; undefined where empty. */
  url: string | undefined;
  token: string | undefined;
}

export function readClientSettings(environment: NodeJS.ProcessEnv = process.env): ClientSettings {
  const { CHANCERY_DATA, CHANCERY_URL, CHANCERY_TOKEN } = environment;
  return {
    dataDirectory: resolve(CHANCERY_DATA || './data'),
    url: CHANCERY_URL || undefined,
    token: CHANCERY_TOKEN || undefined,
  };
}
