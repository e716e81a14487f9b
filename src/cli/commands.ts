/** The commands by name; each file has one. Data goes to stdout, everything for people to stderr. */

import { describeIssue } from '../domain/issue.ts';
import { ChanceryError } from '../errors.ts';

export interface Command {
  /** The whole help text after the first line. */
  usage: string;
  /** Gives the exit code. */
  run(args: string[]): Promise<number>;
}

/** Loaded when called: whoever only asks for a status, or what there is, does not wait for fonts and database. */
const commands: Record<string, { summary: string; load: () => Promise<Command> }> = {
  serve: {
    summary: 'run the server: doors, belt and, without DATABASE_URL, its own PostgreSQL',
    load: async () => (await import('./serve.ts')).serve,
  },
  worker: {
    summary: 'work on the belt only; any number of workers share one DATABASE_URL',
    load: async () => (await import('./worker.ts')).worker,
  },
  issue: {
    summary: 'issue every row of a spreadsheet and download the certificates',
    load: async () => (await import('./issue.ts')).issue,
  },
  status: {
    summary: 'show how far a batch is, or list the newest batches; retry what failed',
    load: async () => (await import('./status.ts')).status,
  },
  verify: {
    summary: 'check a certificate (PDF) or credential (JSON) offline; says "changed" for any changed byte',
    load: async () => (await import('./verify.ts')).verify,
  },
  webhook: {
    summary: 'manage webhook endpoints, read their log, send messages again',
    load: async () => (await import('./webhook.ts')).webhook,
  },
  'print-runs': {
    summary: 'list print runs, settle one whose outcome is not known',
    load: async () => (await import('./print-runs.ts')).printRuns,
  },
  'template-add': {
    summary: 'add a template, or a new version of one',
    load: async () => (await import('./template.ts')).templateAdd,
  },
  'organization-create': {
    summary: 'create an organization with its signing keys and credits',
    load: async () => (await import('./organization.ts')).organizationCreate,
  },
  credits: {
    summary: 'grant credits to an organization, or show what it has',
    load: async () => (await import('./credits.ts')).credits,
  },
  events: {
    summary: 'write an organization’s events out for an auditor, or check such a file',
    load: async () => (await import('./events.ts')).events,
  },
  account: {
    summary: 'make, list, disable mail accounts, and give them passwords',
    load: async () => (await import('./account.ts')).account,
  },
  token: {
    summary: 'make, list and revoke API tokens',
    load: async () => (await import('./token.ts')).token,
  },
  'signing-key-rotate': {
    summary: 'make new signing keys for an organization; old documents stay verifiable',
    load: async () => (await import('./signing-key.ts')).signingKeyRotate,
  },
  migrate: {
    summary: 'bring the database up to date (serve and worker do it too when they start)',
    load: async () => (await import('./migrate.ts')).migrateCommand,
  },
  quarantine: {
    summary: 'after a backup was restored: show what would leave, and let it, or hold it',
    load: async () => (await import('./quarantine.ts')).quarantine,
  },
  doctor: {
    summary: 'check the installation: settings, database, documents, and whether the books agree',
    load: async () => (await import('./doctor.ts')).doctor,
  },
};

/** Exit codes: 0 done, 1 failed or changed, 2 cannot tell, 3 done in part, 64 wrong call. */
export async function runCommand(argv: string[]): Promise<number> {
  const [name, ...args] = argv;
  if (name === undefined || name === '--help' || name === 'help') {
    process.stdout.write(overview());
    return name === undefined ? 64 : 0;
  }
  const found = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!found) {
    process.stderr.write(`chancery: there is no command "${name}".\n\n${overview()}`);
    return 64;
  }
  const command = await found.load();
  if (args.includes('--help')) {
    process.stdout.write(`chancery ${name}: ${found.summary}\n\n${command.usage.trim()}\n`);
    return 0;
  }
  try {
    return await command.run(args);
  } catch (error) {
    return reportFault(name, error);
  }
}

function overview(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length)) + 2;
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}${summary}`);
  return `Usage: chancery <command> [options]\n\n${lines.join('\n')}\n\nchancery <command> --help says more. Settings are environment variables: docs/configuration.md.\n`;
}

function reportFault(name: string, error: unknown): number {
  const { code, message } = error as NodeJS.ErrnoException;
  process.stderr.write(`chancery ${name}: ${message}\n`);
  if (error instanceof ChanceryError)
    for (const issue of error.issues) process.stderr.write(`  ${issue.path}: ${describeIssue(issue)}\n`);
  if (code?.startsWith('ERR_PARSE_ARGS')) {
    process.stderr.write(`Try: chancery ${name} --help\n`);
    return 64;
  }
  if (!(error instanceof ChanceryError) && error instanceof Error && code === undefined)
    process.stderr.write(`${error.stack}\n`);
  return 1;
}
