/** Moves a database forward by numbered SQL files; what was applied is never changed, skipped or run twice. */

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { ChanceryError } from '../errors.ts';
import { applicationRole, type Connection, clientConfig, surfaced } from './connection.ts';
import { instanceChannel } from './instance.ts';

interface Migration {
  number: number;
  /** File name, e.g. `0001_organizations.sql`. */
  name: string;
  /** SHA-256 of the text with `\n` line ends, hex. */
  checksum: string;
  sql: string;
}

/** Any number that nothing else in the database locks. */
const lockKey = 7_230_041_812;

/**
 * Applies what is missing, each file in a transaction of its own; any number of processes may call it at once.
 * `conflict` when the database is ahead of the files or a file differs from what was applied, with `checkOnly` also when it is behind; `not_ready` when a right is missing.
 * Older processes that still run are told.
 */
export async function migrate(
  connection: Connection,
  directory: URL | string,
  { checkOnly = false }: { checkOnly?: boolean } = {},
): Promise<{ applied: string[] }> {
  const files = await readMigrations(typeof directory === 'string' ? directory : fileURLToPath(directory));
  const client = new pg.Client(clientConfig(connection, {}));
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select pg_advisory_lock($1)', [lockKey]);
    await ensureRole(client);
    await client.query(`create table if not exists chancery_migration (
      number integer primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())`);
    const due = await missing(client, files);
    if (checkOnly && due.length > 0)
      throw new ChanceryError(
        'conflict',
        'the running server is of an older release than this program; stop it and start the newer one',
      );
    for (const file of due) await apply(client, file);
    return { applied: due.map((file) => file.name) };
  } catch (error) {
    throw surfaced(error);
  } finally {
    await client.end().catch(() => {});
  }
}

/** The number of the newest file. */
export async function newestMigration(directory: URL): Promise<number> {
  return (await readMigrations(fileURLToPath(directory))).length;
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  const files: Migration[] = [];
  for (const name of names) {
    const number = Number(/^(\d{4})_[a-z0-9_-]+\.sql$/.exec(name)?.[1] ?? Number.NaN);
    if (number !== files.length + 1)
      throw new ChanceryError(
        'internal',
        `the migration ${name} is out of line: files are named 0001_words.sql, 0002_words.sql, …`,
      );
    const sql = (await readFile(join(directory, name), 'utf8')).replaceAll('\r\n', '\n');
    files.push({ number, name, sql, checksum: createHash('sha256').update(sql).digest('hex') });
  }
  return files;
}

async function missing(client: pg.Client, files: Migration[]): Promise<Migration[]> {
  const { rows } = await client.query<Omit<Migration, 'sql'>>(
    'select number, name, checksum from chancery_migration order by number',
  );
  for (const applied of rows) {
    const file = files[applied.number - 1];
    if (!file)
      throw new ChanceryError(
        'conflict',
        `the database is ahead of this program: it has migration ${applied.name}; start the newer release, or restore the backup made before it`,
        { details: { migration: applied.name } },
      );
    if (file.checksum !== applied.checksum)
      throw new ChanceryError(
        'conflict',
        `the migration ${file.name} was changed after this database had applied it; put the original file back and write the change as a new migration`,
        { details: { migration: file.name } },
      );
  }
  const done = new Set(rows.map((row) => row.number));
  return files.filter((file) => !done.has(file.number));
}

async function apply(client: pg.Client, file: Migration): Promise<void> {
  try {
    await client.query('begin');
    await client.query(file.sql);
    await client.query('insert into chancery_migration (number, name, checksum) values ($1, $2, $3)', [
      file.number,
      file.name,
      file.checksum,
    ]);
    await client.query('select pg_notify($1, $2)', [instanceChannel, 'migrated']);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback').catch(() => {});
    const raised = surfaced(cause);
    if (raised instanceof ChanceryError) throw raised;
    throw new ChanceryError('internal', `the migration ${file.name} failed: ${(cause as Error).message}`, {
      cause,
      details: { migration: file.name, sqlState: (cause as { code?: string }).code },
    });
  }
}

/** Since PostgreSQL 16 whoever makes a role is its member and yet may not become it. */
async function mayBecomeRole(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query(`select pg_has_role(current_user, '${applicationRole}',
    case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end) as may`);
  return rows[0].may;
}

/** Roles belong to the whole server, so migrations of other databases may be making the same one at this moment. */
async function ensureRole(client: pg.Client): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { rows } = await client.query(`select 1 from pg_roles where rolname = '${applicationRole}'`);
      if (rows.length === 0) await client.query(`create role ${applicationRole} nologin nosuperuser nobypassrls`);
      if (!(await mayBecomeRole(client))) await client.query(`grant ${applicationRole} to current_user`);
      return;
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      if (code === '42501')
        throw new ChanceryError(
          'not_ready',
          `the database user may not make roles; let an administrator run: create role ${applicationRole} nologin; grant ${applicationRole} to <that user>`,
          { cause: error },
        );
      const raced = code === '42710' || code === '23505' || /tuple concurrently updated/.test(message);
      if (!raced || attempt === 10) throw error;
      await sleep(Math.random() * 50);
    }
  }
}
