/** A batch that people must sign waits for them: asked by mail, approved by all of them, made only then; rejected ones cost nothing. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { approveBatch } from '../../src/usecases/approvals/approve.ts';
import { viewApproval } from '../../src/usecases/approvals/get-approval.ts';
import { openApprovalLink } from '../../src/usecases/approvals/open-link.ts';
import { rejectBatch } from '../../src/usecases/approvals/reject-batch.ts';
import { rejectItems } from '../../src/usecases/approvals/reject-items.ts';
import { listFailedRows } from '../../src/usecases/batches/failed-rows.ts';
import { retryFailed } from '../../src/usecases/batches/retry-failed.ts';
import { viewCredential } from '../../src/usecases/credentials/view-credential.ts';
import { createMember } from '../../src/usecases/organizations/create-member.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp, type Tenant } from '../support/open-test-app.ts';
import { longTest, rounds } from '../support/rounds.ts';
import { goodRows, header } from '../support/sample-template.ts';
import {
  addSignedTenant,
  approvalAt,
  approve,
  linkMails,
  refusal,
  type Signatory,
  untilStatus,
  waitingBatch,
} from '../support/signatories.ts';

const belt = await openTestApp();
after(() => belt[Symbol.asyncDispose]());
await belt.startBelt();

const itemsOf = (batchId: string) =>
  belt.sql<{ id: string; status: string; issues: unknown }>(
    'select id, status, issues from item where batch_id = $1 order by seq',
    [batchId],
  );

test('a batch with a signatory who has not agreed waits for approval and produces nothing', async () => {
  const tenant = await addSignedTenant(belt, [true, false]);
  const id = await waitingBatch(belt, tenant, 501, [['', 'x@example.com', 'Botany', '']]);
  const jobs = await belt.sql(
    `select 1 from pgboss.job where data->>'stage' not in ('accept', 'notify') and data->>'organizationId' = $1`,
    [tenant.organizationId],
  );
  assert.deepEqual(jobs, []);
  const items = await belt.sql(
    'select status, count(*)::int as count from item where batch_id = $1 group by 1 order by 1',
    [id],
  );
  assert.deepEqual(items, [
    { status: 'accepted', count: 501 },
    { status: 'failed', count: 1 },
  ]);
  assert.deepEqual(await belt.sql('select 1 from delivery where batch_id = $1', [id]), []);
  assert.deepEqual(await belt.blobFiles(`packs/${id.slice(0, 2)}/${id}`), []);
  assert.deepEqual(await belt.balance(tenant), { available: 100_000 - 501, reserved: 501, spent: 0 });
  await assertInvariants(belt.database);
});

test('a signatory gets a mail with a link, looks by it, approves by it, and the certificates are made and say so', async () => {
  const tenant = await addSignedTenant(belt, [true, false]);
  const [, signatory] = tenant.signatories as [Signatory, Signatory];
  const id = await waitingBatch(belt, tenant, 3, [['', 'x@example.com', 'Botany', '']]);
  const [mail] = await linkMails(belt, signatory.email);
  assert.ok(mail);
  assert.match(mail.subject, /Spring diplomas/);
  for (const said of ['Sample School', 'Spring diplomas', 'Certificates: 3', 'not meant for you'])
    assert.ok(mail.text.includes(said), said);
  assert.ok(mail.html.includes(`/approve/${mail.token}`));

  for (let scan = 0; scan < 3; scan++) await openApprovalLink(belt.app, mail.token);
  const { actor, approvalId } = await openApprovalLink(belt.app, mail.token);
  const view = await viewApproval(belt.app, actor, approvalId);
  assert.deepEqual(view.counts, { total: 4, accepted: 3, failed: 1, rejected: 0 });
  assert.deepEqual(
    view.signatories.map(({ slot, status, decidedBy }) => [slot, status, decidedBy]),
    [
      [1, 'approved', 'auto'],
      [2, 'pending', null],
    ],
  );
  assert.deepEqual(await approveBatch(belt.app, actor, approvalId, view.hash), { released: true });
  const batch = await belt.waitForBatch(tenant, id);
  assert.deepEqual([batch.status, batch.issued, batch.failed], ['partially_completed', 3, 1]);

  const [issued] = (await itemsOf(id)).filter(({ status }) => status === 'issued');
  const { credential, report } = await viewCredential(belt.app, issued?.id as string);
  assert.equal(report.verdict, 'unchanged', report.reasons.join());
  const today = new Date().toISOString().slice(0, 10);
  const { name } = view.approval;
  assert.deepEqual(JSON.parse(credential).evidence, [
    {
      type: ['Evidence'],
      name: 'Approval, signatory 2',
      narrative: `${name} (Dean) approved the issue of this credential on ${today}.`,
    },
  ]);
  const trail = await belt.sql<{ kind: string; actor: string }>(
    `select kind, actor from event where subject_id in (select id from approval where batch_id = $1) order by id`,
    [id],
  );
  assert.deepEqual(trail, [
    { kind: 'approval.pending', actor: 'system' },
    { kind: 'approval.approved', actor: `member:${signatory.memberId}` },
  ]);
  await assert.rejects(
    openApprovalLink(belt.app, mail.token),
    refusal('conflict', { link: 'used', status: 'approved' }),
  );
  await assert.rejects(approveBatch(belt.app, actor, approvalId, view.hash), refusal('conflict', {}));
  await assertInvariants(belt.database);
});

test('a batch whose signatories have all agreed beforehand goes straight through, and the audit trail says who', async () => {
  const tenant = await addSignedTenant(belt, [true, true]);
  const id = await belt.createBatch(tenant, csv([header, ...goodRows(3)]));
  const batch = await belt.waitForBatch(tenant, id);
  assert.deepEqual([batch.status, batch.issued], ['completed', 3]);
  const rows = await belt.sql('select slot, status, decided_by as by from approval where batch_id = $1 order by slot', [
    id,
  ]);
  assert.deepEqual(rows, [
    { slot: 1, status: 'approved', by: 'auto' },
    { slot: 2, status: 'approved', by: 'auto' },
  ]);
  const [item] = await itemsOf(id);
  const { credential } = await viewCredential(belt.app, item?.id as string);
  assert.equal(JSON.parse(credential).evidence, undefined);
  await assertInvariants(belt.database);
});

test('F24: two signatories who approve in the same instant are both counted, and exactly one releases the batch', async () => {
  const tenant = await addSignedTenant(belt, [false, false]);
  for (let round = 0; round < rounds(2, 5); round++) {
    const id = await waitingBatch(belt, tenant, 2);
    const approvals = [await approvalAt(belt, id, 1), await approvalAt(belt, id, 2)];
    const ends = await Promise.all(
      tenant.signatories.map((one, at) => approve(belt, one, approvals[at]?.id as string)),
    );
    assert.deepEqual(ends.map(({ released }) => released).sort(), [false, true]);
    const batch = await belt.waitForBatch(tenant, id);
    assert.deepEqual([batch.status, batch.issued], ['completed', 2]);
    const [jobs] = await belt.sql(
      `select count(*)::int as count from pgboss.job where data->>'stage' = 'produce'
         and data->>'chunkId' in (select id::text from chunk where batch_id = $1)`,
      [id],
    );
    assert.deepEqual(jobs, { count: 1 });
  }
  await assertInvariants(belt.database);
});

test('F24: one signatory who approves twice in the same instant is counted once', async () => {
  const tenant = await addSignedTenant(belt, [false, false]);
  const id = await waitingBatch(belt, tenant, 2);
  const { id: approvalId } = await approvalAt(belt, id, 1);
  const [first] = tenant.signatories as [Signatory, Signatory];
  const ends = await Promise.allSettled([approve(belt, first, approvalId), approve(belt, first, approvalId)]);
  assert.deepEqual(ends.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  assert.equal((await approvalAt(belt, id, 2)).status, 'pending');
  await assertInvariants(belt.database);
});

test('single certificates are rejected: failed with the reason, at no cost, and the rest is issued', async () => {
  const tenant = await addSignedTenant(belt, [false, false]);
  const [first, second] = tenant.signatories as [Signatory, Signatory];
  const id = await waitingBatch(belt, tenant, 5);
  const { id: approvalId } = await approvalAt(belt, id, 1);
  await approve(belt, second, (await approvalAt(belt, id, 2)).id);
  const items = await itemsOf(id);
  const rejections = items.slice(0, 2).map((item, at) => ({ itemId: item.id, reason: `  Wrong\ngrade ${at} ` }));
  assert.deepEqual(await rejectItems(belt.app, first.actor, approvalId, rejections), { rejected: 2, left: 3 });
  assert.deepEqual(await rejectItems(belt.app, first.actor, approvalId, rejections), { rejected: 0, left: 3 });
  assert.deepEqual(await belt.balance(tenant), { available: 100_000 - 3, reserved: 3, spent: 0 });
  await assertInvariants(belt.database);
  assert.deepEqual((await viewApproval(belt.app, first.actor, approvalId)).counts, {
    total: 5,
    accepted: 3,
    failed: 0,
    rejected: 2,
  });
  // The other's approval stands: nothing has changed in what is left.
  assert.deepEqual(await approve(belt, first, approvalId), { released: true });
  const batch = await belt.waitForBatch(tenant, id);
  assert.deepEqual([batch.status, batch.issued, batch.failed], ['partially_completed', 3, 2]);
  assert.deepEqual(await belt.balance(tenant), { available: 100_000 - 3, reserved: 0, spent: 3 });
  const failed = await listFailedRows(belt.app, tenant.actor, id, -1, 10);
  assert.deepEqual(
    failed.map(({ issues, retryable }) => [issues[0]?.sentence, retryable]),
    [
      ['was rejected: Wrong grade 0', false],
      ['was rejected: Wrong grade 1', false],
    ],
  );
  assert.deepEqual(await retryFailed(belt.app, tenant.actor, id), { retried: 0, badRows: 2 });
  assert.deepEqual(
    await belt.sql(`select data->>'reason' as reason from event where kind = 'item.rejected' and subject_id = $1`, [
      items[0]?.id,
    ]),
    [{ reason: 'Wrong grade 0' }],
  );
  await assertInvariants(belt.database);
});

test('rejections that name what is not in the batch, or no reason, change nothing', async () => {
  const tenant = await addSignedTenant(belt, [false]);
  const [first] = tenant.signatories as [Signatory];
  const id = await waitingBatch(belt, tenant, 2);
  const other = await waitingBatch(belt, tenant, 1);
  const { id: approvalId } = await approvalAt(belt, id, 1);
  const [good] = await itemsOf(id);
  const [foreign] = await itemsOf(other);
  const refuse = async (rejections: { itemId: string; reason: string }[], paths: string[]) => {
    const attempt = rejectItems(belt.app, first.actor, approvalId, rejections);
    await assert.rejects(attempt, (error: { code: string; issues: { path: string }[] }) => {
      assert.equal(error.code, 'invalid_input');
      assert.deepEqual(
        error.issues.map(({ path }) => path),
        paths,
      );
      return true;
    });
  };
  const itemId = good?.id as string;
  await refuse([], ['items']);
  await refuse([{ itemId, reason: ' ' }], ['items.0.reason']);
  await refuse([{ itemId, reason: 'x'.repeat(501) }], ['items.0.reason']);
  await refuse([{ itemId, reason: 'a\u202eb' }], ['items.0.reason']);
  await refuse(
    [
      { itemId, reason: 'good' },
      { itemId: foreign?.id as string, reason: 'good' },
    ],
    ['items.1.id'],
  );
  await refuse([{ itemId: "'; drop table item; --", reason: 'good' }], ['items.0.id']);
  await refuse(
    Array.from({ length: 1_001 }, () => ({ itemId, reason: 'good' })),
    ['items'],
  );
  assert.deepEqual(
    (await itemsOf(id)).map(({ status }) => status),
    ['accepted', 'accepted'],
  );
  await assertInvariants(belt.database);
});

test('a rejected batch ends failed: every item with the reason, every credit back, the other link void, nothing to retry', async () => {
  const tenant = await addSignedTenant(belt, [false, false]);
  const [first, second] = tenant.signatories as [Signatory, Signatory];
  const id = await waitingBatch(belt, tenant, 1_201, [['', 'x@example.com', 'Botany', '']]);
  const [mail] = await linkMails(belt, second.email);
  const { id: approvalId } = await approvalAt(belt, id, 1);
  const { hash } = await viewApproval(belt.app, first.actor, approvalId);
  await rejectBatch(belt.app, first.actor, approvalId, 'The wrong year', hash);
  const batch = await belt.waitForBatch(tenant, id);
  assert.deepEqual([batch.status, batch.issued, batch.failed], ['failed', 0, 1_202]);
  const counts = await belt.sql(
    `select issues->0->>'code' as code, issues->0->'params'->>'reason' as reason, count(*)::int as count from item where batch_id = $1 group by 1, 2 order by 3`,
    [id],
  );
  assert.deepEqual(counts, [
    { code: 'required', reason: null, count: 1 },
    { code: 'rejected', reason: 'The wrong year', count: 1_201 },
  ]);
  assert.deepEqual(await belt.balance(tenant), { available: 100_000, reserved: 0, spent: 0 });
  await assert.rejects(openApprovalLink(belt.app, mail?.token as string), refusal('conflict', { link: 'superseded' }));
  assert.deepEqual(await retryFailed(belt.app, tenant.actor, id), { retried: 0, badRows: 1_202 });
  await assertInvariants(belt.database);
});

longTest('a batch whose certificates were all rejected one by one ends failed', async () => {
  const tenant = await addSignedTenant(belt, [false, false]);
  const [first] = tenant.signatories as [Signatory, Signatory];
  const id = await waitingBatch(belt, tenant, 3);
  const { id: approvalId } = await approvalAt(belt, id, 1);
  const all = (await itemsOf(id)).map((item) => ({ itemId: item.id, reason: 'No' }));
  assert.deepEqual(await rejectItems(belt.app, first.actor, approvalId, all), { rejected: 3, left: 0 });
  const batch = await belt.waitForBatch(tenant, id);
  assert.deepEqual([batch.status, batch.failed], ['failed', 3]);
  assert.deepEqual(await belt.balance(tenant), { available: 100_000, reserved: 0, spent: 0 });
  await assertInvariants(belt.database);
});

test('a batch without a single good row asks nobody', async () => {
  const tenant = await addSignedTenant(belt, [false]);
  const id = await belt.createBatch(tenant, csv([header, ['', 'x@example.com', 'Botany', '']]));
  await untilStatus(belt, tenant, id, 'failed');
  assert.deepEqual(await belt.sql('select 1 from approval where batch_id = $1', [id]), []);
  await assertInvariants(belt.database);
});

test('a batch whose signatory has no signature on file is refused', async () => {
  const tenant: Tenant = await addSignedTenant(belt, [false]);
  const memberId = await createMember(belt.app, tenant.organizationId, {
    firstName: 'No',
    lastName: 'Image',
    email: 'no@example.com',
  });
  const attempt = belt.createBatch(tenant, csv([header, ...goodRows(3)]), {
    signatories: [{ at: 0, members: [memberId], slot: 1 }],
  });
  await assert.rejects(attempt, { code: 'invalid_input' });
  assert.deepEqual(await belt.sql('select 1 from batch where organization_id = $1', [tenant.organizationId]), []);
});
