/** Kill -9 around the cancelling of two batches, one that waits for its signatories and one that is being made. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { csv } from '../support/csv-text.ts';
import { clientOf } from '../support/hand-in.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { readOutcome } from '../support/outcome.ts';
import { goodRows, header } from '../support/sample-template.ts';
import { addSignedTenant, waitingBatch } from '../support/signatories.ts';
import { openPlace, type Place, untilSessionsEnd } from '../support/snapshot.ts';
import { type Host, startHost } from '../support/test-host.ts';
import { pointsOf } from './kill-points.ts';

/** Three chunks wait for their signatories; of the other batch there are more than can be made in the lives before it is cancelled. */
const rows = { waiting: 1_010, running: 5_050 };

/** The second batch is handed in, and nothing of it has been read. */
const { snapshot, batches } = await (async () => {
  const belt = await openTestApp();
  const stop = await belt.startBelt({ slots: { deliver: 0 } });
  const signed = await addSignedTenant(belt, [false]);
  const waiting = { id: await waitingBatch(belt, signed, rows.waiting), key: (await clientOf(belt, signed)).key };
  await stop();
  const tenant = await belt.addTenant();
  const id = await belt.createBatch(tenant, csv([header, ...goodRows(rows.running)]));
  const running = { id, key: (await clientOf(belt, tenant)).key };
  return { snapshot: await belt.intoSnapshot(), batches: [waiting, running] };
})();
after(() => snapshot.end());

/** Cancels both over HTTP, the second as soon as the first of its chunks is made; stops when the server dies of it. */
async function cancelAll(host: Host, place: Place): Promise<void> {
  const facts = await host.ready.catch(() => undefined);
  if (!facts) return;
  for (const { id, key } of batches) {
    const headers = { authorization: `Bearer ${key}`, connection: 'close' };
    const made = `select 1 from batch where id = $1 and status in ('pending', 'accepting', 'processing')
      and not exists (select 1 from chunk where batch_id = $1 and issued > 0)`;
    while ((await place.sql(made, [id])).length > 0) await sleep(5);
    const address: string = `${facts.url}/chancery/v1/batches/${id}/cancel`;
    const status: number | undefined = await fetch(address, { method: 'POST', headers }).then(
      (answer) => answer.status,
      () => undefined,
    );
    if (status === undefined) return;
    assert.equal(status, 200);
  }
}

async function untilSettled(place: Place): Promise<void> {
  const open = `select 1 from chunk where status in ('pending', 'accepted', 'produced')`;
  for (const deadline = performance.now() + 60_000; (await place.sql(open)).length > 0; await sleep(50))
    if (performance.now() > deadline) assert.fail('it does not come to an end');
}

test('killed while it is stored, after it was, and in the middle of the chunks: both end cancelled, and only what was issued is paid and mailed', async () => {
  await using place = await openPlace(snapshot);
  // Each dies at its first passage, so that the waiting batch always has a chunk left to die at.
  for (const point of pointsOf('cancel-crash.long.ts')) {
    await using host = startHost('serve', place, { FAULTS: `${point}:kill`, CHUNK_DEATHS: '1000' });
    const died = host.ended.then(({ signal }) => assert.equal(signal, 'SIGKILL', host.log()));
    await Promise.race([died, cancelAll(host, place).catch(() => {})]);
    await Promise.race([died, sleep(60_000).then(() => assert.fail(`${point} was not passed`))]);
    await untilSessionsEnd(place);
    await assertInvariants(place.database, `after the kill at ${point}`);
  }
  await using host = startHost('serve', place);
  await cancelAll(host, place);
  await untilSettled(place);
  await assertInvariants(place.database, 'at the end');
  const ends = await place.sql<{ status: string; items: string[] }>(
    `select batch.status, array_agg(distinct item.status) as items from batch left join item on item.batch_id = batch.id group by batch.id`,
  );
  for (const { status, items } of ends) {
    assert.equal(status, 'cancelled');
    assert.ok(!items.includes('accepted'), items.join());
  }
  const [sums] = await place.sql<Record<string, number>>(
    `select sum(available)::int as available, sum(reserved)::int as reserved, sum(spent)::int as spent,
       (select count(*)::int from item where status = 'issued') as issued from credit_balance`,
  );
  const issued = sums?.issued as number;
  assert.ok(issued > 0);
  assert.deepEqual(sums, { available: 200_000 - issued, reserved: 0, spent: issued, issued });
  const mails = [...(await readOutcome(place)).mails.keys()].filter((id) => id.includes('.email.'));
  assert.equal(mails.length, issued);
});
