/** What only one may have goes to one, however many reach for it in the same instant; what was taken away is gone. */

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sealId } from '../../src/domain/sealed-id.ts';
import { createApiKey } from '../../src/usecases/api-keys/create-api-key.ts';
import { revokeApiKey } from '../../src/usecases/api-keys/revoke-api-key.ts';
import { approveBatch } from '../../src/usecases/approvals/approve.ts';
import { viewApproval } from '../../src/usecases/approvals/get-approval.ts';
import { rejectBatch } from '../../src/usecases/approvals/reject-batch.ts';
import { issueNow } from '../../src/usecases/credentials/issue-now.ts';
import { grantCredits } from '../../src/usecases/credits/grant-credits.ts';
import { openWallet } from '../../src/usecases/wallet/open-wallet.ts';
import { sendWalletLink } from '../../src/usecases/wallet/send-link.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { requestFor } from '../support/issue-request.ts';
import { openTestServer } from '../support/open-test-server.ts';
import { rounds } from '../support/rounds.ts';
import { goodRow, header } from '../support/sample-template.ts';
import { addSignedTenant, approvalAt, type Signatory, waitingBatch } from '../support/signatories.ts';

const times = rounds(5, 500);

const doors = await openTestServer();
after(() => doors[Symbol.asyncDispose]());
const { test: belt } = doors;
const { app } = belt;

/** Starts all in the same turn; gives how many were done. */
async function race(all: (() => Promise<unknown>)[]): Promise<number> {
  const ends = await Promise.allSettled(all.map((one) => one()));
  return ends.filter(({ status }) => status === 'fulfilled').length;
}

test(`the last credit buys one certificate, of four that are asked for in two ways, ${times} times`, async () => {
  const tenant = await belt.addTenant({ credits: 0 });
  let reserved = 0;
  let spent = 0;
  for (let round = 1; round <= times; round++) {
    await grantCredits(app, { organizationId: tenant.organizationId, amount: 1, reference: `round ${round}` });
    const batch = () => belt.createBatch(tenant, csv([header, goodRow(round)])).then(() => reserved++);
    const single = () => issueNow(app, tenant.actor, requestFor(tenant, goodRow(round))).then(() => spent++);
    assert.equal(
      await race(round % 2 ? [batch, single, batch, single] : [single, batch, single, batch]),
      1,
      `round ${round}`,
    );
    assert.deepEqual(await belt.balance(tenant), { available: 0, reserved, spent });
  }
  await assertInvariants(belt.database);
});

test(`F24: a signatory’s last word is one word: approved twice and rejected at once, ${times} times`, async () => {
  const tenant = await addSignedTenant(belt, [false]);
  const [{ actor }] = tenant.signatories as [Signatory];
  const stop = await belt.startBelt();
  const waiting: string[] = [];
  for (let round = 0; round < times; round++) waiting.push(await waitingBatch(belt, tenant, 1));
  await stop();
  const words = { approved: 0, rejected: 0 };
  for (const [round, batchId] of waiting.entries()) {
    const { id } = await approvalAt(belt, batchId, 1);
    const { hash } = await viewApproval(app, actor, id);
    const approve = () => approveBatch(app, actor, id, hash);
    const reject = () => rejectBatch(app, actor, id, 'changed my mind', hash);
    assert.equal(await race(round % 2 ? [approve, reject, approve] : [reject, approve, reject]), 1, `round ${round}`);
    const { status } = await approvalAt(belt, batchId, 1);
    words[status as 'approved' | 'rejected']++;
    const events = await belt.sql(
      `select 1 from event where subject_id = $1 and kind in ('approval.approved', 'approval.rejected')`,
      [id],
    );
    assert.equal(events.length, 1, `round ${round}`);
  }
  assert.equal(words.approved + words.rejected, times);
  await assertInvariants(belt.database);
});

test(`a key that is revoked while it is used opens nothing once that is answered, ${times} times`, async () => {
  const tenant = await belt.addTenant();
  const statuses = { 200: 0, 401: 0 } as Record<number, number>;
  for (let round = 0; round < times; round++) {
    const { token, row } = await createApiKey(app, tenant.actor, { name: 'short', scopes: ['*'] });
    const ask = async () => {
      const response = await fetch(`${doors.url}/chancery/v1/credits`, {
        headers: { authorization: `Bearer ${token}` },
      });
      await response.arrayBuffer();
      return response.status;
    };
    const revoke = async () => {
      await revokeApiKey(app, tenant.actor, row.id);
      // Sent after the revocation was answered, while the others are still on their way.
      return Promise.all([ask(), ask()]);
    };
    const [first, , [late, later], second] = await Promise.all([ask(), ask(), revoke(), ask()]);
    assert.deepEqual([late, later, await ask()], [401, 401, 401], `round ${round}`);
    for (const status of [first, second]) statuses[status] = (statuses[status] ?? 0) + 1;
  }
  assert.deepEqual(Object.keys(statuses), ['200', '401']);
  assert.ok((statuses[200] as number) > 0, 'some were answered before');
});

test(`a wallet’s link lets one in, of four who press at once, ${times} times`, async () => {
  const { organizationId, actor, signatories } = await addSignedTenant(belt, [true]);
  const [{ memberId }] = signatories as [Signatory];
  for (let round = 0; round < times; round++) {
    await sendWalletLink(app, actor, memberId);
    const [link] = await belt.sql<{ id: string }>(
      'select id from wallet_link where organization_id = $1 order by created_at desc limit 1',
      [organizationId],
    );
    const token = sealId(app.masterKey, 'walletLink', link?.id as string);
    const sessions = await Promise.all([1, 2, 3, 4].map(() => openWallet(app, token)));
    assert.equal(sessions.filter((one) => one !== undefined).length, 1, `round ${round}`);
    assert.equal(await openWallet(app, token), undefined, 'nor does it later');
    await belt.sql(`update wallet_link set created_at = created_at - interval '2 days' where id = $1`, [link?.id]);
  }
});
