/**
 * Real processes: `chancery serve` and `chancery worker` as a machine runs them, to be killed, frozen and asked; none outlives the test.
 * A `TestHost` is all that a fault test needs: a place, processes, and the roads between them and the database and the mail server.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { NetConnectOpts } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ServerFacts } from '../../src/cli/demo.ts';
import { type ChaosProxy, openChaosProxy } from './chaos-proxy.ts';
import { compileCache } from './compile-cache.ts';
import { assertInvariants } from './invariants.ts';
import type { Snapshot } from './open-test-app.ts';
import { openPlace, type Place, untilQuiet, untilSessionsEnd } from './snapshot.ts';

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

/** Starts at once and does not wait. Without a `url` it runs the embedded database. `FAULTS` and other settings come in `environment`. */
export function startHost(
  command: 'serve' | 'worker',
  place: Pick<Place, 'dataDirectory'> & { url: string | undefined },
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

export interface TestHost extends AsyncDisposable {
  place: Place;
  /** Everything between the processes and PostgreSQL; the test's own questions take another way. */
  database: ChaosProxy;
  /** Between the processes and the mail server, where the host was opened with one. */
  mail: ChaosProxy | undefined;
  /** Processes that were started and have not ended. */
  readonly running: readonly Host[];
  start(command: 'serve' | 'worker', environment?: Record<string, string>): Host;
  /** SIGKILL to every process; settles when the database has ended what they had begun. */
  kill(): Promise<void>;
  /** SIGSTOP to every process. */
  freeze(): void;
  thaw(): void;
  /** Resets every connection to the database. */
  cut(): number;
  /** All work is done; rejects when a process ends meanwhile. */
  untilQuiet(): Promise<void>;
  assertInvariants(when?: string): Promise<void>;
}

export interface TestHostOptions {
  snapshot?: Pick<Snapshot, 'database' | 'dataDirectory'>;
  /** Settings of every process. */
  environment?: Record<string, string>;
  /** Where mail goes; without it, it is caught in the database, where `readOutcome` looks. */
  smtp?: { url: string };
}

/** An empty, migrated database and an empty folder, or a copy of the snapshot. Starts no process. */
export async function openTestHost({ snapshot, environment, smtp }: TestHostOptions = {}): Promise<TestHost> {
  await using opening = new AsyncDisposableStack();
  const place = opening.use(await openPlace(snapshot));
  const database = opening.use(await openChaosProxy(upstreamOf(place.url)));
  const mail = smtp && opening.use(await openChaosProxy(upstreamOf(smtp.url)));
  const settings = { ...(mail && { SMTP_URL: through(smtp.url, mail) }), ...environment };
  const running = new Set<Host>();
  const each = <T>(act: (host: Host) => T) => [...running].map(act);
  opening.defer(async () => void (await Promise.all(each((host) => host.kill()))));
  const owned = opening.move();
  return {
    place,
    database,
    mail,
    get running() {
      return [...running];
    },
    start(command, more) {
      const host = startHost(command, { ...place, url: through(place.url, database) }, { ...settings, ...more });
      running.add(host);
      void host.ended.then(() => running.delete(host));
      return host;
    },
    async kill() {
      await Promise.all(each((host) => host.kill()));
      await untilSessionsEnd(place);
    },
    freeze: () => void each((host) => host.freeze()),
    thaw: () => void each((host) => host.thaw()),
    cut: () => database.cut(),
    async untilQuiet() {
      const died = each((host) =>
        host.ended.then(() => Promise.reject(new Error(`it ended by itself: ${host.log()}`))),
      );
      await Promise.race([untilQuiet(place), ...died]);
    },
    assertInvariants: (when) => assertInvariants(place.database, when),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function upstreamOf(address: string): NetConnectOpts {
  const url = new URL(address);
  const folder = url.searchParams.get('host');
  return folder ? { path: `${folder}/.s.PGSQL.${url.port}` } : { host: url.hostname, port: Number(url.port) };
}

function through(address: string, { port }: ChaosProxy): string {
  const url = new URL(address);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  url.searchParams.delete('host');
  return url.href;
}
