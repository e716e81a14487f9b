/** Starts `embedded-owner.ts` as a process that a test may kill, and asks the server it holds. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { ConnectionFacts } from '../../src/db/connection.ts';

export interface Owner {
  process: ChildProcess;
  /** Set when the server is up. */
  connection: ConnectionFacts;
  /** Set when it was refused. */
  code?: string;
  message?: string;
  /** Everything it wrote to stderr so far. */
  log(): string;
  /** Sends the signal and waits for the end of the process. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

const program = fileURLToPath(new URL('./embedded-owner.ts', import.meta.url));

/** With `group` it leads a process group of its own; with `killAfter` it is killed after so many milliseconds, ready or not. */
export async function startOwner(
  directory: string,
  as: { identity?: string; uid?: number; gid?: number; prefix?: string[]; group?: boolean; killAfter?: number } = {},
): Promise<Owner> {
  const command = [...(as.prefix ?? []), process.execPath, program, directory, ...(as.identity ? [as.identity] : [])];
  const child = spawn(command[0] as string, command.slice(1), {
    stdio: ['ignore', 'pipe', 'pipe'],
    uid: as.uid,
    gid: as.gid,
    detached: as.group,
  });
  if (as.killAfter !== undefined) setTimeout(() => child.kill('SIGKILL'), as.killAfter);
  let log = '';
  child.stderr.on('data', (text: Buffer) => {
    log += text;
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([
    once(lines, 'line') as Promise<[string]>,
    once(child, 'exit').then(() => [''] as [string]),
  ]);
  if (line === '') throw new Error(`the owner ended without an answer: ${log}`);
  const answer = JSON.parse(line) as { connection: ConnectionFacts; code?: string; message?: string };
  const kill = async (signal: NodeJS.Signals) => {
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
    child.kill(signal);
    await ended;
  };
  return { process: child, ...answer, log: () => log, kill };
}

/** One statement on a connection of its own; the rows. */
export async function ask<R = Record<string, unknown>>(connection: ConnectionFacts, sql: string): Promise<R[]> {
  const client = new pg.Client(connection);
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows as R[];
  } finally {
    await client.end();
  }
}

/** Asks again until it is answered. */
export async function askUntilAnswered(connection: ConnectionFacts, sql: string): Promise<Record<string, unknown>[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask(connection, sql);
    } catch (error) {
      if (attempt === 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
