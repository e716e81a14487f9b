/** Members over our own API: what one changes of them, another's change at the same time does not undo. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMember } from '../../src/usecases/organizations/create-member.ts';
import { openTestServer, type TestDoors } from '../support/open-test-server.ts';
import { addSignatory } from '../support/signatories.ts';

let doors: TestDoors;
before(async () => {
  doors = await openTestServer();
});
after(() => doors?.[Symbol.asyncDispose]());

test('a change that began before another’s was committed keeps what the other changed', async () => {
  const tenant = await doors.test.addTenant();
  const token = await doors.key(tenant);
  const person = { firstName: 'Ada', lastName: 'Byron', email: 'ada@example.com' };
  const id = await createMember(doors.test.app, tenant.organizationId, person);
  const isWaiting = () =>
    doors.test.sql(`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`);
  const answer = await doors.test.database.owner(async (tx) => {
    await tx.query('update member set is_archived = true where id = $1', [id]);
    const changing = fetch(`${doors.url}/chancery/v1/members/${id}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ phone: '+44 20 7946 0000' }),
    });
    while ((await isWaiting()).length === 0) await sleep(10);
    return { changing };
  });
  const response = await answer.changing;
  assert.equal(response.status, 200);
  const { phone, isArchived } = (await response.json()) as { phone: string; isArchived: boolean };
  assert.deepEqual({ phone, isArchived }, { phone: '+44 20 7946 0000', isArchived: true });
});

test('a signatory’s address, to which links to decide are sent, changes only by who may decide', async () => {
  const tenant = await doors.test.addTenant();
  const { memberId, email } = await addSignatory(doors.test, tenant.organizationId);
  const patch = async (scopes: string[], id: string, body: object) => {
    const headers = { authorization: `Bearer ${await doors.key(tenant, scopes)}`, 'content-type': 'application/json' };
    const address = `${doors.url}/chancery/v1/members/${id}`;
    return fetch(address, { method: 'PATCH', headers, body: JSON.stringify(body) });
  };
  const editor = ['users:update', 'users:view', 'batches:create'];
  const elsewhere = { email: 'elsewhere@example.com' };
  const refused = await patch(editor, memberId, elsewhere);
  assert.equal(refused.status, 403);
  assert.match(await refused.text(), /approvals:decide/);
  assert.equal(
    (await patch(editor, memberId, { email, phone: '+1 555 0100' })).status,
    200,
    'the same address is no change',
  );
  const allowed = await patch([...editor, 'approvals:decide'], memberId, elsewhere);
  assert.equal(((await allowed.json()) as { email: string }).email, 'elsewhere@example.com');
  const person = { firstName: 'Ben', lastName: 'Nobody', email: 'ben@example.com' };
  const plain = await createMember(doors.test.app, tenant.organizationId, person);
  assert.equal(
    (await patch(editor, plain, { email: 'ben2@example.com' })).status,
    200,
    'who signs nothing is no signatory',
  );
});

test('a profile is kept as given, replaced as a whole, and refused for what no row may contain', async () => {
  const tenant = await doors.test.addTenant();
  const headers = { authorization: `Bearer ${await doors.key(tenant)}`, 'content-type': 'application/json' };
  const send = async (method: string, path: string, body: string) => {
    const response = await fetch(`${doors.url}/chancery/v1${path}`, { method, headers, body });
    return {
      status: response.status,
      body: (await response.json()) as { id: string; profile: unknown; issues: unknown },
    };
  };
  const facts = '"firstName": "Ada", "lastName": "Byron", "email": "ada@example.com"';
  const profile = { role: 'Tutor', 'License number': 'ع-42', note: 'two\nlines', empty: '' };
  const added = await send('POST', '/members', `{${facts}, "profile": ${JSON.stringify(profile)}}`);
  assert.deepEqual([added.status, added.body.profile], [201, profile]);
  const patch = (text: string) => send('PATCH', `/members/${added.body.id}`, text);
  assert.deepEqual((await patch('{"phone": "+44 20 7946 0000"}')).body.profile, profile);
  assert.deepEqual((await patch('{"profile": {"role": "Dean"}}')).body.profile, { role: 'Dean' });
  const many = Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`v${at}`, '']));
  const hostile: [string, string, string][] = [
    ['{"a": "x\\u202ey"}', 'profile.a', 'bidi_override'],
    ['{"a": "\\u0000"}', 'profile.a', 'control_character'],
    ['{"a": "\\ud800"}', 'profile.a', 'malformed_text'],
    [`{"a": "${'x'.repeat(1_001)}"}`, 'profile.a', 'too_long'],
    [`{"${'k'.repeat(65)}": ""}`, `profile.${'k'.repeat(64)}`, 'too_long'],
    ['{"a\\nb": ""}', 'profile.a\ufffdb', 'control_character'],
    ['{"": "x"}', 'profile.', 'invalid'],
    ['{"constructor": "x"}', 'profile.constructor', 'invalid'],
    [JSON.stringify(many), 'profile', 'invalid'],
    ['{"a": 1}', 'profile.a', 'invalid'],
    ['["a"]', 'profile', 'invalid'],
    ['null', 'profile', 'invalid'],
  ];
  for (const [text, path, code] of hostile) {
    const { status, body } = await patch(`{"profile": ${text}}`);
    assert.equal(status, 422, text);
    const [issue] = body.issues as { path: string; code: string }[];
    assert.deepEqual([issue?.path, issue?.code], [path, code], text);
  }
  const polluting = await patch('{"profile": {"__proto__": "x"}}');
  assert.ok(polluting.status >= 400 && polluting.status < 500);
  assert.deepEqual((await patch('{}')).body.profile, { role: 'Dean' });
});
