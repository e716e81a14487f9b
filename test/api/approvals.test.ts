/** Approvals over our own API: found by signatory, looked at, decided with a key of the signatory's, refused in problems that say what is wrong. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createApiKey } from '../../src/usecases/api-keys/create-api-key.ts';
import { openTestServer, type TestDoors } from '../support/open-test-server.ts';
import {
  addSignatory,
  addSignedTenant,
  approvalAt,
  linkMails,
  type Signatory,
  type SignedTenant,
  waitingBatch,
} from '../support/signatories.ts';

let doors: TestDoors;
let tenant: SignedTenant;
let office: string;
/** Keys of the two signatories. */
let keys: [string, string];

before(async () => {
  doors = await openTestServer();
  await doors.test.startBelt();
  tenant = await addSignedTenant(doors.test, [false, false]);
  office = await doors.key(tenant);
  keys = (await Promise.all(tenant.signatories.map(({ memberId }) => keyOf(memberId)))) as [string, string];
});
after(() => doors?.[Symbol.asyncDispose]());

const keyOf = async (memberId: string, scopes = ['*']) =>
  (await createApiKey(doors.test.app, tenant.actor, { name: 'signatory', scopes, memberId })).token;

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into as they come
type Body = any;

async function call(
  key: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: Body }> {
  const response = await fetch(`${doors.url}/chancery/v1/approvals${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const type = response.headers.get('content-type') ?? '';
  if (response.status >= 400) assert.match(type, /^application\/problem\+json/);
  return { status: response.status, body: await response.json() };
}

test('a batch goes its whole way: found by the signatory’s key, looked at, thinned out, approved by both, issued', async () => {
  const [first, second] = keys;
  const batchId = await waitingBatch(doors.test, tenant, 4, [['', 'x@example.com', 'Botany', '']]);
  const mine = await call(first, 'GET', `?member=me&status=pending&batch_id=${batchId}`);
  assert.deepEqual([mine.status, mine.body.total], [200, 1]);
  const [{ id }] = mine.body.approvals;
  assert.equal(mine.body.approvals[0].batchName, 'Spring diplomas');

  const { body: view } = await call(first, 'GET', `/${id}`);
  assert.deepEqual(view.counts, { total: 5, accepted: 4, failed: 1, rejected: 0 });
  assert.deepEqual(
    [view.order, view.batch.status, view.template.name],
    ['any', 'waiting_for_approval', 'Sample certificate'],
  );
  assert.deepEqual(
    view.signatories.map((one: Body) => [one.slot, one.status]),
    [
      [1, 'pending'],
      [2, 'pending'],
    ],
  );

  const { body: page } = await call(first, 'GET', `/${id}/items?limit=2&offset=3`);
  assert.deepEqual([page.total, page.items.length], [5, 2]);
  const { body: all } = await call(first, 'GET', `/${id}/items`);
  const [a, b, c] = all.items.map((item: Body) => item.id);
  assert.deepEqual(
    (await call(first, 'POST', `/${id}/reject-items`, { items: [{ id: a, reason: 'Wrong name' }] })).body,
    { rejected: 1, left: 3 },
  );
  const others = await call(first, 'POST', `/${id}/reject-items`, { ids: [b, c], reason: 'Left the course' });
  assert.deepEqual(others.body, { rejected: 2, left: 1 });

  const approved = await call(first, 'POST', `/${id}/approve`, { hash: view.hash });
  assert.deepEqual([approved.status, approved.body.status, approved.body.released], [200, 'approved', false]);
  const theirs = (await call(second, 'GET', `?member=me&batch_id=${batchId}`)).body.approvals[0].id;
  const released = await call(second, 'POST', `/${theirs}/approve`, { hash: view.hash });
  assert.deepEqual([released.status, released.body.released], [200, true]);
  const batch = await doors.test.waitForBatch(tenant, batchId);
  assert.deepEqual([batch.status, batch.issued, batch.failed], ['partially_completed', 1, 4]);
  const again = await call(second, 'POST', `/${theirs}/approve`, { hash: view.hash });
  assert.deepEqual([again.status, again.body.code], [409, 'conflict']);
});

test('a batch is rejected with a reason, and every item says it', async () => {
  const [first] = keys;
  const batchId = await waitingBatch(doors.test, tenant, 2);
  const { id } = await approvalAt(doors.test, batchId, 1);
  const { hash } = (await call(first, 'GET', `/${id}`)).body;
  const rejected = await call(first, 'POST', `/${id}/reject`, { hash, reason: 'The date is wrong' });
  assert.deepEqual(
    [rejected.status, rejected.body.status, rejected.body.reason],
    [200, 'rejected', 'The date is wrong'],
  );
  assert.equal((await doors.test.waitForBatch(tenant, batchId)).status, 'failed');
  const { body } = await call(first, 'GET', `/${id}/items`);
  assert.deepEqual(
    body.items.map((item: Body) => item.issues[0].params.reason),
    ['The date is wrong', 'The date is wrong'],
  );
});

test('the office lists, reassigns and reminds, and cannot decide', async () => {
  const batchId = await waitingBatch(doors.test, tenant, 1);
  const { id } = await approvalAt(doors.test, batchId, 2);
  const [, absent] = tenant.signatories as [Signatory, Signatory];
  const listed = await call(office, 'GET', `?member=${absent.memberId}&batch_id=${batchId}`);
  assert.deepEqual(
    listed.body.approvals.map((one: Body) => one.id),
    [id],
  );
  const [{ number }] = (await doors.test.sql('select number from member where id = $1', [absent.memberId])) as [
    { number: number },
  ];
  assert.deepEqual((await call(office, 'GET', `?member=${number}&batch_id=${batchId}`)).body, listed.body);

  const before = (await linkMails(doors.test, absent.email)).length;
  assert.equal((await call(office, 'POST', `/${id}/resend`, {})).status, 202);
  await linkMails(doors.test, absent.email, before + 1);

  const deputy = await addSignatory(doors.test, tenant.organizationId, 'Deputy');
  const reassigned = await call(office, 'POST', `/${id}/reassign`, { member: deputy.memberId });
  assert.deepEqual(
    [reassigned.status, reassigned.body.memberId, reassigned.body.status],
    [201, deputy.memberId, 'pending'],
  );
  assert.equal((await call(office, 'GET', `/${id}`)).body.status, 'void');
  await linkMails(doors.test, deputy.email);
  const { hash } = reassigned.body;
  const refused = await call(office, 'POST', `/${reassigned.body.id}/approve`, { hash });
  assert.deepEqual([refused.status, refused.body.code], [403, 'forbidden']);
});

test('filters that name nobody find nothing, a status that is none is refused', async () => {
  for (const query of ['?member=me', '?member=0', '?member=x', '?batch_id=x', '?member=99999999', '?batch_id=%00'])
    assert.deepEqual((await call(office, 'GET', query)).body, { approvals: [], total: 0 }, query);
  const wrong = await call(office, 'GET', '?status=issued');
  assert.deepEqual([wrong.status, wrong.body.issues[0].path], [422, 'status']);
});

test('a body that is none of ours is refused and changes nothing', async () => {
  const [first] = keys;
  const batchId = await waitingBatch(doors.test, tenant, 1);
  const { id } = await approvalAt(doors.test, batchId, 1);
  const { hash } = (await call(first, 'GET', `/${id}`)).body;
  const wrong: [string, unknown, number][] = [
    ['approve', {}, 422],
    ['approve', { hash: 'x' }, 422],
    ['approve', { hash, extra: 1 }, 422],
    ['approve', '{', 400],
    ['approve', { hash: '0'.repeat(64) }, 409],
    ['reject', { hash }, 422],
    ['reject', { hash, reason: '\u0000' }, 422],
    ['reject', { hash, reason: '  ' }, 422],
    ['reject', { hash, reason: 'x'.repeat(501) }, 422],
    ['reject-items', {}, 422],
    ['reject-items', { items: [] }, 422],
    ['reject-items', { items: [{ id: 'x', reason: 'y' }] }, 422],
    ['reject-items', { ids: [id], reason: 'not an item' }, 422],
    ['reject-items', { ids: 'x', reason: 'y' }, 422],
    ['reassign', {}, 422],
    ['reassign', { member: -1 }, 422],
    ['reassign', { member: "' or 1=1" }, 422],
    ['reassign', { member: tenant.signatories[1]?.memberId }, 422],
  ];
  for (const [verb, body, status] of wrong) {
    const answer = await call(first, 'POST', `/${id}/${verb}`, body);
    const expected = status === 400 ? [400, 422] : [status];
    assert.ok(expected.includes(answer.status), `${verb} ${JSON.stringify(body)}: ${JSON.stringify(answer)}`);
  }
  assert.equal((await call(first, 'GET', `/${id}`)).body.status, 'pending');
});

test('keys without the permissions see and decide nothing', async () => {
  const batchId = await waitingBatch(doors.test, tenant, 1);
  const { id } = await approvalAt(doors.test, batchId, 1);
  const { hash } = (await call(office, 'GET', `/${id}`)).body;
  const reader = await keyOf(tenant.signatories[0]?.memberId as string, ['approvals:list']);
  const decider = await keyOf(tenant.signatories[0]?.memberId as string, ['approvals:decide']);
  assert.equal((await call(reader, 'GET', '')).status, 200);
  assert.equal((await call(reader, 'POST', `/${id}/approve`, { hash })).body.details.permission, 'approvals:decide');
  assert.equal((await call(reader, 'POST', `/${id}/resend`, {})).body.details.permission, 'batches:create');
  assert.equal((await call(decider, 'GET', '')).body.details.permission, 'approvals:list');
  assert.equal(
    (await call(decider, 'POST', `/${id}/reassign`, { member: 1 })).body.details.permission,
    'batches:create',
  );
  assert.equal((await call(decider, 'POST', `/${id}/approve`, { hash })).status, 200);
});

test('VEC’s batch requires my signature until I have signed', async () => {
  const [first] = keys;
  const batchId = await waitingBatch(doors.test, tenant, 1);
  const detail = async (key: string) => {
    const response = await fetch(`${doors.url}/business/batches/${batchId}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    const { data } = (await response.json()) as Body;
    return [data.status, data.requires_signatures, data.requires_my_signature];
  };
  assert.deepEqual(await detail(first), ['waiting_for_approval', true, true]);
  assert.deepEqual(await detail(office), ['waiting_for_approval', true, false]);
  const { id } = await approvalAt(doors.test, batchId, 1);
  const { hash } = (await call(first, 'GET', `/${id}`)).body;
  await call(first, 'POST', `/${id}/approve`, { hash });
  assert.deepEqual(await detail(first), ['waiting_for_approval', true, false]);
});
