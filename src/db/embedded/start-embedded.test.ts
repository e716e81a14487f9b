/** The built-in server as a user meets it: started, started twice, killed, moved to odd places. */

import assert from 'node:assert/strict';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { ask, askUntilAnswered, startOwner } from '../../../test/support/owner-process.ts';
import { longTest } from '../../../test/support/rounds.ts';
import { ChanceryError } from '../../errors.ts';
import { migrate } from '../migrate.ts';
import { openDatabase } from '../open.ts';
import { startEmbedded } from './start-embedded.ts';

const root = await mkdtemp(join(tmpdir(), 'chancery-embedded-'));
after(() => rm(root, { recursive: true, force: true }));
/** Made by whichever test comes first; each leaves it stopped. */
const usual = join(root, 'usual');
const log = () => {};
/** Nothing but a power cut needs the disk to be waited for. */
const quick = { log, settings: { fsync: 'off' } };

function isRefusal(code: string, words: RegExp) {
  return (error: unknown) => error instanceof ChanceryError && error.code === code && words.test(error.message);
}

test('a first start makes a durable, private, checksummed UTF-8 cluster, and a second start finds what was stored', async () => {
  const directory = join(root, 'new', 'folder');
  {
    await using server = await startEmbedded({ directory, log });
    const shown = async (name: string) => Object.values((await ask(server.connection, `show ${name}`))[0] ?? {})[0];
    assert.equal(await shown('server_encoding'), 'UTF8');
    assert.equal(await shown('data_checksums'), 'on');
    assert.equal(await shown('fsync'), 'on');
    assert.equal(await shown('synchronous_commit'), 'on');
    assert.equal(await shown('listen_addresses'), '');
    assert.equal(await shown('password_encryption'), 'scram-sha-256');
    const [order] = await ask(server.connection, `select lower('ÄÉŁ') as low, 'Z' < 'a' as by_code_point`);
    assert.deepEqual(order, { low: 'äéł', by_code_point: true });
    await ask(server.connection, 'create table kept (n int)');
    await ask(server.connection, 'insert into kept values (7)');
  }
  assert.equal((await lstat(join(directory, 'password'))).mode & 0o777, 0o600);
  assert.equal((await lstat(join(directory, 'cluster'))).mode & 0o077, 0);
  await using server = await startEmbedded({ directory, log });
  assert.deepEqual(await ask(server.connection, 'select n from kept'), [{ n: 7 }]);
  await assert.rejects(ask({ ...server.connection, password: 'wrong' }, 'select 1'), { code: '28P01' });
});

test('a second instance on the same data folder is refused at once, by name and process, and the first one goes on', async () => {
  const directory = usual;
  await using server = await startEmbedded({ directory, ...quick });
  const words = new RegExp(`${directory}.*process ${process.pid}\\)`);
  await assert.rejects(startEmbedded({ directory, ...quick }), isRefusal('conflict', words));
  const other = await startOwner(directory);
  assert.equal(other.code, 'conflict');
  assert.match(other.message ?? '', words);
  assert.deepEqual(await ask(server.connection, 'select 1 as one'), [{ one: 1 }]);
});

longTest('two instances on different data folders run side by side', async () => {
  await using one = await startEmbedded({ directory: usual, ...quick });
  await using two = await startEmbedded({ directory: join(root, 'two'), ...quick });
  await ask(one.connection, 'create table only_here ()');
  await assert.rejects(ask(two.connection, 'select from only_here'), { code: '42P01' });
});

test('after kill -9 of the program that holds it, the server stops by itself and the next start has every committed row', async () => {
  const directory = usual;
  const first = await startOwner(directory);
  await ask(first.connection, 'create table committed (n int)');
  await ask(first.connection, 'insert into committed select generate_series(1, 1000)');
  await first.kill('SIGKILL');
  await using server = await startEmbedded({ directory, ...quick });
  assert.deepEqual(await ask(server.connection, 'select count(*)::int as n from committed'), [{ n: 1000 }]);
});

test('the server is started again when it is killed, with what was committed, and nobody who was connected dies of it', async () => {
  const directory = usual;
  const said: string[] = [];
  await using server = await startEmbedded({ directory, log: (line) => said.push(line) });
  await migrate(server.connection, await mkdtemp(join(root, 'none-')));
  const database = await openDatabase(server.connection, { poolSize: 2, log });
  await database.owner((tx) => tx.query('create table survivor as select 1 as n'));
  let woken = () => {};
  const back = new Promise<void>((resolve) => {
    woken = resolve;
  });
  await database.listen('news', () => woken());
  const pid = Number.parseInt(await readFile(join(directory, 'cluster', 'postmaster.pid'), 'utf8'), 10);
  const busy = database.anonymous((tx) => tx.query('select pg_sleep(60)'));
  process.kill(pid, 'SIGKILL');
  await assert.rejects(busy, { code: 'not_ready' });
  await back;
  assert.deepEqual((await database.owner((tx) => tx.query('select n from survivor'))).rows, [{ n: 1 }]);
  assert.match(said.join('\n'), /ended by itself/);
  await database.close();
});

longTest('a pid file whose pid belongs to another program by now does not hinder the start', async () => {
  const directory = usual;
  await (await startEmbedded({ directory, ...quick })).stop();
  const cluster = join(directory, 'cluster');
  const content = [process.pid, cluster, 1, 5432, directory, '', '', 'ready'].join('\n');
  await writeFile(join(cluster, 'postmaster.pid'), `${content}\n`);
  await writeFile(join(directory, '.s.PGSQL.5432.lock'), `${content}\n`);
  await using server = await startEmbedded({ directory, ...quick });
  assert.deepEqual(await ask(server.connection, 'select 1 as one'), [{ one: 1 }]);
});

longTest(
  'a data folder with a path too long for a socket gets a private socket folder, which is gone after the stop',
  async () => {
    const directory = join(root, 'long '.repeat(12), 'ü"$(x)'.repeat(6));
    const server = await startEmbedded({ directory, ...quick });
    assert.deepEqual(await ask(server.connection, 'select 1 as one'), [{ one: 1 }]);
    assert.equal((await lstat(server.connection.host)).mode & 0o777, 0o700);
    assert.equal((await readFile(join(directory, 'socket-directory'), 'utf8')).trim(), server.connection.host);
    await server.stop();
    await assert.rejects(lstat(server.connection.host), { code: 'ENOENT' });
  },
);

longTest('a data folder inside a folder closed to everyone else works', async () => {
  const closed = join(root, 'home');
  await mkdir(closed, { mode: 0o700 });
  await using server = await startEmbedded({ directory: join(closed, 'data'), ...quick });
  assert.deepEqual(await ask(server.connection, 'select 1 as one'), [{ one: 1 }]);
});

longTest('a first start that was cut short leaves nothing that the next one trips over', async () => {
  const directory = join(root, 'cut');
  await mkdir(join(directory, 'cluster.part-dead'), { recursive: true });
  await writeFile(join(directory, 'cluster.part-dead', 'PG_VERSION'), '18\n');
  await writeFile(join(directory, 'password'), '');
  await using server = await startEmbedded({ directory, ...quick });
  assert.deepEqual(await ask(server.connection, 'select 1 as one'), [{ one: 1 }]);
  assert.deepEqual(
    (await readdir(directory)).filter((name) => name.includes('part')),
    [],
  );
});

test('a cluster of another major version is refused and left alone', async () => {
  const directory = join(root, 'old');
  await mkdir(join(directory, 'cluster'), { recursive: true });
  await writeFile(join(directory, 'cluster', 'PG_VERSION'), '15\n');
  await assert.rejects(startEmbedded({ directory, ...quick }), isRefusal('conflict', /PostgreSQL 15/));
  await assert.rejects(
    startEmbedded({ directory, ...quick }),
    isRefusal('conflict', /PostgreSQL 15/),
    'the folder was let go',
  );
  assert.deepEqual(await readdir(join(directory, 'cluster')), ['PG_VERSION']);
});

test('a data folder that cannot be made is a clear refusal', async () => {
  await writeFile(join(root, 'file'), '');
  await assert.rejects(
    startEmbedded({ directory: join(root, 'file', 'x'), ...quick }),
    isRefusal('not_ready', /data folder/),
  );
});

test('stopping ends the server, its watchdog and its open connections, and can be repeated', async () => {
  const directory = usual;
  const server = await startEmbedded({ directory, ...quick });
  const waiting = ask(server.connection, 'select pg_sleep(60)');
  const refused = assert.rejects(waiting);
  await askUntilAnswered(
    server.connection,
    `select 1 / count(*) from pg_stat_activity where query like 'select pg_sleep%'`,
  );
  await Promise.all([server.stop(), server.stop()]);
  await refused;
  await assert.rejects(lstat(join(directory, 'cluster', 'postmaster.pid')), { code: 'ENOENT' });
});
