/** The composition root: opens everything in order, hands it around as one plain object, closes it in reverse. */

import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Blobs, openBlobs } from './blobs/index.ts';
import type { Config } from './config.ts';
import { type CheckedProofs, openCheckedProofs } from './credential/checked-proofs.ts';
import { insertCaughtMail } from './db/caught-mails.ts';
import { joinEmbedded } from './db/embedded/join-embedded.ts';
import { startEmbedded } from './db/embedded/start-embedded.ts';
import { ensureInstance } from './db/instance.ts';
import { type InstanceGuard, openInstanceGuard } from './db/instance-guard.ts';
import { migrate, newestMigration } from './db/migrate.ts';
import { type Connection, type Database, openDatabase } from './db/open.ts';
import type { Channel } from './deliver/channel.ts';
import { openCatcher } from './deliver/email/catcher.ts';
import { openSmtp } from './deliver/email/smtp.ts';
import type { Carrier } from './deliver/print/carrier.ts';
import { openFolder } from './deliver/print/folder.ts';
import { openIpp } from './deliver/print/ipp.ts';
import { openConnector, type WebhookConnector } from './deliver/webhook/connector.ts';
import type { PriceTable } from './domain/price-table.ts';
import { ChanceryError } from './errors.ts';
import { armFaults } from './fault.ts';
import type { Log } from './log.ts';
import { openThreads, type Threads } from './pipeline/threads.ts';
import { openQueue, type Queue } from './queue/open-queue.ts';
import { openRecentKeys, type RecentKeys } from './usecases/api-keys/recent-keys.ts';
import { judgeInstance } from './usecases/instance/judge-instance.ts';
import { type MasterKey, openMasterKey } from './usecases/instance/master-key.ts';
import { openPasswords, type Passwords } from './usecases/mail-accounts/passwords.ts';
import { openRecentAccounts, type RecentAccounts } from './usecases/mail-accounts/recent-accounts.ts';
import { loadPrices } from './usecases/mail-prices/load-prices.ts';

export interface App {
  config: Config;
  log: Log;
  db: Database;
  blobs: Blobs;
  /** Whether anything may be done now: in quarantine, and beside a newer release, nothing is. */
  instance: InstanceGuard;
  queue: Queue;
  threads: Threads;
  /** By name; `email` always exists, and `mailbox`, where the mail of tests stays. */
  channels: Record<string, Channel>;
  /** Who gets print runs, by name; `folder` always exists. */
  carriers: Record<string, Carrier>;
  /** The way out for webhooks. */
  webhooks: WebhookConnector;
  /** What a piece of mail costs. */
  mailPrices: PriceTable;
  /** Throws `not_ready` while there is none that may be used. */
  readonly masterKey: Buffer;
  keyring: MasterKey;
  recentKeys: RecentKeys;
  /** Of credentials that were looked at before. */
  checkedProofs: CheckedProofs;
  passwords: Passwords;
  recentAccounts: RecentAccounts;
  /** Address people reach the server under, without a trailing slash; set once the port is known. */
  publicUrl: string;
  [Symbol.asyncDispose](): Promise<void>;
}

const migrations = new URL('../migrations', import.meta.url);

/**
 * Opens database (embedded unless DATABASE_URL), blobs, queue, threads and channels. `overrides` are the seam for tests.
 * `join`: where another process runs the embedded database, that one is used, and never migrated under its owner.
 */
export async function openApp(
  config: Config,
  log: Log,
  overrides: Partial<Pick<App, 'channels' | 'blobs' | 'carriers' | 'passwords' | 'threads'>> = {},
  { join: mayJoin = false }: { join?: boolean } = {},
): Promise<App> {
  armFaults(config.FAULTS);
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse())
      await closer().catch((error: Error) => log.warn({ error: error.message }, 'closing'));
  };
  try {
    const mailPrices = await loadPrices(config);
    await mkdir(config.dataDirectory, { recursive: true });
    const { connection, joined } = await databaseConnection(config, log, closers, mayJoin);
    const { applied } = await migrate(connection, migrations, { checkOnly: joined });
    if (applied.length > 0) log.info({ applied }, 'migrated');
    const { db, instance } = await openGuarded(connection, config, log);
    closers.push(() => db.close());
    const blobs = overrides.blobs ?? (await openBlobs(blobsConfig(config)));
    closers.push(() => blobs.close());
    await judgeInstance({ db, blobs, config, instance });
    const queue = await openQueue(db, log, { supervise: !joined, mayWork: () => instance.halt === undefined });
    closers.push(() => queue.close());
    const threads = overrides.threads ?? openThreads(config.THREADS);
    closers.push(() => threads.close());
    const mailbox = openCatcher('mailbox', (mail) => db.anonymous((tx) => insertCaughtMail(tx, mail)));
    const channels = { mailbox, ...(overrides.channels ?? { email: openEmail(config, db) }) };
    closers.push(() => closeAll(channels));
    const carriers = overrides.carriers ?? (await openCarriers(config));
    closers.push(() => closeAll(carriers));
    const keyring = await openMasterKey({ db, config, instance, log });
    return {
      config,
      log,
      db,
      blobs,
      instance,
      queue,
      threads,
      channels,
      carriers,
      webhooks: openConnector({ allowPrivate: config.WEBHOOK_ALLOW_PRIVATE, nameServers: config.WEBHOOK_DNS }),
      mailPrices,
      get masterKey() {
        return keyring.use();
      },
      keyring,
      recentKeys: openRecentKeys(db),
      checkedProofs: openCheckedProofs(),
      ...openAccounts(db, overrides.passwords),
      publicUrl: (config.PUBLIC_URL ?? `http://${config.HOST}:${config.PORT}`).replace(/\/+$/, ''),
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function openAccounts(db: Database, passwords = openPasswords()) {
  return { passwords, recentAccounts: openRecentAccounts(db, passwords) };
}

const closeAll = async (all: Record<string, { close(): Promise<void> }>) =>
  void (await Promise.all(Object.values(all).map((one) => one.close())));

async function openGuarded(
  connection: Connection,
  { DATABASE_POOL: poolSize }: Config,
  log: Log,
): Promise<Pick<App, 'db' | 'instance'>> {
  const instance = openInstanceGuard(await newestMigration(migrations), log);
  const report = (line: string) => log.warn({ line }, 'database');
  const db = await openDatabase(connection, { poolSize, log: report, look: instance.look });
  await db
    .owner((tx) => ensureInstance(tx, randomBytes(32)))
    .catch(async (error: unknown) => {
      await db.close();
      throw error;
    });
  return { db, instance };
}

async function databaseConnection(
  config: Config,
  log: Log,
  closers: (() => Promise<void>)[],
  mayJoin: boolean,
): Promise<{ connection: Connection; joined: boolean }> {
  if (config.DATABASE_URL) return { connection: config.DATABASE_URL, joined: false };
  const directory = join(config.dataDirectory, 'postgres');
  try {
    const embedded = await startEmbedded({ directory, log: (line) => log.debug({ line }, 'postgresql') });
    closers.push(() => embedded.stop());
    return { connection: embedded.connection, joined: false };
  } catch (error) {
    const held = error instanceof ChanceryError && error.code === 'conflict' && error.details.pid !== undefined;
    if (!mayJoin || !held) throw error;
    return { connection: await joinEmbedded(directory), joined: true };
  }
}

function blobsConfig(config: Config): Parameters<typeof openBlobs>[0] {
  if (!config.S3_BUCKET) return { kind: 'disk', directory: join(config.dataDirectory, 'blobs') };
  return {
    kind: 's3',
    endpoint: config.S3_ENDPOINT,
    region: config.S3_REGION,
    bucket: config.S3_BUCKET,
    prefix: config.S3_PREFIX,
    accessKeyId: config.S3_ACCESS_KEY_ID,
    secretAccessKey: config.S3_SECRET_ACCESS_KEY,
    forcePathStyle: config.S3_PATH_STYLE,
  };
}

async function openCarriers({ CARRIER_FOLDER, IPP_URL, dataDirectory }: Config): Promise<Record<string, Carrier>> {
  const folder = await openFolder(CARRIER_FOLDER ? resolve(CARRIER_FOLDER) : join(dataDirectory, 'print'));
  return IPP_URL ? { folder, ipp: openIpp(IPP_URL) } : { folder };
}

function openEmail(config: Config, db: Database): Channel {
  if (config.SMTP_URL) return openSmtp(config.SMTP_URL, { maxConnections: config.SMTP_CONNECTIONS });
  return openCatcher('email', (mail) => db.anonymous((tx) => insertCaughtMail(tx, mail)));
}
