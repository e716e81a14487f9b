/** Joins the built-in PostgreSQL that another process of ours runs, over its socket: for commands beside a running server. */

import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ChanceryError } from '../../errors.ts';
import { user } from './initialize.ts';
import { port } from './socket-directory.ts';
import type { EmbeddedConnection } from './start-embedded.ts';

/** Milliseconds for which a server that is just starting is waited for. */
const patience = 15_000;

/** The folder's lock is held by somebody else. Throws `not_ready` when nobody answers, or the files are not ours to read. */
export async function joinEmbedded(folder: string): Promise<EmbeddedConnection> {
  const directory = await realpath(folder);
  for (const started = performance.now(); ; await sleep(100)) {
    const fault = await tryFolders(directory);
    if (typeof fault !== 'string') return fault;
    if (performance.now() - started > patience || /password authentication/.test(fault))
      throw new ChanceryError(
        'not_ready',
        `the database of the running server in ${folder} cannot be reached: ${fault}`,
      );
  }
}

async function tryFolders(directory: string): Promise<EmbeddedConnection | string> {
  let fault = 'it is still starting';
  try {
    const password = (await readFile(join(directory, 'password'), 'utf8')).trim();
    const noted = await readFile(join(directory, 'socket-directory'), 'utf8').catch(() => '');
    for (const host of [directory, noted.trim()]) {
      if (host === '') continue;
      const connection = { host, port, user, password, database: user };
      const refused = await connects(connection);
      if (refused === undefined) return connection;
      fault = refused;
    }
  } catch (error) {
    fault = (error as Error).message;
  }
  return fault;
}

/** Why not, or undefined. */
async function connects(connection: EmbeddedConnection): Promise<string | undefined> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await client.end().catch(() => {});
  }
}
