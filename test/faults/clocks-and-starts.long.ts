/** F18, F19, F28: processes whose clock is wrong and jumps, five that start on an empty database at once, one whose loop stands still, one with little memory. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApiKey } from '../../src/usecases/api-keys/create-api-key.ts';
import { completedChunks, failedStages } from '../support/chunk-log.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { readOutcome } from '../support/outcome.ts';
import { goodRows, header } from '../support/sample-template.ts';
import { openSmtpSink } from '../support/smtp-sink.ts';
import { openPlace, type Place, untilQuiet } from '../support/snapshot.ts';
import { startHost } from '../support/test-host.ts';

/** For a machine that is busy with other things. */
const limit = { timeout: 300_000 };
const rows = 1_000;

const keys = { lasting: '', short: '' };
const snapshot = await (async () => {
  const belt = await openTestApp();
  const tenant = await belt.addTenant();
  const key = async (expiresAt: Date) =>
    (await createApiKey(belt.app, tenant.actor, { name: 'k', scopes: ['*'], expiresAt })).token;
  keys.lasting = await key(new Date(Date.now() + 3_600_000));
  keys.short = await key(new Date(Date.now() + 2_000));
  await belt.createBatch(tenant, csv([header, ...goodRows(rows)]), { channels: [] });
  await belt.createBatch(tenant, csv([header, ...goodRows(3, rows + 1)]));
  return belt.intoSnapshot();
})();
after(() => snapshot.end());

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const deadline = performance.now() + 180_000; !(await holds()); await sleep(30))
    assert.ok(performance.now() < deadline, `in vain: ${what}`);
}

const library = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`)
  .find((path) => existsSync(path));

/** A clock that a test sets: `+2y`, `-1d`. Durations are measured on another, as on a real machine. */
async function openClock() {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-clock-'));
  after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'offset');
  const set = (offset: string) => writeFile(file, `${offset}\n`);
  await set('+0');
  const environment = {
    LD_PRELOAD: library as string,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_CACHE_DURATION: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
  return { set, environment };
}

const issuedOf = async (place: Place) =>
  (await readOutcome(place)).items.filter((line) => line.split(' ')[2] === 'issued').length;

test('F18: clocks that jump in the middle of a batch: no chunk is done twice, no mail goes early, no expired key opens and no valid one fails', {
  ...limit,
  skip: library === undefined && 'libfaketime is not installed',
}, async () => {
  const clock = await openClock();
  await using place = await openPlace(snapshot);
  await using sink = await openSmtpSink({ RCPT: '451 4.3.2 later' });
  const settings = { LOG_LEVEL: 'info', SMTP_URL: sink.url };
  await using jumping = startHost('serve', place, { ...settings, ...clock.environment });
  await using steady = startHost('worker', place, settings);
  const { url } = (await jumping.ready) as { url: string };
  const ask = async (key: string) =>
    (await fetch(`${url}/chancery/v1/credits`, { headers: { authorization: `Bearer ${key}` } })).status;
  for (const offset of ['-1d', '+1h', '-1h', '+2y']) {
    await clock.set(offset);
    await sleep(1_200);
    assert.deepEqual([await ask(keys.lasting), await ask(keys.short)], [200, 401], offset);
  }
  const tried = `select attempts from delivery where status = 'deferred'`;
  await until('three deferred mails', async () => (await place.sql(tried)).length === 3);
  await until('the batch', async () => (await issuedOf(place)) === rows + 3);
  // Its clock says that the next attempt was due two years ago.
  await sleep(2_500);
  assert.deepEqual(await place.sql(`${tried} and attempts > 1`), []);
  const attempts = await place.sql<{ attempt: number }>('select distinct attempt from chunk');
  assert.deepEqual(attempts, [{ attempt: 2 }], 'accepted once, produced once');
  assert.deepEqual([...failedStages(jumping), ...failedStages(steady)], []);
  assert.equal((await fetch(`${url}/readyz`)).status, 200);
  await assertInvariants(place.database);
  assert.deepEqual([await jumping.stop(), await steady.stop()], [0, 0]);
});

test('F19: five servers that start at once on an empty database migrate it once, and all work', limit, async () => {
  await using place = await openPlace();
  await place.sql('drop schema public cascade');
  await place.sql('create schema public');
  await place.sql('grant usage on schema public to public');
  const hosts = Array.from({ length: 5 }, () => startHost('serve', place));
  await using ending = new AsyncDisposableStack();
  for (const host of hosts) ending.use(host);
  for (const host of hosts) {
    const { url } = (await host.ready) as { url: string };
    assert.deepEqual(await (await fetch(`${url}/readyz`)).json(), { status: 'ready' });
  }
  const files = readdirSync(new URL('../../migrations', import.meta.url)).filter((name) => name.endsWith('.sql'));
  assert.deepEqual(
    (await place.sql<{ name: string }>('select name from chancery_migration order by number')).map(({ name }) => name),
    files.sort(),
  );
  assert.deepEqual(await place.sql('select count(*)::int as rows from instance'), [{ rows: 1 }]);
  for (const host of hosts) assert.equal(await host.stop(), 0, host.log());
});

test(
  'F28: with 128 MB of heap, and beside a worker whose loop stands still for five seconds again and again, the batch is made once',
  limit,
  async () => {
    await using place = await openPlace(snapshot);
    await using small = startHost('serve', place, { LOG_LEVEL: 'info', NODE_OPTIONS: '--max-old-space-size=128' });
    await using halting = startHost('worker', place, { LOG_LEVEL: 'info' });
    await Promise.all([small.ready, halting.ready]);
    // To database and queue a process whose loop stands still looks as one that is stopped.
    for (let round = 0; round < 2; round++) {
      halting.freeze();
      await sleep(5_000);
      halting.thaw();
      await sleep(500);
    }
    await Promise.race([untilQuiet(place), small.ended.then(() => assert.fail(small.log()))]);
    assert.equal(await issuedOf(place), rows + 3);
    const produced = [small, halting].flatMap((host) => completedChunks(host, 'produce'));
    assert.equal(new Set(produced).size, produced.length, 'no chunk was completed twice');
    assert.equal((await readOutcome(place)).doubles.size, 0);
    await assertInvariants(place.database);
    assert.deepEqual([await small.stop(), await halting.stop()], [0, 0]);
  },
);
