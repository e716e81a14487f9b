/** The database of a run: a throw-away one on a given server, or the embedded one; and how a second process finds it. */

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import type { App } from '../../src/app.ts';
import { joinEmbedded } from '../../src/db/embedded/join-embedded.ts';
import { firstProcessOf } from '../process-stats.ts';

/** Makes a database on the server of `url`, whose role must be allowed to; `drop` takes it away again. */
export async function createDatabase(url: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `chancery_bench_${randomBytes(4).toString('hex')}`;
  const administer = async (statement: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  await administer(`create database ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return { url: own.href, drop: () => administer(`drop database ${name} with (force)`) };
}

/** The address under which another process reaches the database of the embedded server in a data folder. */
export async function embeddedUrl(data: string): Promise<string> {
  const facts = await joinEmbedded(join(data, 'postgres'));
  if (typeof facts === 'string') return facts;
  const { host, port, user, password, database } = facts;
  const where = new URLSearchParams({ host, port: String(port) });
  return `postgresql://${user}:${encodeURIComponent(password)}@localhost/${database}?${where}`;
}

/** The server's first process, where it runs on this machine. */
export async function serverProcess(app: App): Promise<number | undefined> {
  const { rows } = await app.db.ownerQuery<{ pid: number }>('select pg_backend_pid() as pid');
  return firstProcessOf(rows[0]?.pid ?? 0);
}
