/** The built-in server under what machines do to it: kills at any moment, full disks, other users, small containers. What needs root is skipped without it. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chown, cp, lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { ConnectionFacts } from '../../src/db/connection.ts';
import { findBinaries } from '../../src/db/embedded/binaries.ts';
import { chooseIdentity } from '../../src/db/embedded/identity.ts';
import { startEmbedded } from '../../src/db/embedded/start-embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { openDatabase } from '../../src/db/open.ts';
import { ChanceryError } from '../../src/errors.ts';
import { ask, askUntilAnswered, startOwner } from '../support/owner-process.ts';

const nobody = 65534;
const needsRoot = process.getuid?.() === 0 && process.platform === 'linux' ? false : 'needs root on Linux';
const root = await mkdtemp(join(tmpdir(), 'chancery-long-'));
execFileSync('chmod', ['755', root]);
after(() => rm(root, { recursive: true, force: true }));
const log = () => {};

/** Processes whose command line names the folder, from /proc. */
async function processesOf(directory: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    const line = /^\d+$/.test(name) ? await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '') : '';
    if (line.includes(`${directory}/cluster`)) found.push(Number(name));
  }
  return found;
}

/** Inserts numbers one by one until the connection breaks; gives the last one that was acknowledged. */
async function writeUntilCut(connection: ConnectionFacts, from: number): Promise<number> {
  const client = new pg.Client(connection);
  client.on('error', () => {});
  await client.connect();
  let acknowledged = from - 1;
  try {
    for (;;) {
      await client.query('insert into kept values ($1)', [acknowledged + 1]);
      acknowledged += 1;
    }
  } catch {
    return acknowledged;
  }
}

test('no acknowledged row is lost over twelve kills of the program, or of everything, at any moment', async () => {
  const directory = join(root, 'rounds');
  let next = 1;
  for (let round = 0; round < 12; round++) {
    const owner = await startOwner(directory);
    assert.equal(owner.message, undefined);
    await ask(owner.connection, 'create table if not exists kept (n int primary key)');
    const [found] = await ask<{ max: number; count: number }>(
      owner.connection,
      'select coalesce(max(n), 0) as max, count(*)::int as count from kept',
    );
    assert.ok(found && found.max >= next - 1, `round ${round}: ${next - 1} acknowledged, ${found?.max} found`);
    assert.equal(found.count, found.max, 'no gap');
    const writing = writeUntilCut(owner.connection, found.max + 1);
    await sleep(50 + Math.random() * 400);
    if (round % 2 === 1)
      for (const pid of await processesOf(directory)) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {}
      }
    await owner.kill('SIGKILL');
    next = (await writing) + 1;
  }
  assert.ok(next > 12);
});

test('of four programs started at once after a kill, one gets the data folder and three are refused', async () => {
  const directory = join(root, 'race');
  await (await startOwner(directory)).kill('SIGKILL');
  const owners = await Promise.all([1, 2, 3, 4].map(() => startOwner(directory)));
  assert.deepEqual(owners.map((owner) => owner.code ?? 'started').sort(), [
    'conflict',
    'conflict',
    'conflict',
    'started',
  ]);
  for (const owner of owners) await owner.kill('SIGKILL');
});

test('a first start killed at any moment is made good by the next', async () => {
  for (const killAfter of [200, 400, 600, 800, 1000, 1200, 1500]) {
    const directory = join(root, `first-${killAfter}`);
    await startOwner(directory, { killAfter }).then(
      (owner) => owner.kill('SIGKILL'),
      () => {},
    );
    await using server = await startEmbedded({ directory, log });
    assert.deepEqual(await ask(server.connection, 'select 1 as one'), [{ one: 1 }]);
  }
});

test('a server whose watchdog was killed as well is stopped by the next start', { skip: needsRoot }, async () => {
  const directory = join(root, 'orphan');
  const owner = await startOwner(directory);
  await ask(owner.connection, 'create table kept as select 1 as n');
  const postmaster = Number.parseInt(await readFile(join(directory, 'cluster', 'postmaster.pid'), 'utf8'), 10);
  // Stands still first, or it might see its watchdog die and stop the server itself.
  process.kill(owner.process.pid as number, 'SIGSTOP');
  for (const pid of await processesOf(directory)) if (pid !== postmaster) process.kill(pid, 'SIGKILL');
  process.kill(owner.process.pid as number, 'SIGKILL');
  assert.deepEqual(await ask(owner.connection, 'select n from kept'), [{ n: 1 }], 'the orphan lives');
  const said: string[] = [];
  await using server = await startEmbedded({ directory, log: (line) => said.push(line) });
  assert.match(said.join('\n'), /earlier run/);
  assert.deepEqual(await ask(server.connection, 'select n from kept'), [{ n: 1 }]);
});

test('signals to the whole process group, as a terminal sends them, do not reach the server', async () => {
  const owner = await startOwner(join(root, 'group'), { group: true });
  const startedAt = 'select pg_postmaster_start_time()::text as at';
  const before = await ask(owner.connection, startedAt);
  process.kill(-(owner.process.pid as number), 'SIGINT');
  await sleep(1_000);
  assert.deepEqual(await ask(owner.connection, startedAt), before);
  await owner.kill('SIGTERM');
});

test('a busy process of a killed server does not keep the next one from starting', async () => {
  const directory = join(root, 'busy');
  const said: string[] = [];
  await using server = await startEmbedded({ directory, log: (line) => said.push(line) });
  const busy = ask(server.connection, 'select count(*) from generate_series(1, 30000) a, generate_series(1, 300000) b');
  const refused = assert.rejects(busy);
  const running = `select 1 / count(*) from pg_stat_activity where state = 'active' and query like '%generate_series%' and pid <> pg_backend_pid()`;
  await askUntilAnswered(server.connection, running);
  const pid = Number.parseInt(await readFile(join(directory, 'cluster', 'postmaster.pid'), 'utf8'), 10);
  process.kill(pid, 'SIGKILL');
  assert.deepEqual(await askUntilAnswered(server.connection, 'select 1 as one'), [{ one: 1 }]);
  await refused;
  if (process.platform === 'linux') assert.match(said.join('\n'), /ending \d+ processes/);
});

test('root without user namespaces runs the server as nobody, and changing the way in between keeps the data', {
  skip: needsRoot,
}, async () => {
  const directory = join(root, 'as-nobody');
  for (const [at, identity] of (['nobody', 'namespace', 'nobody', undefined] as const).entries()) {
    await using server = await startEmbedded({ directory, identity, log });
    if (at === 0) await ask(server.connection, 'create table kept (n int)');
    await ask(server.connection, `insert into kept values (${at})`);
    assert.deepEqual(await ask(server.connection, 'select count(*)::int as n from kept'), [{ n: at + 1 }]);
    const postmaster = Number.parseInt(await readFile(join(directory, 'cluster', 'postmaster.pid'), 'utf8'), 10);
    const status = await readFile(`/proc/${postmaster}/status`, 'utf8');
    assert.match(status, identity === 'nobody' ? /Uid:\t65534/ : /Uid:\t0/);
  }
});

test('nobody gets a copy of programs it cannot reach, and a clear refusal where it cannot reach the data', {
  skip: needsRoot,
}, async () => {
  const closed = join(root, 'closed');
  await mkdir(closed, { mode: 0o700 });
  const found = await findBinaries();
  await cp(found.native, join(closed, 'native'), { recursive: true, verbatimSymlinks: true });
  const directory = join(root, 'with-copy');
  await mkdir(directory, { mode: 0o700 });
  const identity = await chooseIdentity({ ...found, native: join(closed, 'native') }, directory, 'nobody');
  assert.equal(identity.binaries.native, join(directory, `native-${found.version}`));
  const refused = startEmbedded({ directory: join(closed, 'data'), identity: 'nobody', log });
  await assert.rejects(
    refused,
    (error) =>
      error instanceof ChanceryError && error.code === 'not_ready' && /no other user can run it/.test(error.message),
  );
});

test('root in a folder that is closed to all but its owner, as under sudo, runs the server as that owner', {
  skip: needsRoot,
}, async (t) => {
  const daemon = 1;
  if (!/^daemon:[^:]*:1:/m.test(await readFile('/etc/passwd', 'utf8'))) return t.skip('there is no user 1 here');
  const home = join(root, 'someones-home');
  await mkdir(home, { mode: 0o700 });
  await chown(home, daemon, daemon);
  const directory = join(home, 'project', 'data');
  for (let start = 0; start < 2; start++) {
    await using server = await startEmbedded({ directory, log });
    assert.deepEqual(await ask(server.connection, 'select 1 as one'), [{ one: 1 }]);
    assert.equal((await lstat(join(directory, 'cluster'))).uid, daemon);
  }
});

test('an ordinary user runs the server as itself, also from a package it cannot complete', {
  skip: needsRoot,
}, async (t) => {
  try {
    execFileSync(process.execPath, ['--version'], { uid: nobody, gid: nobody, cwd: '/' });
    execFileSync('cat', [join(import.meta.dirname, '../support/embedded-owner.ts')], {
      uid: nobody,
      gid: nobody,
      cwd: '/',
    });
  } catch {
    return t.skip('this copy of the program lies in a folder closed to other users');
  }
  const directory = join(root, 'ordinary');
  await mkdir(directory, { mode: 0o700 });
  await chown(directory, nobody, nobody);
  const owner = await startOwner(directory, { uid: nobody, gid: nobody });
  assert.equal(owner.message, undefined);
  assert.deepEqual(await ask(owner.connection, 'select 1 as one'), [{ one: 1 }]);
  await owner.kill('SIGTERM');

  const found = await findBinaries();
  const native = join(root, 'read-only', 'native');
  await cp(found.native, native, { recursive: true, verbatimSymlinks: true });
  for (const name of await readdir(join(native, 'lib')))
    if (/^libicu.*\.so(\.60)?$/.test(name)) await rm(join(native, 'lib', name));
  const module = new URL('../../src/db/embedded/binaries.ts', import.meta.url).href;
  const script = `const { completeBinaries, runs } = await import(${JSON.stringify(module)});
    const made = await completeBinaries({ native: ${JSON.stringify(native)}, version: 'x' }, ${JSON.stringify(directory)});
    console.log(made.native, await runs([made.native + '/bin/postgres', '--version']));`;
  const as = { uid: nobody, gid: nobody, cwd: '/', encoding: 'utf8' } as const;
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], as);
  assert.equal(said.trim(), `${join(directory, 'native-x')} null`);
});

test('a full disk is named at the first start, survived at run time, and forgotten when there is room', {
  skip: needsRoot,
}, async () => {
  const disk = join(root, 'disk');
  await mkdir(disk);
  const mount = (size: string) => execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk]);
  const isFull = (error: unknown) =>
    error instanceof ChanceryError && error.code === 'not_ready' && /is full/.test(error.message);
  mount('12m');
  try {
    await assert.rejects(startEmbedded({ directory: join(disk, 'data'), log }), isFull);
    execFileSync('mount', ['-o', 'remount,size=150m', disk]);
    const said: string[] = [];
    await using server = await startEmbedded({ directory: join(disk, 'data'), log: (line) => said.push(line) });
    await migrate(server.connection, await mkdtemp(join(root, 'none-')));
    const database = await openDatabase(server.connection, { poolSize: 2, log });
    await database.ownerQuery('create table kept (n int, filler text)');
    let acknowledged = 0;
    const fill = async () => {
      for (;;) {
        await database.ownerQuery(`insert into kept select $1, repeat('x', 1000) from generate_series(1, 2000)`, [
          acknowledged + 1,
        ]);
        acknowledged += 1;
      }
    };
    await writeFile(join(disk, 'filler'), Buffer.alloc(40_000_000));
    await assert.rejects(fill(), { code: 'not_ready' });
    assert.ok(acknowledged > 0);
    await writeFile(join(disk, 'more'), Buffer.alloc(200_000_000)).catch(() => {});
    // A full disk under the log of changes is the worst case: the server has to give up.
    for (let step = 0; step < 200 && !/PANIC/.test(said.join()); step++)
      await database.ownerQuery(`select pg_logical_emit_message(true, 'fill', repeat('x', 1000000))`).catch(() => {});
    assert.match(said.join(), /PANIC/);
    await sleep(3_000);
    await rm(join(disk, 'more'));
    await rm(join(disk, 'filler'));
    const [row] = await askUntilAnswered(
      server.connection,
      'select count(distinct n)::int as n, count(*)::int as rows from kept',
    );
    assert.ok(Number(row?.n) >= acknowledged, `${acknowledged} acknowledged, ${row?.n} found`);
    assert.equal(row?.rows, Number(row?.n) * 2000);
    assert.equal((await database.owner((tx) => tx.query('insert into kept values (0)'))).rowCount, 1);
    await database.close();
  } finally {
    execFileSync('umount', ['-l', disk]);
  }
});

test('a start on a disk that is full by now is named, and works when there is room', { skip: needsRoot }, async () => {
  const disk = join(root, 'full-later');
  await mkdir(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=100m', 'tmpfs', disk]);
  try {
    const directory = join(disk, 'data');
    await (await startEmbedded({ directory, log })).stop();
    await writeFile(join(disk, 'filler'), Buffer.alloc(200_000_000)).catch(() => {});
    await assert.rejects(
      startEmbedded({ directory, log }),
      (error) => error instanceof ChanceryError && /is full/.test(error.message),
    );
    await rm(join(disk, 'filler'));
    await using server = await startEmbedded({ directory, log });
    assert.deepEqual(await ask(server.connection, 'select 1 as one'), [{ one: 1 }]);
  } finally {
    execFileSync('umount', ['-l', disk]);
  }
});

test('a container with little shared memory gets files instead', { skip: needsRoot }, async () => {
  const small = ['unshare', '--mount', 'sh', '-c', 'mount -t tmpfs -o size=64m tmpfs /dev/shm && exec "$@"', 'sh'];
  const owner = await startOwner(join(root, 'container'), { prefix: small });
  assert.deepEqual(await ask(owner.connection, 'show dynamic_shared_memory_type'), [
    { dynamic_shared_memory_type: 'mmap' },
  ]);
  await owner.kill('SIGTERM');
});

test('on a server where our login may make roles but is no superuser, migrations and both pools work', async () => {
  await using server = await startEmbedded({ directory: join(root, 'hosted'), log });
  await ask(server.connection, `create role tenant login createrole password 'p'`);
  await ask(server.connection, 'create database hosted owner tenant');
  const login = { ...server.connection, user: 'tenant', password: 'p', database: 'hosted' };
  await migrate(login, new URL('../../migrations/', import.meta.url));
  const database = await openDatabase(login, { poolSize: 1, log });
  assert.deepEqual((await database.anonymous((tx) => tx.query('select id from organization'))).rows, []);
  assert.deepEqual((await database.owner((tx) => tx.query('select current_user as name'))).rows, [{ name: 'tenant' }]);
  await database.close();
});
