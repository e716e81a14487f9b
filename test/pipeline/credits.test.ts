/** Credits under concurrency: reserved when a batch is handed in, charged once for each issued item, never overspent. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { ChanceryError } from '../../src/errors.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { rounds } from '../support/rounds.ts';
import { goodRow, goodRows, header } from '../support/sample-template.ts';

const belt = await openTestApp();
after(() => belt[Symbol.asyncDispose]());

const isLimit = (error: unknown) => error instanceof ChanceryError && error.code === 'limit_exceeded';

const times = rounds(12, 50);

test(`${times} batches handed in at the same instant cannot spend more than the ten credits there are`, async () => {
  const tenant = await belt.addTenant({ credits: 10 });
  const file = csv([header, ...goodRows(3)]);
  const ends = await Promise.allSettled(Array.from({ length: times }, () => belt.createBatch(tenant, file)));
  const refused = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
  assert.equal(ends.length - refused.length, 3);
  assert.deepEqual(
    refused.filter((error) => !isLimit(error)),
    [],
  );
  assert.deepEqual(await belt.balance(tenant), { available: 1, reserved: 9, spent: 0 });
  const [kept] = await belt.sql(
    `select (select count(*)::int from batch where organization_id = $1) as batches,
       (select count(*)::int from chunk where organization_id = $1) as chunks,
       (select sum(next_position)::int from status_list where organization_id = $1) as places`,
    [tenant.organizationId],
  );
  assert.deepEqual(kept, { batches: 3, chunks: 3, places: 9 });
  assert.equal((await belt.blobFiles('sources')).length, 3);
  assert.deepEqual(await belt.blobFiles('.incoming'), []);
  await assertInvariants(belt.database);
});

test('one credit buys one of two batches handed in at the same instant', async () => {
  for (let round = 0; round < 5; round++) {
    const tenant = await belt.addTenant({ credits: 1 });
    const file = csv([header, goodRow(1)]);
    const ends = await Promise.allSettled([belt.createBatch(tenant, file), belt.createBatch(tenant, file)]);
    assert.deepEqual(ends.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    assert.deepEqual(await belt.balance(tenant), { available: 0, reserved: 1, spent: 0 });
  }
  await assertInvariants(belt.database);
});

test('a batch that costs more than there is leaves nothing behind and says what is missing', async () => {
  const tenant = await belt.addTenant({ credits: 4 });
  const files = await belt.blobFiles('');
  await assert.rejects(belt.createBatch(tenant, csv([header, ...goodRows(5)])), (error: ChanceryError) => {
    assert.ok(isLimit(error));
    assert.deepEqual(error.details, { limit: 'credits', needed: 5, available: 4 });
    return true;
  });
  const [left] = await belt.sql(
    `select (select count(*)::int from batch where organization_id = $1) as batches, (select count(*)::int from event where organization_id = $1
       and subject = 'batch') as events, (select count(*)::int from ledger_entry where organization_id = $1) as entries`,
    [tenant.organizationId],
  );
  assert.deepEqual(left, { batches: 0, events: 0, entries: 1 });
  assert.deepEqual(await belt.blobFiles(''), files);
  assert.deepEqual(await belt.balance(tenant), { available: 4, reserved: 0, spent: 0 });
});

test('what was reserved ends as charged for the issued rows and returned for the bad ones, entry by entry', async () => {
  const tenant = await belt.addTenant({ credits: 20 });
  await belt.startBelt();
  const bad = ['', 'x@example.com', 'Botany', ''];
  const id = await belt.createBatch(tenant, csv([header, ...goodRows(7), bad, bad, ...goodRows(3, 8)]));
  await belt.waitForBatch(tenant, id);
  const entries = await belt.sql(
    'select kind, debit, credit, amount from ledger_entry where organization_id = $1 order by id',
    [tenant.organizationId],
  );
  assert.deepEqual(entries, [
    { kind: 'grant', debit: 'granted', credit: 'available', amount: 20 },
    { kind: 'reserve', debit: 'available', credit: 'reserved', amount: 12 },
    { kind: 'release_accept', debit: 'reserved', credit: 'available', amount: 2 },
    { kind: 'capture', debit: 'reserved', credit: 'spent', amount: 10 },
  ]);
  assert.deepEqual(await belt.balance(tenant), { available: 10, reserved: 0, spent: 10 });
  await assertInvariants(belt.database);
});
