/** The built-in PostgreSQL: started out of an npm package on a folder of its own, kept running, stopped with this process. */

import { chown, mkdir, realpath, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ChanceryError } from '../../errors.ts';
import { completeBinaries, findBinaries } from './binaries.ts';
import { outOfSpace } from './disk-space.ts';
import { lockFolder } from './folder-lock.ts';
import { chooseIdentity, type Identity } from './identity.ts';
import { openCluster, user } from './initialize.ts';
import { serverSettings } from './settings.ts';
import { port, socketDirectory } from './socket-directory.ts';
import { superviseServer } from './supervise.ts';

export interface EmbeddedConnection {
  /** Folder of the Unix socket. */
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}

export interface EmbeddedServer {
  connection: EmbeddedConnection;
  /** Fast shutdown: open transactions are rolled back. Safe to call twice. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface EmbeddedOptions {
  /** Data folder, e.g. `./data/postgres`; made if missing, private to us. */
  directory: string;
  log: (line: string) => void;
  /** Server settings over our own, e.g. `{ fsync: 'off' }` in tests. */
  settings?: Record<string, string>;
  /** Forces how root steps down. */
  identity?: Identity['kind'];
}

/**
 * Starts the server, on the first call for a folder after making its cluster, and restarts it whenever it ends by itself.
 * Throws `conflict` when another process uses the folder, `not_ready` when this machine cannot run it (full disk, platform, rights).
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const { log } = options;
  const directory = await makeFolder(options.directory);
  const lock = lockFolder(directory);
  try {
    const binaries = await completeBinaries(await findBinaries(), directory);
    const identity = await chooseIdentity(binaries, directory, options.identity);
    const cluster = await openCluster(directory, identity, options.settings?.fsync !== 'off');
    const owner = process.getuid?.() ?? 0;
    const prepare = async () => {
      const socket = await socketDirectory(directory, owner);
      if (socket.foreign && identity.uid !== undefined) await chown(socket.path, identity.uid, identity.gid as number);
      return { socket, settings: { ...(await serverSettings(socket.path)), ...options.settings } };
    };
    const running = await superviseServer({ directory, cluster, identity, prepare, log });
    const stop = once(async () => {
      await running.stop();
      if (running.socket.foreign) await rm(running.socket.path, { recursive: true, force: true });
      lock.release();
    });
    const connection = { host: running.socket.path, port, user, password: cluster.password, database: user };
    return { connection, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    lock.release();
    throw outOfSpace(error, directory) ?? error;
  }
}

async function makeFolder(directory: string): Promise<string> {
  try {
    // Only the last folder is private: whoever runs the server must pass through the others.
    await mkdir(dirname(resolve(directory)), { recursive: true });
    await mkdir(directory, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    return await realpath(directory);
  } catch (cause) {
    const full = outOfSpace(cause, directory);
    if (full) throw full;
    throw new ChanceryError('not_ready', `cannot use the data folder ${directory}: ${(cause as Error).message}`, {
      cause,
    });
  }
}

function once(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= act();
    return done;
  };
}
