/** Keeps one server running: waits until it answers, restarts it with growing pauses when it ends by itself, stops it on demand. */

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ChanceryError } from '../../errors.ts';
import { outOfSpace } from './disk-space.ts';
import type { Identity } from './identity.ts';
import { type Cluster, user } from './initialize.ts';
import { endOrphanedBackends } from './orphaned-backends.ts';
import { awaitOrphan, recordedPid, signal } from './postmaster-file.ts';
import { type ServerProcess, spawnServer } from './server-process.ts';
import { port, type SocketDirectory } from './socket-directory.ts';

interface Supervised {
  directory: string;
  cluster: Cluster;
  identity: Identity;
  /** Makes the socket's folder and the settings, anew before each start. */
  prepare(): Promise<{ socket: SocketDirectory; settings: Record<string, string> }>;
  log: (line: string) => void;
}

export interface Running {
  socket: SocketDirectory;
  stop(): Promise<void>;
}

/** Resolves when the server answers and has its database. */
export async function superviseServer(task: Supervised): Promise<Running> {
  const { cluster, identity, log } = task;
  const stopping = new AbortController();
  const launch = async () => {
    await awaitOrphan(cluster.path, log);
    if ((await recordedPid(cluster.path)) !== null) await endOrphanedBackends(cluster.path, log);
    const { socket, settings } = await task.prepare();
    return { socket, server: spawnServer(cluster.path, settings, identity, log) };
  };
  let { socket, server } = await launch();
  for (let attempt = 1; ; attempt++) {
    const fault = await untilReady(server, socket.path, cluster.password, log).catch(async (error: unknown) => {
      await stopServer(server, cluster.path, log);
      throw error;
    });
    if (fault === null) break;
    if (attempt === 5 || !/lock file|shared memory block|already in use/.test(fault)) throw startFault(fault, task);
    await sleep(500 * attempt);
    ({ server, socket } = await launch());
  }
  server.hold(false);
  const watch = async () => {
    for (let failures = 0; ; ) {
      const startedAt = performance.now();
      const how = await server.ended;
      if (stopping.signal.aborted) return;
      failures = performance.now() - startedAt > 60_000 ? 0 : failures + 1;
      const pause = Math.min(5_000, 100 * 2 ** failures);
      log(`PostgreSQL ended by itself (${how}), starting it again in ${pause} ms`);
      server = await relaunch(launch, pause, stopping.signal, log);
      if (stopping.signal.aborted) server.close();
      else server.hold(false);
    }
  };
  const watching = watch().catch((error: Error) => {
    if (!stopping.signal.aborted) log(`PostgreSQL could not be started again: ${error.message}`);
  });
  const stop = async () => {
    stopping.abort();
    await stopServer(server, cluster.path, log);
    await watching;
    await stopServer(server, cluster.path, log);
  };
  return { socket, stop };
}

/** Tries until a server process exists: a full disk or an orphan's last moments may stand in the way for a while. */
async function relaunch(
  launch: () => Promise<{ server: ServerProcess }>,
  pause: number,
  aborted: AbortSignal,
  log: (line: string) => void,
): Promise<ServerProcess> {
  for (let wait = pause; ; wait = Math.min(5_000, wait * 2)) {
    await sleep(wait, undefined, { signal: aborted, ref: false });
    try {
      return (await launch()).server;
    } catch (error) {
      log(`PostgreSQL could not be started again: ${(error as Error).message}`);
    }
  }
}

async function stopServer(server: ServerProcess, cluster: string, log: (line: string) => void): Promise<void> {
  server.hold(true);
  server.close();
  const late = setTimeout(() => void insist(cluster, log), 60_000);
  await server.ended;
  clearTimeout(late);
}

/** A shutdown that takes a minute hangs on its disk; SIGQUIT leaves recovery to the next start and loses nothing. */
async function insist(cluster: string, log: (line: string) => void): Promise<void> {
  const pid = await recordedPid(cluster);
  log('PostgreSQL has not shut down within a minute, stopping it at once');
  if (pid !== null) signal(pid, 'SIGQUIT');
}

/** Null when the server answers; else why it ended. Recovery after a crash may take minutes and is waited for. */
async function untilReady(
  server: ServerProcess,
  host: string,
  password: string,
  log: (line: string) => void,
): Promise<string | null> {
  let ended: string | undefined;
  void server.ended.then((how) => {
    ended = how;
  });
  for (let waited = 0; ended === undefined; waited += 20) {
    if (await answers(host, password)) return null;
    if (waited > 0 && waited % 5_000 === 0) log('PostgreSQL is still starting (recovery after a crash takes a while)');
    await sleep(20);
  }
  return `${ended}: ${server.lastLines.join('\n')}`;
}

async function answers(host: string, password: string): Promise<boolean> {
  const client = new pg.Client({ host, port, user, password, database: 'postgres', connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rowCount } = await client.query('select from pg_database where datname = $1', [user]);
    if (rowCount === 0) await client.query(`create database ${user}`);
    return true;
  } catch (error) {
    // 28P01: the password file does not belong to this cluster; waiting would not help.
    if ((error as { code?: string }).code === '28P01') throw error;
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

function startFault(fault: string, task: Supervised): ChanceryError {
  return (
    outOfSpace(fault, task.directory) ??
    new ChanceryError('not_ready', `the built-in PostgreSQL did not start: ${fault}`)
  );
}
