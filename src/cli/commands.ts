/** The commands by name; each file has one. Data goes to stdout, everything for people to stderr. */

import { describeIssue } from '../domain/issue.ts';
import { ChanceryError } from '../errors.ts';

export interface Command {
  /** What it does, in one line. */
  summary: string;
  /** The whole help text after the first line. */
  usage: string;
  /** Gives the exit code. */
  run(args: string[]): Promise<number>;
}

/** Loaded when called: whoever only asks for a status does not wait for fonts and database. */
const commands: Record<string, () => Promise<Command>> = {
  serve: async () => (await import('./serve.ts')).serve,
  worker: async () => (await import('./worker.ts')).worker,
  issue: async () => (await import('./issue.ts')).issue,
  status: async () => (await import('./status.ts')).status,
  verify: async () => (await import('./verify.ts')).verify,
  webhook: async () => (await import('./webhook.ts')).webhook,
  'print-runs': async () => (await import('./print-runs.ts')).printRuns,
  'template-add': async () => (await import('./template.ts')).templateAdd,
  'organization-create': async () => (await import('./organization.ts')).organizationCreate,
  credits: async () => (await import('./credits.ts')).credits,
  events: async () => (await import('./events.ts')).events,
  account: async () => (await import('./account.ts')).account,
  token: async () => (await import('./token.ts')).token,
  'signing-key-rotate': async () => (await import('./signing-key.ts')).signingKeyRotate,
  migrate: async () => (await import('./migrate.ts')).migrateCommand,
  quarantine: async () => (await import('./quarantine.ts')).quarantine,
  doctor: async () => (await import('./doctor.ts')).doctor,
};

/** Exit codes: 0 done, 1 failed or changed, 2 cannot tell, 3 done in part, 64 wrong call. */
export async function runCommand(argv: string[]): Promise<number> {
  const [name, ...args] = argv;
  if (name === undefined || name === '--help' || name === 'help') {
    process.stdout.write(await overview());
    return name === undefined ? 64 : 0;
  }
  const command = Object.hasOwn(commands, name) ? await commands[name]?.() : undefined;
  if (!command) {
    process.stderr.write(`chancery: there is no command "${name}".\n\n${await overview()}`);
    return 64;
  }
  if (args.includes('--help')) {
    process.stdout.write(`chancery ${name}: ${command.summary}\n\n${command.usage.trim()}\n`);
    return 0;
  }
  try {
    return await command.run(args);
  } catch (error) {
    return reportFault(name, error);
  }
}

async function overview(): Promise<string> {
  const width = Math.max(...Object.keys(commands).map((name) => name.length)) + 2;
  const lines = Object.entries(commands).map(
    async ([name, load]) => `  ${name.padEnd(width)}${(await load()).summary}`,
  );
  return `Usage: chancery <command> [options]\n\n${(await Promise.all(lines)).join('\n')}\n\nchancery <command> --help says more. Settings are environment variables: docs/configuration.md.\n`;
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
