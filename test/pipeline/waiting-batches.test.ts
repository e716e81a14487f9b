/** Batches that began to wait under a release without approvals: migrated, their signatories are asked, and they go on. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test, { after } from 'node:test';
import type { App } from '../../src/app.ts';
import { openWaitingBatches } from '../../src/pipeline/open-waiting-batches.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { rounds } from '../support/rounds.ts';
import { header } from '../support/sample-template.ts';
import {
  addSignedTenant,
  approvalAt,
  approve,
  linkMails,
  type Signatory,
  untilStatus,
  waitingBatch,
} from '../support/signatories.ts';

const belt = await openTestApp();
after(() => belt[Symbol.asyncDispose]());
await belt.startBelt();

const migration = await readFile(new URL('../../migrations/0017_waiting_batches.sql', import.meta.url), 'utf8');
const hashesOf = (batchId: string) =>
  belt.sql('select content_hash from chunk where batch_id = $1 order by seq', [batchId]);

/** As the older release left it: waiting, and nobody asked. */
async function forgetApprovals(batchId: string): Promise<void> {
  await belt.sql(
    'delete from notice where id in (select link.id from approval_link link join approval on approval.id = approval_id where batch_id = $1)',
    [batchId],
  );
  await belt.sql('delete from approval_link where approval_id in (select id from approval where batch_id = $1)', [
    batchId,
  ]);
  await belt.sql('delete from approval where batch_id = $1', [batchId]);
  await belt.sql('update chunk set content_hash = null where batch_id = $1', [batchId]);
}

test('a batch that waited before there were approvals is bound to its content, asked for once by however many servers start, and issued', async () => {
  const tenant = await addSignedTenant(belt, [true, false]);
  const [, second] = tenant.signatories as [Signatory, Signatory];
  const rows = rounds(5, 502);
  const id = await waitingBatch(belt, tenant, rows, [['', 'x@example.com', 'Botany', '']]);
  await linkMails(belt, second.email);
  const before = await hashesOf(id);
  await forgetApprovals(id);
  await belt.sql(migration);
  assert.deepEqual(await hashesOf(id), before);
  await Promise.all([openWaitingBatches(belt.app), openWaitingBatches(belt.app), openWaitingBatches(belt.app)]);
  const approvals = await belt.sql('select slot, status from approval where batch_id = $1 order by slot', [id]);
  assert.deepEqual(approvals, [
    { slot: 1, status: 'approved' },
    { slot: 2, status: 'pending' },
  ]);
  await linkMails(belt, second.email, 2);
  assert.deepEqual(await approve(belt, second, (await approvalAt(belt, id, 2)).id), { released: true });
  assert.equal((await belt.waitForBatch(tenant, id)).issued, rows);
  await openWaitingBatches(belt.app);
  assert.equal((await linkMails(belt, second.email, 2)).length, 2);
  await assertInvariants(belt.database);
});

test('a batch of which no row was left to sign ends instead of waiting for ever', async () => {
  const tenant = await addSignedTenant(belt, [false]);
  const id = await belt.createBatch(tenant, csv([header, ['', 'x@example.com', 'Botany', '']]));
  await untilStatus(belt, tenant, id, 'failed');
  // The older release let it wait, its chunk accepted.
  await belt.sql(`update chunk set status = 'accepted', finished_at = null where batch_id = $1`, [id]);
  await belt.sql(`update batch set status = 'waiting_for_approval', completed_at = null where id = $1`, [id]);
  await openWaitingBatches(belt.app);
  await untilStatus(belt, tenant, id, 'failed');
  await assertInvariants(belt.database);
});

test('a batch that cannot be opened keeps no other from being opened', async () => {
  const tenant = await addSignedTenant(belt, [false]);
  const broken = await waitingBatch(belt, tenant, 1);
  const whole = await waitingBatch(belt, tenant, 1);
  for (const id of [broken, whole]) await forgetApprovals(id);
  await belt.sql(migration);
  let failures = 1;
  const organization: App['db']['organization'] = (id, work) =>
    failures-- > 0 ? Promise.reject(new Error('not now')) : belt.app.db.organization(id, work);
  await openWaitingBatches({ ...belt.app, db: { ...belt.app.db, organization } });
  assert.deepEqual(await belt.sql('select 1 from approval where batch_id = $1', [broken]), []);
  assert.equal((await approvalAt(belt, whole, 1)).status, 'pending');
  await openWaitingBatches(belt.app);
  assert.equal((await approvalAt(belt, broken, 1)).status, 'pending');
});
