/** The databases of a test run: one server, one migrated template, and a clone of it for whoever asks. */

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { ConnectionFacts } from '../../src/db/connection.ts';
import { startEmbedded } from '../../src/db/embedded/start-embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { openDatabase } from '../../src/db/open.ts';
import { openQueue } from '../../src/queue/open-queue.ts';

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
    await prepareQueue({ ...connection, database: template });
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

/** Its tables, which each first start would make in a tenth of a second. */
async function prepareQueue(connection: ConnectionFacts): Promise<void> {
  const database = await openDatabase(connection, { poolSize: 2, log: () => {} });
  const queue = await openQueue(database, { warn() {}, error() {} }, { supervise: false });
  await queue.close();
  await database.close();
}

/** Nothing here has to survive a power cut, so the server does not wait for the disk, and needs none where memory has a folder. */
async function ownServer(more: Record<string, string> = {}) {
  const directory = await mkdtemp(join(await roomiest(), 'chancery-test-'));
  const settings = {
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_wal_size: '512MB',
    autovacuum_naptime: '1min',
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

/** Containers often have a `/dev/shm` of 64 MB. */
async function roomiest(): Promise<string> {
  const memory = await statfs('/dev/shm').catch(() => undefined);
  return memory && memory.bavail * memory.bsize > 4 * 2 ** 30 ? '/dev/shm' : tmpdir();
}

/**
 * Makes `name` a copy of `source`; one at a time, because a source must have no visitors while it is copied. By file: page by page through
 * the log it takes 300 ms of CPU instead of 20.
 */
export async function copyDatabase(connection: ConnectionFacts, source: string, name: string): Promise<void> {
  await administer(connection, async (client) => {
    await client.query('select pg_advisory_lock(7230041813)');
    const [copy, original] = [client.escapeIdentifier(name), client.escapeIdentifier(source)];
    await client.query(`create database ${copy} template ${original} strategy file_copy`);
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
