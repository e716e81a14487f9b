/** One run of the PostgreSQL server behind a watchdog: however this process ends, the server stops with it. */

import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Identity } from './identity.ts';

/**
 * The shell holds the other end of a pipe; when it closes (we ended, even by kill -9), it tells the server to shut down fast.
 * It ignores the signals a terminal or a service manager sends to everyone, so that the server outlives our own draining.
 */
const watchdog = `
trap '' INT TERM HUP
exec 3<&0
"$@" </dev/null 3<&- & server=$!
( cat <&3 >/dev/null; kill -INT $server ) 2>/dev/null & watcher=$!
exec 3<&-
wait $server; status=$?
kill -KILL $watcher 2>/dev/null
exit $status
`;

export interface ServerProcess {
  /** Settles when the server has ended; says how. Never rejects. */
  ended: Promise<string>;
  /** The last lines the server printed. */
  lastLines: string[];
  /** Asks for a fast shutdown by closing the pipe. */
  close(): void;
  /** While held, this process does not end by itself for lack of work. */
  hold(on: boolean): void;
}

/** Starts `postgres` on a cluster with settings; the lines it prints go to `log`. */
export function spawnServer(
  cluster: string,
  settings: Record<string, string>,
  identity: Identity,
  log: (line: string) => void,
): ServerProcess {
  const command = [...identity.prefix, join(identity.binaries.native, 'bin', 'postgres'), '-D', cluster];
  for (const [name, value] of Object.entries(settings)) command.push('-c', `${name}=${value}`);
  const child = spawn('/bin/sh', ['-c', watchdog, 'chancery-postgres', ...command], {
    stdio: ['pipe', 'ignore', 'pipe'],
    detached: true,
    uid: identity.uid,
    gid: identity.gid,
    cwd: '/',
    env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
  });
  const lastLines: string[] = [];
  const lines = createInterface({ input: child.stderr as NodeJS.ReadableStream });
  lines.on('line', (line) => {
    if (lastLines.push(line) > 20) lastLines.shift();
    log(line);
  });
  child.stdin?.on('error', () => {});
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, by) => resolve(by ? `signal ${by}` : `exit code ${code}`));
  }).then((how) => {
    child.stdin?.destroy();
    return how;
  });
  return { ended, lastLines, close: () => child.stdin?.end(), hold: (on) => hold(child, on) };
}

function hold(child: ChildProcess, on: boolean): void {
  const verb = on ? 'ref' : 'unref';
  child[verb]();
  for (const stream of [child.stdin, child.stderr]) (stream as unknown as Record<string, () => void>)[verb]?.();
}
