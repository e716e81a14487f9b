/** Who signs, over our own API: members by id or number, in the order of their places. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openTestServer, type TestDoors } from '../support/open-test-server.ts';
import { addSignedTenant, type SignedTenant, untilStatus } from '../support/signatories.ts';

let doors: TestDoors;
let tenant: SignedTenant;
let key: string;
before(async () => {
  doors = await openTestServer();
  await doors.test.startBelt();
  tenant = await addSignedTenant(doors.test, [true, true]);
  key = await doors.key(tenant);
});
after(() => doors?.[Symbol.asyncDispose]());

async function handIn(signatories: string) {
  const form = new FormData();
  form.set('name', 'Signed');
  form.set('template_id', tenant.templateId);
  form.set('signatories', signatories);
  form.set('file', new Blob(['name,email,Course\nAda,ada@example.com,Botany\n']), 'rows.csv');
  const headers = { authorization: `Bearer ${key}` };
  const response = await fetch(`${doors.url}/chancery/v1/batches`, { method: 'POST', headers, body: form });
  return { status: response.status, body: (await response.json()) as { id: string; issues?: { path: string }[] } };
}

test('members named in the request sign in that order and are asked first', async () => {
  const [first, second] = tenant.signatories.map(({ memberId }) => memberId);
  const [{ number } = assert.fail()] = await doors.test.sql<{ number: number }>(
    'select number from member where id = $1',
    [first],
  );
  const { status, body } = await handIn(`${second}, ${number}`);
  assert.equal(status, 201);
  await untilStatus(doors.test, tenant, body.id, 'waiting_for_approval');
  const asked = await doors.test.sql('select slot, member_id, status from approval where batch_id = $1 order by slot', [
    body.id,
  ]);
  assert.deepEqual(asked, [
    { slot: 1, member_id: second, status: 'pending' },
    { slot: 2, member_id: first, status: 'pending' },
  ]);
});

test('who cannot be a member, is nobody, or signs twice, is refused before anything is stored', async () => {
  const [first] = tenant.signatories.map(({ memberId }) => memberId);
  const before = await doors.test.sql('select count(*) from batch');
  const paths = async (signatories: string) => {
    const { status, body } = await handIn(signatories);
    assert.equal(status, 422, signatories);
    return body.issues?.map(({ path }) => path);
  };
  assert.deepEqual(await paths(`${first},x`), ['signatories.1']);
  assert.deepEqual(await paths(`${first},${first}`), ['signatories']);
  assert.deepEqual(await paths(`${first}`), ['signatories']);
  assert.deepEqual(await paths(`${first},999999999`), ['signatories.1.user_uuid']);
  assert.deepEqual(await doors.test.sql('select count(*) from batch'), before);
});
