/** The databases of a test run: one server, one migrated template, and a clone of it for whoever asks. */

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { ConnectionFacts } from '../../src/db/connection.ts';
import { startEmbedded } from '../../src/db/embedded/start-embedded.ts';
import { migrate } from '../../src/db/migrate.ts';

/** Where the server is and what to clone; travels to test processes as JSON in `CHANCERY_TEST_SERVER`. */
export interface TestServer {
  connection: ConnectionFacts;
  template: string;
}

export const serverVariable = 'CHANCERY_TEST_SERVER';

const migrations = new URL('../../migrations/', import.meta.url);

/** A server (`given`, else one of our own in a temporary folder, with `settings`) with a migrated template; `end` leaves nothing behind. */
export async function prepareServer(
  given = process.env.TEST_DATABASE_URL,
  settings?: Record<string, string>,
): Promise<TestServer & { end(): Promise<void> }> {
  const { connection, stop } = given ? { connection: factsOf(given), stop: async () => {} } : await ownServer(settings);
  const template = `chancery_template_${randomBytes(6).toString('hex')}`;
  try {
    await administer(connection, (client) => client.query(`create database ${template}`));
    await migrate({ ...connection, database: template }, migrations);
  } catch (error) {
    await stop();
    throw error;
  }
  const end = async () => {
    if (given) await dropDatabase(connection, template).catch(() => {});
    await stop();
  };
  return { connection, template, end };
}

/** Nothing here has to survive a power cut, so the server does not wait for the disk. */
async function ownServer(more: Record<string, string> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'chancery-test-'));
  const settings = {
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: '200',
    shared_buffers: '128MB',
    ...more,
  };
  const lines: string[] = [];
  const server = await startEmbedded({ directory, settings, log: (line) => lines.push(line) });
  const stop = async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
  return { connection: server.connection, stop };
}

/** Makes `name` a copy of `source`; one at a time, because a source must have no visitors while it is copied. */
export async function copyDatabase(connection: ConnectionFacts, source: string, name: string): Promise<void> {
  await administer(connection, async (client) => {
    await client.query('select pg_advisory_lock(7230041813)');
    await client.query(`create database ${client.escapeIdentifier(name)} template ${client.escapeIdentifier(source)}`);
  });
}

export async function dropDatabase(connection: ConnectionFacts, name: string): Promise<void> {
  await administer(connection, (client) =>
    client.query(`drop database if exists ${client.escapeIdentifier(name)} with (force)`),
  );
}

async function administer(connection: ConnectionFacts, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ ...connection, database: 'postgres' });
  client.on('error', () => {});
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function factsOf(address: string): ConnectionFacts {
  const { host, port, user, password, database } = new pg.Client({ connectionString: address });
  return { host, port, user: user ?? '', password: String(password ?? ''), database: database ?? 'postgres' };
}
