/** Kill -9 while batches are handed in over HTTP: what was acknowledged is there and gets done, what was not is there wholly or not at all. */

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { csv } from '../support/csv-text.ts';
import { handIn, snapshotWithClients } from '../support/hand-in.ts';
import { assertInvariants } from '../support/invariants.ts';
import { readOutcome } from '../support/outcome.ts';
import { goodRows, header } from '../support/sample-template.ts';
import { printedSeed, seeded } from '../support/seeded.ts';
import { openPlace, type Place, untilQuiet, untilSessionsEnd } from '../support/snapshot.ts';
import { startHost } from '../support/test-host.ts';
import { pointsOf } from './kill-points.ts';

const random = seeded(printedSeed());
const { snapshot, clients } = await snapshotWithClients(1);
after(() => snapshot.end());
const client = clients[0] as (typeof clients)[0];
const rows = 620;
const file = csv([header, ...goodRows(rows)]);

/** Batches that are there; each must be whole: chunks, source, reserved credits. */
async function storedBatches(place: Place): Promise<string[]> {
  const batches = await place.sql<{ id: string; total: number; chunked: number; source: string }>(
    'select id, total, source_key as source, (select sum(count)::int from chunk where batch_id = batch.id) as chunked from batch',
  );
  for (const batch of batches) assert.deepEqual([batch.total, batch.chunked], [rows, rows]);
  const sources = (
    await readdir(join(place.dataDirectory, 'blobs', 'sources'), { recursive: true }).catch(() => [])
  ).map((path) => `sources/${path}`);
  for (const batch of batches) assert.ok(sources.includes(batch.source), 'the source of a stored batch is there');
  await assertInvariants(place.database, 'after the kill');
  return batches.map(({ id }) => id).sort();
}

/** Starts again without faults and lets everything finish. */
async function finish(place: Place, batches: number): Promise<void> {
  await using host = startHost('serve', place);
  await host.ready;
  await untilQuiet(place);
  const { items } = await readOutcome(place);
  assert.equal(items.length, batches * rows);
  assert.ok(items.every((line) => line.split(' ')[2] === 'issued'));
  await assertInvariants(place.database, 'at the end');
}

test('killed before the batch is committed it is not there; killed right after, it is there and gets done although nobody was told', async () => {
  await using place = await openPlace(snapshot);
  for (const [point, kept] of [
    ['create-after-source', 0],
    ['create-before-commit', 0],
    ['create-after-commit', 1],
  ] as const) {
    await using host = startHost('serve', place, { FAULTS: `${point}:kill@1` });
    await assert.rejects(handIn((await host.ready)?.url as string, client, file), TypeError);
    assert.equal((await host.ended).signal, 'SIGKILL');
    await untilSessionsEnd(place);
    assert.equal((await storedBatches(place)).length, kept, point);
  }
  await finish(place, 1);
});

for (const point of pointsOf('create-crash.long.ts')) {
  test(`killed at ${point}, the same request with the same Idempotency-Key leads to one batch and 201`, async () => {
    await using place = await openPlace(snapshot);
    await using host = startHost('serve', place, { FAULTS: `${point}:kill@1` });
    const again = async (url: string) => handIn(url, client, file, 'none', 'one-and-only');
    await assert.rejects(again((await host.ready)?.url as string), TypeError);
    assert.equal((await host.ended).signal, 'SIGKILL');
    await untilSessionsEnd(place);
    const before = await storedBatches(place);
    // Waiting for the dead request's lease once is enough; elsewhere its end comes by a row.
    if (point !== 'create-before-commit')
      await place.sql('update idempotency_key set leased_until = clock_timestamp()');
    await using second = startHost('serve', place);
    const { url } = (await second.ready) as { url: string };
    const answers: string[] = [];
    for (const deadline = performance.now() + 30_000; answers.length < 2; await sleep(200)) {
      const id = await again(url).catch((error: Error) => {
        assert.match(error.message, /answered 409.*under way/);
        assert.ok(performance.now() < deadline, 'the key of a dead request is not free again');
      });
      if (id) answers.push(id);
    }
    const stored = await storedBatches(place);
    assert.equal(stored.length, 1);
    assert.deepEqual(answers, [stored[0], stored[0]]);
    if (before.length > 0) assert.deepEqual(stored, before);
    await second.kill();
    await untilSessionsEnd(place);
    await finish(place, 1);
  });
}

test('killed right after the answer 201, the batch is there and gets done', async () => {
  await using place = await openPlace(snapshot);
  await using host = startHost('serve', place);
  const id = await handIn((await host.ready)?.url as string, client, file);
  await host.kill();
  await untilSessionsEnd(place);
  assert.deepEqual(await storedBatches(place), [id]);
  await finish(place, 1);
});

test('killed six times in the middle of a row of hand-ins, each acknowledged batch is there and at most one other for each death', async () => {
  await using place = await openPlace(snapshot);
  const acknowledged: string[] = [];
  let stored: string[] = [];
  for (let deaths = 1; deaths <= 6; deaths++) {
    const wait = 20 + 600 * random();
    await using host = startHost('serve', place);
    const { url } = (await host.ready) as { url: string };
    const handInForEver = async () => {
      for (;;) acknowledged.push(await handIn(url, client, file));
    };
    const cutOff = assert.rejects(handInForEver(), TypeError);
    await sleep(wait);
    await host.kill();
    await cutOff;
    await untilSessionsEnd(place);
    stored = await storedBatches(place);
    assert.deepEqual(
      acknowledged.filter((id) => !stored.includes(id)),
      [],
    );
    assert.ok(stored.length <= acknowledged.length + deaths, `${Math.round(wait)} ms`);
  }
  await finish(place, stored.length);
});
