/** Migrations: applied once in order, whoever calls, and refused when history and files disagree. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { testServer } from '../../test/support/database.ts';
import { ask } from '../../test/support/owner-process.ts';
import { longTest } from '../../test/support/rounds.ts';
import { dropDatabase } from '../../test/support/template-database.ts';
import { ChanceryError } from '../errors.ts';
import type { ConnectionFacts } from './connection.ts';
import { migrate } from './migrate.ts';

const cleanups: (() => Promise<void>)[] = [];
after(async () => {
  for (const cleanup of cleanups) await cleanup();
});

async function emptyDatabase(): Promise<ConnectionFacts> {
  const { connection } = await testServer();
  const database = `empty_${randomBytes(6).toString('hex')}`;
  await ask({ ...connection, database: 'postgres' }, `create database ${database} strategy file_copy`);
  cleanups.push(() => dropDatabase(connection, database));
  return { ...connection, database };
}

async function folderOf(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-migrations-'));
  cleanups.push(() => rm(folder, { recursive: true }));
  for (const [name, sql] of Object.entries(files)) await writeFile(join(folder, name), sql);
  return folder;
}

function refusal(code: string, words: RegExp) {
  return (error: unknown) => error instanceof ChanceryError && error.code === code && words.test(error.message);
}

const first = { '0001_first.sql': 'create table a (n int);\ninsert into a values (1);' };
const second = { '0002_second.sql': 'insert into a values (2);' };

test('files are applied in order, once, and later ones when they come', async () => {
  const database = await emptyDatabase();
  assert.deepEqual(await migrate(database, await folderOf(first)), { applied: ['0001_first.sql'] });
  assert.deepEqual(await migrate(database, await folderOf({ ...second, ...first })), { applied: ['0002_second.sql'] });
  assert.deepEqual(await migrate(database, await folderOf({ ...first, ...second })), { applied: [] });
  assert.deepEqual(await ask(database, 'select n from a order by n'), [{ n: 1 }, { n: 2 }]);
  assert.deepEqual(await ask(database, 'select number, name from chancery_migration order by number'), [
    { number: 1, name: '0001_first.sql' },
    { number: 2, name: '0002_second.sql' },
  ]);
});

test('five that migrate at the same moment apply each file once', async () => {
  const database = await emptyDatabase();
  const folder = await folderOf({ ...first, ...second });
  const results = await Promise.all([1, 2, 3, 4, 5].map(() => migrate(database, folder)));
  assert.deepEqual(results.flatMap((result) => result.applied).sort(), ['0001_first.sql', '0002_second.sql']);
  assert.deepEqual(await ask(database, 'select count(*)::int as n from a'), [{ n: 2 }]);
});

longTest('databases of one server may be migrated at the same moment', async () => {
  const databases = await Promise.all([1, 2, 3, 4].map(emptyDatabase));
  const folder = await folderOf(first);
  const results = await Promise.all(databases.map((database) => migrate(database, folder)));
  assert.equal(results.flatMap((result) => result.applied).length, 4);
});

test('a file that fails leaves nothing of itself, keeps the ones before it, and is named', async () => {
  const database = await emptyDatabase();
  const broken = { '0002_broken.sql': 'insert into a values (3); select 1 / 0;' };
  await assert.rejects(
    migrate(database, await folderOf({ ...first, ...broken })),
    refusal('internal', /0002_broken.*division by zero/),
  );
  assert.deepEqual(await ask(database, 'select n from a'), [{ n: 1 }]);
  assert.deepEqual(await migrate(database, await folderOf({ ...first, ...second })), { applied: ['0002_second.sql'] });
});

test('a database that is ahead of the program is refused', async () => {
  const database = await emptyDatabase();
  await migrate(database, await folderOf({ ...first, ...second }));
  await assert.rejects(migrate(database, await folderOf(first)), refusal('conflict', /ahead.*0002_second/));
});

test('a file changed after it was applied is refused, line ends aside', async () => {
  const database = await emptyDatabase();
  await migrate(database, await folderOf(first));
  const windows = { '0001_first.sql': first['0001_first.sql'].replaceAll('\n', '\r\n') };
  assert.deepEqual(await migrate(database, await folderOf(windows)), { applied: [] });
  const changed = { '0001_first.sql': `${first['0001_first.sql']} ` };
  await assert.rejects(migrate(database, await folderOf(changed)), refusal('conflict', /0001_first.*changed/));
});

test('files that do not count from one without a gap are refused before anything is applied', async () => {
  const database = await emptyDatabase();
  const lists: Record<string, string>[] = [
    { '0002_second.sql': '' },
    { ...first, '0003_third.sql': '' },
    { ...first, '0001_twin.sql': '' },
    { 'first.sql': '' },
  ];
  for (const files of lists)
    await assert.rejects(migrate(database, await folderOf(files)), refusal('internal', /out of line/));
  assert.deepEqual(await ask(database, `select from pg_class where relname = 'a'`), []);
});

test('the role of the application is an ordinary one that cannot log in, and its login may become it', async () => {
  const database = await emptyDatabase();
  await migrate(database, await folderOf(first));
  assert.deepEqual(
    await ask(database, `select rolsuper, rolbypassrls, rolcanlogin from pg_roles where rolname = 'chancery_app'`),
    [{ rolsuper: false, rolbypassrls: false, rolcanlogin: false }],
  );
});

test('a login that is no superuser migrates and opens too, and without the right to make roles is told what to ask for', async () => {
  const database = await emptyDatabase();
  const name = `login_${randomBytes(4).toString('hex')}`;
  await ask(database, `create role ${name} login password 'p'`);
  cleanups.unshift(
    async () => void (await ask(database, `drop owned by ${name}`)),
    async () => {
      await ask(database, `drop role ${name}`);
    },
  );
  await ask(database, `grant create on schema public to ${name}`);
  const login = { ...database, user: name, password: 'p' };
  const folder = await folderOf(first);
  await assert.rejects(migrate(login, folder), refusal('not_ready', /administrator.*grant chancery_app/));
  await ask(database, `grant chancery_app to ${name}`);
  assert.deepEqual(await migrate(login, folder), { applied: ['0001_first.sql'] });
});
