/** Links in signatories' mails: good until the decision, told apart when they are not, and worth nothing to whoever makes one up. */

import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import test, { after } from 'node:test';
import type { Channel, Outcome } from '../../src/deliver/channel.ts';
import { sealId } from '../../src/domain/sealed-id.ts';
import { notify } from '../../src/pipeline/notify.ts';
import { approveBatch } from '../../src/usecases/approvals/approve.ts';
import { viewApproval } from '../../src/usecases/approvals/get-approval.ts';
import { openApprovalLink } from '../../src/usecases/approvals/open-link.ts';
import { resendApproval } from '../../src/usecases/approvals/resend.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp, type TestApp } from '../support/open-test-app.ts';
import { longTest } from '../support/rounds.ts';
import {
  addSignedTenant,
  approvalAt,
  approve,
  linkMails,
  refusal,
  type Signatory,
  waitingBatch,
} from '../support/signatories.ts';

const belt = await openTestApp();
after(() => belt[Symbol.asyncDispose]());
await belt.startBelt();

async function askedSignatory() {
  const tenant = await addSignedTenant(belt, [false]);
  const [signatory] = tenant.signatories as [Signatory];
  const batchId = await waitingBatch(belt, tenant, 2);
  const [mail] = await linkMails(belt, signatory.email);
  return {
    tenant,
    signatory,
    batchId,
    token: mail?.token as string,
    approvalId: (await approvalAt(belt, batchId, 1)).id,
  };
}

test('a link is good however often it is opened, and used up by the decision', async () => {
  const { tenant, batchId, token, approvalId } = await askedSignatory();
  const first = await openApprovalLink(belt.app, token);
  const second = await openApprovalLink(belt.app, token);
  assert.deepEqual(second, first);
  assert.equal(first.approvalId, approvalId);
  const { hash } = await viewApproval(belt.app, first.actor, approvalId);
  const ends = await Promise.allSettled([
    approveBatch(belt.app, first.actor, approvalId, hash),
    approveBatch(belt.app, second.actor, approvalId, hash),
  ]);
  assert.deepEqual(ends.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  await assert.rejects(openApprovalLink(belt.app, token), refusal('conflict', { link: 'used', status: 'approved' }));
  assert.equal((await belt.waitForBatch(tenant, batchId)).status, 'completed');
  await assertInvariants(belt.database);
});

test('a token that nobody was sent leads nowhere, however near it is to a good one', async () => {
  const { token } = await askedSignatory();
  const otherKey = sealId(randomBytes(32), 'approvalLink', randomUUID());
  const unknownId = sealId(belt.app.masterKey, 'approvalLink', randomUUID());
  const flipped = `${token.slice(0, -1)}${token.endsWith('A') ? 'Q' : 'A'}`;
  const wrong = [
    '',
    'x',
    token.slice(1),
    `${token}A`,
    token.toLowerCase(),
    otherKey,
    unknownId,
    flipped,
    '\u0000'.repeat(64),
  ];
  for (const one of wrong) await assert.rejects(openApprovalLink(belt.app, one), refusal('not_found'), one);
  const stored =
    JSON.stringify(await belt.sql('select * from approval_link')) +
    JSON.stringify(await belt.sql('select * from notice'));
  assert.ok(!stored.includes(token), 'nothing that opens anything is stored');
});

test('an expired link says so, and a new mail brings a new one while the old one is superseded', async () => {
  const { tenant, signatory, token, approvalId } = await askedSignatory();
  await belt.sql("update approval_link set expires_at = now() - interval '1 second' where approval_id = $1", [
    approvalId,
  ]);
  await assert.rejects(openApprovalLink(belt.app, token), refusal('conflict', { link: 'expired', status: 'pending' }));
  await resendApproval(belt.app, tenant.actor, approvalId);
  const [, fresh] = await linkMails(belt, signatory.email, 2);
  assert.equal((await openApprovalLink(belt.app, fresh?.token as string)).approvalId, approvalId);
  await assert.rejects(openApprovalLink(belt.app, token), refusal('conflict', { link: 'superseded' }));
  await approve(belt, signatory, approvalId);
  await assert.rejects(openApprovalLink(belt.app, fresh?.token as string), refusal('conflict', { link: 'used' }));
  await assert.rejects(resendApproval(belt.app, tenant.actor, approvalId), refusal('conflict'));
});

longTest('a link is valid for as many days as APPROVAL_LINK_DAYS says', async () => {
  await using other = await openTestApp({ environment: { APPROVAL_LINK_DAYS: '3' } });
  await other.startBelt();
  const tenant = await addSignedTenant(other, [false]);
  await waitingBatch(other, tenant, 1);
  const [row] = await other.sql(
    `select extract(epoch from expires_at - created_at)::int / 86400.0 between 2.99 and 3.01 as right from approval_link`,
  );
  assert.deepEqual(row, { right: true });
});

test('F25: a signatory who was archived in the middle of an approval decides nothing any more, neither by the link nor by a key, and is not written to', async () => {
  const { tenant, signatory, token, approvalId } = await askedSignatory();
  const { actor } = await openApprovalLink(belt.app, token);
  const { hash } = await viewApproval(belt.app, actor, approvalId);
  await belt.sql('update member set is_archived = true where id = $1', [signatory.memberId]);
  await assert.rejects(openApprovalLink(belt.app, token), refusal('conflict', { link: 'archived' }));
  for (const who of [actor, signatory.actor])
    await assert.rejects(approveBatch(belt.app, who, approvalId, hash), refusal('forbidden', { archived: true }));
  await assert.rejects(resendApproval(belt.app, tenant.actor, approvalId), refusal('conflict', { archived: true }));
  assert.equal((await linkMails(belt, signatory.email)).length, 1);
  await assertInvariants(belt.database);
});

test('only the signatory decides: not a colleague, not the office, not a key without the permission', async () => {
  const tenant = await addSignedTenant(belt, [false, false]);
  const [first, second] = tenant.signatories as [Signatory, Signatory];
  const batchId = await waitingBatch(belt, tenant, 1);
  const { id } = await approvalAt(belt, batchId, 1);
  const { hash } = await viewApproval(belt.app, first.actor, id);
  for (const actor of [second.actor, tenant.actor])
    await assert.rejects(approveBatch(belt.app, actor, id, hash), refusal('forbidden', { signatory: first.memberId }));
  const reader = { ...first.actor, scopes: ['approvals:list'] };
  await assert.rejects(
    approveBatch(belt.app, reader, id, hash),
    refusal('forbidden', { permission: 'approvals:decide' }),
  );
  await assert.rejects(
    viewApproval(belt.app, { ...reader, scopes: [] }, id),
    refusal('forbidden', { permission: 'approvals:list' }),
  );
  const stranger = await addSignedTenant(belt, [false]);
  await assert.rejects(viewApproval(belt.app, stranger.actor, id), refusal('not_found'));
  await assert.rejects(approveBatch(belt.app, stranger.actor, id, hash), refusal('not_found'));
});

/** The only mail there is to be sent, with nobody to send it. */
async function jobOfNotice(quiet: TestApp) {
  const stop = await quiet.startBelt({ slots: { deliver: 0 } });
  const tenant = await addSignedTenant(quiet, [false]);
  await waitingBatch(quiet, tenant, 1);
  await stop();
  const [notice] = await quiet.sql<{ id: string }>('select id from notice');
  return { stage: 'notify' as const, organizationId: tenant.organizationId, chunkId: notice?.id as string };
}

test('a mail that is refused for now, or whose answer never came, is sent again with the same link and Message-ID', async () => {
  await using quiet = await openTestApp();
  const job = await jobOfNotice(quiet);
  const sent: { messageId: string; text: string; html: string; date: Date }[] = [];
  const answers: Outcome[] = [
    { status: 'deferred', reason: '450 later' },
    { status: 'unknown', reason: 'no answer' },
    { status: 'sent', response: '250 taken' },
  ];
  const email: Channel = {
    name: 'email',
    deliver: async ({ messageId, text, html, date }) => {
      sent.push({ messageId, text, html, date });
      return answers[sent.length - 1] as Outcome;
    },
    close: async () => {},
  };
  const state = async () => (await quiet.sql('select status, attempts, response from notice'))[0];
  for (const expected of ['deferred', 'unknown', 'sent']) {
    await quiet.sql('update notice set next_attempt_at = now()');
    await notify({ ...quiet.app, channels: { email } }, job);
    assert.equal((await state())?.status, expected);
    await assertInvariants(quiet.database, expected);
  }
  await notify({ ...quiet.app, channels: { email } }, job);
  assert.equal(sent.length, 3);
  assert.deepEqual(new Set(sent.map((mail) => JSON.stringify(mail))).size, 1);
  assert.deepEqual(await state(), { status: 'sent', attempts: 3, response: '250 taken' });
});

longTest('a mail that is taken twice without an answer is not sent a third time', async () => {
  await using quiet = await openTestApp();
  const job = await jobOfNotice(quiet);
  const deliver = async (): Promise<Outcome> => ({ status: 'unknown', reason: 'no answer' });
  const email: Channel = { name: 'email', deliver, close: async () => {} };
  const ends: unknown[] = [];
  for (let at = 0; at < 3; at++) {
    await quiet.sql('update notice set next_attempt_at = now() where next_attempt_at is not null');
    await notify({ ...quiet.app, channels: { email } }, job);
    ends.push((await quiet.sql('select status, attempts from notice'))[0]);
  }
  const failed = { status: 'failed', attempts: 2 };
  assert.deepEqual(ends, [{ status: 'unknown', attempts: 1 }, failed, failed]);
});

longTest('a mail that has become pointless before it went out is not sent', async () => {
  await using quiet = await openTestApp();
  const stop = await quiet.startBelt({ slots: { deliver: 0 } });
  const tenant = await addSignedTenant(quiet, [false]);
  const batchId = await waitingBatch(quiet, tenant, 1);
  await stop();
  const [signatory] = tenant.signatories as [Signatory];
  await approve(quiet, signatory, (await approvalAt(quiet, batchId, 1)).id);
  await quiet.startBelt();
  await quiet.waitForBatch(tenant, batchId);
  while ((await quiet.sql(`select 1 from notice where status = 'queued'`)).length > 0);
  assert.deepEqual(await quiet.sql('select status, attempts from notice'), [{ status: 'cancelled', attempts: 0 }]);
  assert.deepEqual(await quiet.sql('select 1 from caught_mail where recipient = $1', [signatory.email]), []);
});
