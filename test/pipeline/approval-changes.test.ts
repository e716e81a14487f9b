/** What an approval is bound to: the order of the places, and the content that was shown; whatever changes makes it void and asks again. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { approveBatch } from '../../src/usecases/approvals/approve.ts';
import { viewApproval } from '../../src/usecases/approvals/get-approval.ts';
import { openApprovalLink } from '../../src/usecases/approvals/open-link.ts';
import { reassignApproval } from '../../src/usecases/approvals/reassign.ts';
import { rejectBatch } from '../../src/usecases/approvals/reject-batch.ts';
import { readCredential, readDocument } from '../../src/usecases/documents/read-document.ts';
import { getItem } from '../../src/usecases/items/get-item.ts';
import { createMember } from '../../src/usecases/organizations/create-member.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp, type Tenant } from '../support/open-test-app.ts';
import { longTest, rounds } from '../support/rounds.ts';
import {
  addSignatory,
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

const statuses = async (batchId: string) =>
  (
    await belt.sql<{ slot: number; status: string }>(
      `select slot, status from approval where batch_id = $1 order by slot, created_at, status`,
      [batchId],
    )
  ).map(({ slot, status }) => `${slot} ${status}`);

/** The credential and the whole document of the batch's first certificate. */
async function firstCertificate(tenant: Tenant, batchId: string) {
  const [row] = await belt.sql<{ id: string }>('select id from item where batch_id = $1 order by seq limit 1', [
    batchId,
  ]);
  const item = await getItem(belt.app, tenant.actor, row?.id as string);
  const credential = JSON.parse(await readCredential(belt.app, item)) as { evidence: { narrative: string }[] };
  return { credential, document: await readDocument(belt.app, item) };
}

test('in order: the second signatory is asked when the first has approved, and not before', async () => {
  const tenant = await addSignedTenant(belt, [false, true, false], { approvalOrder: 'sequential' });
  const [first, , third] = tenant.signatories as [Signatory, Signatory, Signatory];
  const id = await waitingBatch(belt, tenant, 2);
  assert.deepEqual(await statuses(id), ['1 pending', '2 approved', '3 waiting']);
  await linkMails(belt, first.email);
  assert.deepEqual(await belt.sql('select 1 from notice where recipient_address = $1', [third.email]), []);
  const { id: last } = await approvalAt(belt, id, 3);
  await assert.rejects(approve(belt, third, last), refusal('conflict', { status: 'waiting' }));
  assert.deepEqual(await approve(belt, first, (await approvalAt(belt, id, 1)).id), { released: false });
  const [mail] = await linkMails(belt, third.email);
  const { actor, approvalId } = await openApprovalLink(belt.app, mail?.token as string);
  assert.equal(approvalId, last);
  const { hash, order } = await viewApproval(belt.app, actor, approvalId);
  assert.equal(order, 'sequential');
  assert.deepEqual(await approveBatch(belt.app, actor, approvalId, hash), { released: true });
  assert.equal((await belt.waitForBatch(tenant, id)).status, 'completed');
  await assertInvariants(belt.database);
});

test('in order: when the first one rejects the batch, the second is never asked', async () => {
  const tenant = await addSignedTenant(belt, [false, false], { approvalOrder: 'sequential' });
  const [first, second] = tenant.signatories as [Signatory, Signatory];
  const id = await waitingBatch(belt, tenant, 2);
  const { id: approvalId } = await approvalAt(belt, id, 1);
  const { hash } = await viewApproval(belt.app, first.actor, approvalId);
  await rejectBatch(belt.app, first.actor, approvalId, 'Not this year', hash);
  await untilStatus(belt, tenant, id, 'failed');
  assert.deepEqual(await statuses(id), ['1 rejected', '2 void']);
  assert.deepEqual(await belt.sql('select 1 from notice where recipient_address = $1', [second.email]), []);
  await assertInvariants(belt.database);
});

test('F24: a decision that names another hash than that of what there is decides nothing', async () => {
  const tenant = await addSignedTenant(belt, [false]);
  const [first] = tenant.signatories as [Signatory];
  const id = await waitingBatch(belt, tenant, 2);
  const other = await waitingBatch(belt, tenant, 2);
  const { id: approvalId } = await approvalAt(belt, id, 1);
  const { hash } = await viewApproval(belt.app, first.actor, approvalId);
  const { hash: foreign } = await viewApproval(belt.app, first.actor, (await approvalAt(belt, other, 1)).id);
  for (const wrong of ['', '0'.repeat(64), hash.slice(1), foreign]) {
    await assert.rejects(approveBatch(belt.app, first.actor, approvalId, wrong), refusal('conflict', { hash }));
    await assert.rejects(rejectBatch(belt.app, first.actor, approvalId, 'No', wrong), refusal('conflict', { hash }));
  }
  assert.deepEqual(await statuses(id), ['1 pending']);
  assert.deepEqual(await approveBatch(belt.app, first.actor, approvalId, hash.toUpperCase()), { released: true });
});

test('the hash covers all that the certificates consist of', async () => {
  const tenant = await addSignedTenant(belt, [false]);
  const [first] = tenant.signatories as [Signatory];
  const id = await waitingBatch(belt, tenant, 3);
  const { id: approvalId } = await approvalAt(belt, id, 1);
  const hashNow = async () => (await viewApproval(belt.app, first.actor, approvalId)).hash;
  const seen = new Set([await hashNow()]);
  for (const change of [
    `update organization set name = 'Another School' where id = (select organization_id from batch where id = $1)`,
    `update organization set url = 'https://another.example' where id = (select organization_id from batch where id = $1)`,
    `with other as (select batch_id, slot, organization_id, png || '\\x00' as png from batch_signature join signature_image using (organization_id, sha256)
       where batch_id = $1),
     stored as (insert into signature_image select organization_id, sha256(png), png from other)
     update batch_signature set sha256 = sha256(other.png) from other where batch_signature.batch_id = other.batch_id and batch_signature.slot = other.slot`,
    `update batch set signatories = jsonb_set(signatories, '{0,name}', '"Somebody Else"') where id = $1`,
    `update batch set signatories = jsonb_set(signatories, '{0,designation}', '"Rector"') where id = $1`,
  ]) {
    await belt.sql(change, [id]);
    seen.add(await hashNow());
  }
  assert.equal(seen.size, 6);
});

const changes = [
  ['address', `email = 'eve@example.com', email_key = 'eve@example.com'`, 2],
  ['name', `name = 'Eve'`, 502],
  ['field', `fields = fields || '{"Course": "Forgery"}'`, 2],
  ['day', `issue_date = issue_date - 1`, 2],
] as const;

for (const [what, change, rows] of changes.slice(0, rounds(1, 4)))
  test(`F24: a row whose ${what} changed behind the approvals is noticed at the last one: all are void and asked again`, async () => {
    const tenant = await addSignedTenant(belt, [false, false, true]);
    const [first, second] = tenant.signatories as [Signatory, Signatory, Signatory];
    const id = await waitingBatch(belt, tenant, rows);
    // What is void before its mail has left is not mailed any more.
    for (const { email } of [first, second]) await linkMails(belt, email);
    await approve(belt, first, (await approvalAt(belt, id, 1)).id);
    await belt.sql(`update item set ${change} where batch_id = $1 and seq = $2`, [id, rows - 1]);
    assert.deepEqual(await approve(belt, second, (await approvalAt(belt, id, 2)).id), { released: false });
    assert.deepEqual((await statuses(id)).sort(), [
      '1 pending',
      '1 void',
      '2 pending',
      '2 void',
      '3 approved',
      '3 void',
    ]);
    await untilStatus(belt, tenant, id, 'waiting_for_approval');
    await assertInvariants(belt.database);
    await linkMails(belt, first.email, 2);
    await linkMails(belt, second.email, 2);
    await approve(belt, second, (await approvalAt(belt, id, 2)).id);
    assert.deepEqual(await approve(belt, first, (await approvalAt(belt, id, 1)).id), { released: true });
    assert.equal((await belt.waitForBatch(tenant, id)).status, 'completed');
    await assertInvariants(belt.database);
  });

test('somebody else signs: approvals given before are void, and name and evidence on the certificates are the new ones', async () => {
  const tenant = await addSignedTenant(belt, [false, false]);
  const [first, second] = tenant.signatories as [Signatory, Signatory];
  const untouched = await waitingBatch(belt, tenant, 1);
  const id = await waitingBatch(belt, tenant, 1);
  const { id: absent } = await approvalAt(belt, id, 2);
  await approve(belt, first, (await approvalAt(belt, id, 1)).id);
  const [asked] = (await linkMails(belt, second.email, 2)).slice(1);
  await belt.sql('update member set is_archived = true where id = $1', [second.memberId]);
  const deputy = await addSignatory(belt, tenant.organizationId, 'Deputy');
  const fresh = await reassignApproval(belt.app, tenant.actor, absent, deputy.memberId);
  assert.deepEqual((await statuses(id)).sort(), ['1 pending', '1 void', '2 pending', '2 void']);
  assert.deepEqual((await statuses(untouched)).sort(), ['1 pending', '2 pending']);
  await assert.rejects(openApprovalLink(belt.app, asked?.token as string), refusal('conflict', { link: 'superseded' }));
  const [mail] = await linkMails(belt, deputy.email);
  assert.equal((await openApprovalLink(belt.app, mail?.token as string)).approvalId, fresh);
  await assertInvariants(belt.database);
  await approve(belt, deputy, fresh);
  assert.deepEqual(await approve(belt, first, (await approvalAt(belt, id, 1)).id), { released: true });
  await belt.waitForBatch(tenant, id);
  const { credential } = await firstCertificate(tenant, id);
  assert.deepEqual(
    credential.evidence.map(({ narrative }) => narrative.split(' (')[0]?.split(' ')[0]),
    ['Sig', 'Deputy'],
  );
  await assertInvariants(belt.database);
});

longTest('in order: when the first place is taken by somebody else, the second waits again', async () => {
  const tenant = await addSignedTenant(belt, [false, false, false], { approvalOrder: 'sequential' });
  const [first] = tenant.signatories as [Signatory, Signatory, Signatory];
  const id = await waitingBatch(belt, tenant, 1);
  await approve(belt, first, (await approvalAt(belt, id, 1)).id);
  const deputy = await addSignatory(belt, tenant.organizationId);
  await reassignApproval(belt.app, tenant.actor, (await approvalAt(belt, id, 3)).id, deputy.memberId);
  const counting = (await statuses(id)).filter((one) => !one.endsWith('void'));
  assert.deepEqual(counting, ['1 pending', '2 waiting', '3 waiting']);
  await assertInvariants(belt.database);
});

test('a place is not given to somebody who cannot sign there', async () => {
  const tenant = await addSignedTenant(belt, [false, false]);
  const [first, second] = tenant.signatories as [Signatory, Signatory];
  const id = await waitingBatch(belt, tenant, 1);
  const { id: approvalId } = await approvalAt(belt, id, 1);
  const other = await addSignedTenant(belt, [false]);
  const archived = await addSignatory(belt, tenant.organizationId);
  await belt.sql('update member set is_archived = true where id = $1', [archived.memberId]);
  const person = { firstName: 'No', lastName: 'Image', email: 'noimage@example.com' };
  const unsigned = await createMember(belt.app, tenant.organizationId, person);
  const wide = await addSignatory(belt, tenant.organizationId, 'Wolfeschlegelsteinhausenbergerdorff '.repeat(8).trim());
  for (const member of [
    second.memberId,
    other.signatories[0]?.memberId,
    archived.memberId,
    unsigned,
    wide.memberId,
    'x',
    '',
  ])
    await assert.rejects(
      reassignApproval(belt.app, tenant.actor, approvalId, member as string),
      refusal('invalid_input'),
    );
  const clerk = { ...tenant.actor, scopes: ['approvals:decide', 'approvals:list'] };
  const able = await addSignatory(belt, tenant.organizationId);
  await assert.rejects(reassignApproval(belt.app, clerk, approvalId, able.memberId), refusal('forbidden'));
  assert.deepEqual(await statuses(id), ['1 pending', '2 pending']);
  await approve(belt, first, approvalId);
  await assert.rejects(reassignApproval(belt.app, tenant.actor, approvalId, able.memberId), refusal('conflict'));
});
