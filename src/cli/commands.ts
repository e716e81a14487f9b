/** The commands by name; each file has one. Data goes to stdout, everything for people to stderr. */

import { describeIssue } from '../domain/issue.ts';
import { ChanceryError } from '../errors.ts';
import { doctor } from './doctor.ts';
import { issue } from './issue.ts';
import { keyCreate } from './key.ts';
import { migrateCommand } from './migrate.ts';
import { organizationCreate } from './organization.ts';
import { serve } from './serve.ts';
import { signingKeyRotate } from './signing-key.ts';
import { status } from './status.ts';
import { templateAdd } from './template.ts';
import { verify } from './verify.ts';
import { worker } from './worker.ts';

export interface Command {
  /** What it does, in one line. */
  summary: string;
  /** The whole help text after the first line. */
  usage: string;
  /** Gives the exit code. */
  run(args: string[]): Promise<number>;
}

const commands: Record<string, Command> = {
  serve,
  worker,
  issue,
  status,
  verify,
  'template-add': templateAdd,
  'organization-create': organizationCreate,
  'key-create': keyCreate,
  'signing-key-rotate': signingKeyRotate,
  migrate: migrateCommand,
  doctor,
};

/** Exit codes: 0 done, 1 failed or changed, 2 cannot tell, 3 done in part, 64 wrong call. */
export async function runCommand(argv: string[]): Promise<number> {
  const [name, ...args] = argv;
  if (name === undefined || name === '--help' || name === 'help') {
    process.stdout.write(overview());
    return name === undefined ? 64 : 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    process.stderr.write(`chancery: there is no command "${name}".\n\n${overview()}`);
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
