/** Test keys: made with a prefix that says so, listed with their mode, and never able to make or end a live key. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Tenant } from '../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../support/open-test-server.ts';

let doors: TestDoors;
let tenant: Tenant;
let live: string;
let testing: string;

before(async () => {
  doors = await openTestServer();
  tenant = await doors.test.addTenant();
  live = await doors.key(tenant);
  testing = await doors.key(tenant, ['*'], 'test');
});
after(() => doors?.[Symbol.asyncDispose]());

async function call(token: string, method: string, path: string, body?: object) {
  const response = await fetch(`${doors.url}/chancery/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, never> };
}

const make = (token: string, more: object) => call(token, 'POST', '/tokens', { name: 'n', scopes: ['*'], ...more });

test('the prefix says mode and door', async () => {
  for (const [more, prefix, mode] of [
    [{}, 'chancery_', 'live'],
    [{ mode: 'test' }, 'chancery_test_', 'test'],
    [{ for: 'vec' }, 'vec_live_', 'live'],
    [{ for: 'vec', mode: 'test' }, 'vec_test_', 'test'],
    [{ for: 'unicreda', mode: 'live' }, 'uc_live_', 'live'],
    [{ for: 'unicreda', mode: 'test' }, 'uc_test_', 'test'],
  ] as const) {
    const { status, body } = await make(live, more);
    assert.equal(status, 201);
    const made = body as unknown as { token: string; mode: string; id: string };
    assert.match(made.token, new RegExp(`^${prefix}[\\w-]{43}$`));
    assert.equal(made.mode, mode);
    assert.equal((await call(live, 'GET', `/tokens/${made.id}`)).body.mode, mode);
  }
});

test('a mode or a door that there is not is refused', async () => {
  for (const more of [{ mode: 'sandbox' }, { mode: '' }, { mode: null }, { for: 'dice' }, { for: '__proto__' }])
    assert.equal((await make(live, more)).status, 422, JSON.stringify(more));
});

test('a test key makes, sees and ends test keys only', async () => {
  const refused = await make(testing, { mode: 'live' });
  assert.equal(refused.status, 403);
  assert.deepEqual(refused.body.details, { permission: 'tokens:create', mode: 'test' });
  const { body } = await make(testing, { for: 'unicreda' });
  const child = body as unknown as { id: string; token: string; mode: string };
  assert.equal(child.mode, 'test');
  assert.match(child.token, /^uc_test_/);
  const { tokens, total } = (await call(testing, 'GET', '/tokens')).body as unknown as {
    tokens: { mode: string }[];
    total: number;
  };
  assert.ok(tokens.every(({ mode }) => mode === 'test'));
  assert.equal(total, tokens.length);
  const all = (await call(live, 'GET', '/tokens')).body as unknown as { tokens: { id: string; mode: string }[] };
  const other = all.tokens.find(({ mode }) => mode === 'live')?.id as string;
  assert.equal((await call(testing, 'GET', `/tokens/${other}`)).status, 404);
  assert.equal((await call(testing, 'POST', `/tokens/${other}/revoke`)).status, 404);
  assert.equal((await call(live, 'GET', '/tokens')).status, 200, 'the live key is as good as before');
  assert.equal((await call(testing, 'POST', `/tokens/${child.id}/revoke`)).status, 200);
  assert.equal((await call(child.token, 'GET', '/tokens')).status, 401);
});

test('what both modes share is read with a test key and changed with a live one', async () => {
  assert.equal((await call(testing, 'GET', `/templates/${tenant.templateId}`)).status, 200);
  assert.equal((await call(testing, 'GET', '/members')).status, 200);
  for (const [path, body] of [
    ['/templates', { name: 'x' }],
    [`/templates/${tenant.templateId}/versions`, { name: 'x' }],
    ['/members', { first_name: 'A', last_name: 'B', email: 'a@example.com' }],
    ['/webhooks', { url: 'https://example.com/', events: ['*'] }],
  ] as const) {
    const answer = await call(testing, 'POST', path, body);
    assert.equal(answer.status, 403, `${path} ${JSON.stringify(answer.body)}`);
    assert.match(answer.body.title as unknown as string, /^a test key may not do this: .* needs a live key$/);
  }
  assert.equal((await call(testing, 'GET', '/webhooks')).status, 403);
});
