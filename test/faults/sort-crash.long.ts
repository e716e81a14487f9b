/** Kill -9 at every step of sorting a mailing: each recipient is there once, in one run, with one barcode, paid once. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertInvariants } from '../support/invariants.ts';
import { largeOrder } from '../support/large-order.ts';
import { addMailAccount, handInMailing } from '../support/mailings.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { openPlace, untilSessionsEnd } from '../support/snapshot.ts';
import { submitAlone } from '../support/sorted-mailing.ts';
import { startHost } from '../support/test-host.ts';
import { pointsOf } from './kill-points.ts';

/** Submitted, and nobody has begun with it. */
const snapshot = await (async () => {
  const belt = await openTestApp();
  const actor = await addMailAccount(belt, await belt.addTenant({ credits: 1_000_000 }));
  await submitAlone(belt.app, actor, await handInMailing(belt.app, actor, [...largeOrder(14, 300)]));
  return belt.intoSnapshot();
})();
after(() => snapshot.end());

test('killed at every step of sorting, the mailing is sorted once', async () => {
  await using place = await openPlace(snapshot);
  for (const point of pointsOf('sort-crash.long.ts')) {
    const passage = point === 'sort-after-block' ? 2 : 1;
    await using host = startHost('worker', place, { FAULTS: `${point}:kill@${passage}`, CHUNK_DEATHS: '1000' });
    const died = host.ended.then(({ signal }) => assert.equal(signal, 'SIGKILL', host.log()));
    await Promise.race([died, sleep(60_000).then(() => assert.fail(`${point} was not passed: ${host.log()}`))]);
    await untilSessionsEnd(place);
    await assertInvariants(place.database, `after the kill at ${point}`);
  }
  const [mailing] = await place.sql<{ id: string; status: string; attempt: number; organization: string }>(
    'select id, status, attempt, organization_id as organization from mailing order by number desc limit 1',
  );
  assert.ok(mailing);
  assert.deepEqual([mailing.status, mailing.attempt], ['printing', 5]);
  const [pieces] = await place.sql(
    `select count(*)::int as all, count(distinct seq)::int as places, max(seq) as last, count(distinct barcode)::int as barcodes,
       count(distinct unique_id)::int as keys, count(*) filter (where run_id is not null)::int as planned from mail_piece where mailing_id = $1`,
    [mailing.id],
  );
  assert.deepEqual(pieces, { all: 4_200, places: 4_200, last: 4_200, barcodes: 4_116, keys: 4_200, planned: 4_116 });
  const [paid] = await place.sql<{ reserved: number; price: number }>(
    `select reserved, (select sum(price)::int8 from mail_job where mailing_id = $2) as price from credit_balance where organization_id = $1`,
    [mailing.organization, mailing.id],
  );
  assert.ok(paid && paid.reserved > 0);
  assert.equal(paid.reserved, paid.price);
});
