/** Real processes: `chancery serve` and `chancery worker` as a machine runs them, to be killed, frozen and asked; none outlives the test. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ServerFacts } from '../../src/cli/demo.ts';
import { compileCache } from './compile-cache.ts';
import type { Place } from './snapshot.ts';

const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

export interface Host extends AsyncDisposable {
  readonly pid: number;
  /** What `serve --json` prints when it is ready; for a worker, undefined. Rejects when the process ends before. */
  ready: Promise<ServerFacts | undefined>;
  /** Settles when the process is gone. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** SIGKILL; settles when the process is gone. */
  kill(): Promise<void>;
  /** SIGSTOP. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
  /** SIGTERM; the exit code. */
  stop(): Promise<number | null>;
  /** What it wrote to stderr so far. */
  log(): string;
}

/** Starts at once and does not wait. `FAULTS` and other settings come in `environment`. */
export function startHost(
  command: 'serve' | 'worker',
  place: Pick<Place, 'url' | 'dataDirectory'>,
  environment: Record<string, string> = {},
): Host {
  const own = {
    DATABASE_URL: place.url,
    CHANCERY_DATA: place.dataDirectory,
    PORT: '0',
    THREADS: '1',
    LOG_LEVEL: 'warn',
    RATE_LIMIT: '0',
    RATE_LIMIT_UNAUTHENTICATED: '0',
  };
  const args = ['--disable-warning=ExperimentalWarning', program, command, ...(command === 'serve' ? ['--json'] : [])];
  const { PATH, HOME, TMPDIR } = process.env;
  const child = spawn(process.execPath, args, {
    env: { PATH, HOME, TMPDIR, ...compileCache, ...own, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  alive.add(child);
  const ended = once(child, 'exit').then(([code, signal]) => {
    alive.delete(child);
    return { code, signal };
  });
  let log = '';
  const { promise: ready, resolve, reject } = Promise.withResolvers<ServerFacts | undefined>();
  createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line) as ServerFacts));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = `${log}${text}`.slice(-100_000);
    if (command === 'worker' && log.includes('chancery worker: ready')) resolve(undefined);
  });
  void ended.then(() => reject(new Error(`chancery ${command} ended before it was ready: ${log}`)));
  // Whoever does not wait for it does not want to hear that it failed.
  ready.catch(() => {});
  const signal = async (name: NodeJS.Signals) => {
    child.kill(name);
    return ended;
  };
  return {
    pid: child.pid as number,
    ready,
    ended,
    kill: async () => void (await signal('SIGKILL')),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    stop: async () => (await signal('SIGTERM')).code,
    log: () => log,
    [Symbol.asyncDispose]: async () => void (await signal('SIGKILL')),
  };
}
