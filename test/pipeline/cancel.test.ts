/** A batch that is cancelled: from whatever it was in, nothing more of it is made, nothing is paid for what is not, and what was issued stays. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { acceptChunk } from '../../src/pipeline/accept-chunk.ts';
import { cancelChunk } from '../../src/pipeline/cancel-chunk.ts';
import { produceChunk } from '../../src/pipeline/produce-chunk.ts';
import { approveBatch } from '../../src/usecases/approvals/approve.ts';
import { viewApproval } from '../../src/usecases/approvals/get-approval.ts';
import { openApprovalLink } from '../../src/usecases/approvals/open-link.ts';
import { readReceipt } from '../../src/usecases/approvals/read-receipt.ts';
import { cancelBatch } from '../../src/usecases/batches/cancel-batch.ts';
import { getBatch } from '../../src/usecases/batches/get-batch.ts';
import { retryFailed } from '../../src/usecases/batches/retry-failed.ts';
import { listItems } from '../../src/usecases/items/list-items.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp, type Tenant } from '../support/open-test-app.ts';
import { goodRows, header } from '../support/sample-template.ts';
import { addSignedTenant, linkMails, refusal, untilStatus, waitingBatch } from '../support/signatories.ts';

// Its queue does not run: chunks are taken by hand, in the order a test wants.
const still = await openTestApp();
after(() => still[Symbol.asyncDispose]());
const belt = await openTestApp();
after(() => belt[Symbol.asyncDispose]());
await belt.startBelt();

const badRow = ['', 'x@example.com', 'Botany', ''];

/** A batch of two chunks of 500 and 2 rows, the second with a bad row; nothing of it is accepted. */
async function storedBatch(tenant: Tenant) {
  const id = await still.createBatch(tenant, csv([header, ...goodRows(501), badRow]));
  const chunks = await still.sql<{ id: string }>('select id from chunk where batch_id = $1 order by seq', [id]);
  const job = (at: number) => ({
    stage: 'any',
    organizationId: tenant.organizationId,
    chunkId: chunks[at]?.id as string,
  });
  return { id, first: job(0), second: job(1) };
}

const statusesOf = async (where: typeof belt, batchId: string) =>
  Object.fromEntries(
    (
      await where.sql<{ status: string; count: number }>(
        'select status, count(*)::int as count from item where batch_id = $1 group by 1',
        [batchId],
      )
    ).map(({ status, count }) => [status, count]),
  );

test('rows that still lie in the source never become items, and their credits come back', async () => {
  const tenant = await still.addTenant();
  const { id, first, second } = await storedBatch(tenant);
  assert.deepEqual(await still.balance(tenant), { available: 100_000 - 502, reserved: 502, spent: 0 });
  const batch = await cancelBatch(still.app, tenant.actor, id);
  assert.equal(batch.status, 'cancelled');
  assert.ok(batch.completedAt);
  await assertInvariants(still.database, 'between');
  await cancelChunk(still.app, first);
  // An `accept` job that was in line before finds the batch cancelled.
  await acceptChunk(still.app, second);
  assert.deepEqual(await still.sql('select 1 from item where batch_id = $1', [id]), []);
  assert.deepEqual(await still.balance(tenant), { available: 100_000, reserved: 0, spent: 0 });
  const page = { limit: 10, offset: 0 };
  assert.deepEqual(await listItems(still.app, tenant.actor, { batchId: id, ...page }), { items: [], total: 0 });
  await assertInvariants(still.database);
});

test('what is issued stays and is mailed, what is accepted is cancelled, what failed keeps its reason', async () => {
  const tenant = await still.addTenant();
  const { id, first, second } = await storedBatch(tenant);
  await acceptChunk(still.app, first);
  await acceptChunk(still.app, second);
  await produceChunk(still.app, second);
  await cancelBatch(still.app, tenant.actor, id);
  await produceChunk(still.app, first);
  await cancelChunk(still.app, first);
  await cancelChunk(still.app, second);
  assert.deepEqual(await statusesOf(still, id), { cancelled: 500, issued: 1, failed: 1 });
  assert.deepEqual(await still.balance(tenant), { available: 100_000 - 1, reserved: 0, spent: 1 });
  const mails = await still.sql('select status from delivery where batch_id = $1', [id]);
  assert.deepEqual(mails, [{ status: 'queued' }]);
  const found = await listItems(still.app, tenant.actor, {
    batchId: id,
    statuses: ['failed', 'cancelled'],
    limit: 1,
    offset: 0,
  });
  assert.equal(found.total, 501);
  assert.deepEqual(found.items[0]?.issues, [{ path: 'row', code: 'cancelled' }]);
  await assertInvariants(still.database);
});

/** Runs `work`, and `meanwhile` as soon as the work has read what it goes by. */
async function during(work: (app: typeof still.app) => Promise<void>, meanwhile: () => Promise<unknown>) {
  let once: Promise<unknown> | undefined;
  const threads = new Proxy(still.app.threads, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown;
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        const result = await value.apply(target, args);
        if (name === 'acceptRows' || name === 'produceItems') {
          once ??= meanwhile();
          await once;
        }
        return result;
      };
    },
  });
  return work({ ...still.app, threads });
}

test('a chunk whose rows are being checked may be accepted still, and is cancelled then', async () => {
  const tenant = await still.addTenant();
  const { id, first, second } = await storedBatch(tenant);
  await during(
    (app) => acceptChunk(app, second),
    () => cancelBatch(still.app, tenant.actor, id),
  );
  assert.deepEqual(await statusesOf(still, id), { accepted: 1, failed: 1 });
  await assertInvariants(still.database, 'between');
  for (const job of [first, second]) await cancelChunk(still.app, job);
  for (const job of [first, second]) await produceChunk(still.app, job);
  assert.deepEqual(await statusesOf(still, id), { cancelled: 1, failed: 1 });
  assert.deepEqual(await still.balance(tenant), { available: 100_000, reserved: 0, spent: 0 });
  await assertInvariants(still.database);
});

test('a chunk whose documents are being made is issued if it comes first, and makes nothing if its cancelling does', async () => {
  const tenant = await still.addTenant();
  const { id, first, second } = await storedBatch(tenant);
  for (const job of [first, second]) await acceptChunk(still.app, job);
  await during(
    (app) => produceChunk(app, second),
    () => cancelBatch(still.app, tenant.actor, id),
  );
  assert.deepEqual(await statusesOf(still, id), { accepted: 500, issued: 1, failed: 1 });
  await assertInvariants(still.database, 'between');
  await cancelChunk(still.app, first);
  await cancelChunk(still.app, second);
  assert.deepEqual(await statusesOf(still, id), { cancelled: 500, issued: 1, failed: 1 });

  const other = await storedBatch(tenant);
  for (const job of [other.first, other.second]) await acceptChunk(still.app, job);
  const lost = during(
    (app) => produceChunk(app, other.second),
    async () => {
      await cancelBatch(still.app, tenant.actor, other.id);
      await cancelChunk(still.app, other.second);
    },
  );
  await assert.rejects(lost, refusal('conflict'));
  await produceChunk(still.app, other.second);
  await cancelChunk(still.app, other.first);
  assert.deepEqual(await statusesOf(still, other.id), { cancelled: 501, failed: 1 });
  assert.deepEqual(await still.balance(tenant), { available: 100_000 - 1, reserved: 0, spent: 1 });
  assert.equal((await getBatch(still.app, tenant.actor, id)).status, 'cancelled');
  await assertInvariants(still.database);
});

test('signatories are not asked any more: their link says so, and no approval brings the batch back', async () => {
  const tenant = await addSignedTenant(belt, [true, false]);
  const signatory = tenant.signatories[1] as (typeof tenant.signatories)[0];
  const id = await waitingBatch(belt, tenant, 3);
  const [mail] = await linkMails(belt, signatory.email);
  const { actor, approvalId } = await openApprovalLink(belt.app, mail?.token as string);
  const { hash } = await viewApproval(belt.app, actor, approvalId);
  await cancelBatch(belt.app, tenant.actor, id);
  await assert.rejects(approveBatch(belt.app, actor, approvalId, hash), refusal('conflict', { batch: 'cancelled' }));
  await assert.rejects(openApprovalLink(belt.app, mail?.token as string), refusal('conflict', { link: 'superseded' }));
  assert.equal((await readReceipt(belt.app, mail?.token as string)).kind, 'ended');
  await belt.waitForBatch(tenant, id);
  assert.deepEqual(await statusesOf(belt, id), { cancelled: 3 });
  assert.deepEqual(await belt.balance(tenant), { available: 100_000, reserved: 0, spent: 0 });
  await assertInvariants(belt.database);
});

test('cancelling again changes nothing; a batch that is over cannot be cancelled, and a cancelled one not retried', async () => {
  const tenant = await belt.addTenant();
  const done = await belt.createBatch(tenant, csv([header, ...goodRows(2)]));
  await belt.waitForBatch(tenant, done);
  await assert.rejects(cancelBatch(belt.app, tenant.actor, done), refusal('illegal_transition'));
  const id = await belt.createBatch(tenant, csv([header, ...goodRows(1_200)]));
  const first = await cancelBatch(belt.app, tenant.actor, id);
  const again = await cancelBatch(belt.app, tenant.actor, id);
  assert.deepEqual(again.completedAt, first.completedAt);
  const events = await belt.sql(`select 1 from event where subject_id = $1 and kind = 'batch.cancelled'`, [id]);
  assert.equal(events.length, 1);
  await belt.waitForBatch(tenant, id);
  await untilStatus(belt, tenant, id, 'cancelled');
  assert.deepEqual(await retryFailed(belt.app, tenant.actor, id), { retried: 0, badRows: 0 });
  const { issued } = await getBatch(belt.app, tenant.actor, id);
  assert.deepEqual(await belt.balance(tenant), { available: 100_000 - 2 - issued, reserved: 0, spent: 2 + issued });
  const stranger = await belt.addTenant();
  await assert.rejects(cancelBatch(belt.app, stranger.actor, id), refusal('not_found'));
  const viewer = { ...tenant.actor, scopes: ['batches:view'] };
  await assert.rejects(cancelBatch(belt.app, viewer, id), refusal('forbidden', { permission: 'batches:create' }));
  await assertInvariants(belt.database);
});
