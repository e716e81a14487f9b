/** A fresh, migrated database for a test; without the global setup a test file gets a server of its own, which ends with it. */

import { randomBytes } from 'node:crypto';
import { after } from 'node:test';
import type { ConnectionFacts } from '../../src/db/connection.ts';
import { type Database, openDatabase } from '../../src/db/open.ts';
import { copyDatabase, dropDatabase, prepareServer, serverVariable, type TestServer } from './template-database.ts';

export interface ClonedDatabase {
  connection: ConnectionFacts;
  /** The same as a `postgresql://` address. */
  url: string;
  database: Database;
  /** Closes `database` and drops it on the server, also when others are still connected. */
  drop(): Promise<void>;
}

let own: Promise<TestServer> | undefined;

/** The server's address and the name of the migrated template. */
export function testServer(): Promise<TestServer> {
  const inherited = process.env[serverVariable];
  if (inherited) return Promise.resolve(JSON.parse(inherited) as TestServer);
  own ??= prepareServer().then((server) => {
    after(server.end);
    return server;
  });
  return own;
}

/** An empty database with every migration applied. */
export async function cloneDatabase(): Promise<ClonedDatabase> {
  return cloneOf((await testServer()).template);
}

/** A copy of any database of the test server, for instance one that a test has filled; nobody may be connected to it. */
export async function cloneOf(name: string): Promise<ClonedDatabase> {
  const { connection: server } = await testServer();
  const copy = `test_${randomBytes(8).toString('hex')}`;
  await copyDatabase(server, name, copy);
  const connection = { ...server, database: copy };
  const database = await openDatabase(connection, { poolSize: 4, log: () => {} });
  const drop = async () => {
    await database.close();
    await dropDatabase(server, copy);
  };
  return { connection, url: urlOf(connection), database, drop };
}

function urlOf({ host, port, user, password, database }: ConnectionFacts): string {
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return host.startsWith('/')
    ? `postgresql://${login}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`
    : `postgresql://${login}@${host}:${port}/${database}`;
}
