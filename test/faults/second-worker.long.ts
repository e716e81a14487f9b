/** Two processes on one database: they share the work, and when one dies the other takes over its chunk within seconds. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { completedChunks } from '../support/chunk-log.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { readOutcome } from '../support/outcome.ts';
import { goodRows, header } from '../support/sample-template.ts';
import { openPlace, untilQuiet } from '../support/snapshot.ts';
import { startHost } from '../support/test-host.ts';

/** For a machine that is busy with other things. */
const limit = { timeout: 300_000 };

const rows = 6_000;
const settings = { LOG_LEVEL: 'info' };
const snapshot = await (async () => {
  const belt = await openTestApp();
  await belt.createBatch(await belt.addTenant(), csv([header, ...goodRows(rows)]), { channels: [] });
  return belt.intoSnapshot();
})();
after(() => snapshot.end());

test('a server and a worker on one database both complete chunks, each chunk once', limit, async () => {
  await using place = await openPlace(snapshot);
  await using server = startHost('serve', place, settings);
  await using worker = startHost('worker', place, settings);
  await untilQuiet(place);
  // The last lines of a log arrive a moment after the last commit.
  await sleep(500);
  for (const stage of ['accept', 'produce'] as const) {
    const [ofServer, ofWorker] = [completedChunks(server, stage), completedChunks(worker, stage)];
    assert.equal(new Set([...ofServer, ...ofWorker]).size, rows / 500);
    assert.equal(ofServer.length + ofWorker.length, rows / 500);
  }
  assert.ok(completedChunks(server, 'produce').length > 0 && completedChunks(worker, 'produce').length > 0);
  const { items } = await readOutcome(place);
  assert.equal(items.filter((line) => line.split(' ')[2] === 'issued').length, rows);
  await assertInvariants(place.database);
});

test(
  'a worker killed with -9 in the middle of a chunk: the other has done that chunk within ten seconds',
  limit,
  async () => {
    await using place = await openPlace(snapshot);
    await using worker = startHost('worker', place, { ...settings, FAULTS: 'produce-after-pack:stall@1' });
    // It holds one chunk, documents made and not recorded, while it goes on with others.
    while (completedChunks(worker, 'produce').length < 2) await sleep(20);
    const [held] = await place.sql<{ id: string }>(
      `select chunk.id from chunk join pgboss.job on data->>'chunkId' = chunk.id::text and data->>'stage' = 'produce'
     where job.state = 'active' order by job.started_on limit 1`,
    );
    const chunkId = held?.id as string;
    await using server = startHost('serve', place, settings);
    await server.ready;
    await worker.kill();
    const killed = performance.now();
    const status = async () =>
      (await place.sql<{ status: string }>('select status from chunk where id = $1', [chunkId]))[0]?.status;
    while ((await status()) === 'accepted') await sleep(50);
    const seconds = (performance.now() - killed) / 1_000;
    assert.ok(seconds <= 10, `it took ${seconds} s`);
    await untilQuiet(place);
    assert.ok(completedChunks(server, 'produce').includes(chunkId));
    assert.equal((await readOutcome(place)).items.length, rows);
    await assertInvariants(place.database);
  },
);
