/** API tokens: made, shown once, listed without their text, revoked everywhere; none grants more than its maker has. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openApp } from '../../src/app.ts';
import { buildServer } from '../../src/http/server.ts';
import { openLog } from '../../src/log.ts';
import { createApiKey } from '../../src/usecases/api-keys/create-api-key.ts';
import { createMember } from '../../src/usecases/organizations/create-member.ts';
import type { Tenant } from '../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../support/open-test-server.ts';

let doors: TestDoors;
let tenant: Tenant;
let owner: string;

before(async () => {
  doors = await openTestServer();
  tenant = await doors.test.addTenant();
  owner = await doors.key(tenant);
});
after(() => doors?.[Symbol.asyncDispose]());

async function call(token: string, method: string, path: string, body?: unknown, base = `${doors.url}/chancery/v1`) {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, never> };
}

test('a token is shown once, kept as a hash, listed without its text, used and remembered', async () => {
  const made = await call(owner, 'POST', '/tokens', { name: 'poller', scopes: ['batches:list', 'tokens:list'] });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const { token, id } = made.body as unknown as { token: string; id: string };
  assert.match(token, /^chancery_[\w-]{43}$/);
  assert.equal((await call(token, 'GET', '/batches')).status, 200);
  const { tokens } = (await call(token, 'GET', '/tokens')).body as unknown as { tokens: Record<string, unknown>[] };
  const listed = tokens.find((one) => one.id === id);
  assert.deepEqual(
    [listed?.name, listed?.scopes, listed?.revokedAt],
    ['poller', ['batches:list', 'tokens:list'], null],
  );
  assert.ok(listed?.lastUsedAt, 'its use is remembered');
  assert.ok(!JSON.stringify(tokens).includes(token));
  const stored = await doors.test.sql<{ text: string }>(`select to_jsonb(api_key)::text as text from api_key`);
  assert.ok(stored.every(({ text }) => !text.includes(token)));
  const events = await doors.test.sql(`select kind from event where subject_id = $1`, [id]);
  assert.deepEqual(events, [{ kind: 'api_key.created' }]);
});

test('any opaque text is a token, with a bar in it too', async () => {
  for (const key of ['17|abcDEF0123456789abcDEF0123456789abcDEF01', 'a=b~c!"§$%', `${'x'.repeat(499)}`]) {
    await createApiKey(doors.test.app, tenant.actor, { name: 'opaque', scopes: ['*'], key });
    const bytes = Buffer.from(key, 'utf8').toString('latin1');
    for (const base of [`${doors.url}/business`, `${doors.url}/chancery/v1`]) {
      const wanted = /^[\u0000-\u007f]*$/.test(key) ? 200 : 401;
      assert.equal((await call(bytes, 'GET', '/batches', undefined, base)).status, wanted, key);
    }
  }
});

test('a token grants what it names and nothing else, at both doors', async () => {
  const key = await doors.key(tenant, ['batches:view']);
  const vec = await call(key, 'GET', '/batches', undefined, `${doors.url}/business`);
  assert.deepEqual(vec, {
    status: 403,
    body: { message: 'Forbidden - Insufficient permissions', required_permission: 'batches:list' },
  });
  for (const [method, path, permission] of [
    ['GET', '/tokens', 'tokens:list'],
    ['POST', '/tokens', 'tokens:create'],
    ['POST', '/tokens/9e7860e3-7c0a-401f-98f6-b98e316934f4/revoke', 'tokens:revoke'],
    ['GET', '/credits', 'credits:view'],
  ] as const) {
    const { status, body } = await call(
      key,
      method,
      path,
      method === 'POST' ? { name: 'n', scopes: ['*'] } : undefined,
    );
    assert.deepEqual([status, (body as { details?: unknown }).details], [403, { permission }], path);
  }
});

test('a token never grants more than its maker has: permissions, limit, end, member', async () => {
  const { app } = doors.test;
  const end = new Date(Date.now() + 3_600_000);
  const memberId = await createMember(app, tenant.organizationId, {
    firstName: 'A',
    lastName: 'B',
    email: 'a@b.example',
  });
  const { token: maker } = await createApiKey(app, tenant.actor, {
    name: 'maker',
    scopes: ['tokens:create', 'batches:list'],
    rateLimit: 50,
    expiresAt: end,
  });
  const make = (more: object) => call(maker, 'POST', '/tokens', { name: 'child', scopes: ['batches:list'], ...more });
  for (const scopes of [['*'], ['batches:list', 'batches:create']]) assert.equal((await make({ scopes })).status, 403);
  for (const more of [{ rate_limit: 0 }, { rate_limit: 51 }, { expires_at: '2099-01-01T00:00:00Z' }])
    assert.equal((await make(more)).status, 422, JSON.stringify(more));
  assert.equal((await make({ member_id: memberId })).status, 422, 'nobody names a member over the API');
  const child = (await make({})).body as unknown as { rateLimit: number; expiresAt: string; memberId: null };
  assert.deepEqual([child.rateLimit, child.expiresAt, child.memberId], [50, end.toISOString(), null]);
  const slower = (await make({ rate_limit: 5 })).body as unknown as { rateLimit: number };
  assert.equal(slower.rateLimit, 5);
});

test('a revoked token ends at once here and in every other process', async () => {
  const { app } = doors.test;
  await using other = await openApp(app.config, openLog('silent'));
  const second = await buildServer(other);
  try {
    await second.listen({ host: '127.0.0.1', port: 0 });
    const elsewhere = `http://127.0.0.1:${(second.server.address() as { port: number }).port}/chancery/v1`;
    const made = await createApiKey(app, tenant.actor, { name: 'short', scopes: ['*'] });
    for (const base of [undefined, elsewhere])
      assert.equal((await call(made.token, 'GET', '/batches', undefined, base)).status, 200);
    const revoked = await call(owner, 'POST', `/tokens/${made.row.id}/revoke`);
    assert.equal(revoked.status, 200);
    assert.ok((revoked.body as { revokedAt?: string }).revokedAt);
    assert.equal((await call(made.token, 'GET', '/batches')).status, 401);
    // An announcement takes a moment; believing a look-up takes a second.
    const deadline = performance.now() + 5_000;
    let status = 200;
    while (status === 200 && performance.now() < deadline)
      ({ status } = await call(made.token, 'GET', '/batches', undefined, elsewhere));
    assert.equal(status, 401);
    const again = await call(owner, 'POST', `/tokens/${made.row.id}/revoke`);
    assert.deepEqual(again.body, revoked.body);
  } finally {
    await second.close();
  }
});

test('a token past its end is refused like an unknown one', async () => {
  const made = await createApiKey(doors.test.app, tenant.actor, { name: 'ending', scopes: ['*'] });
  assert.equal((await call(made.token, 'GET', '/batches')).status, 200);
  await doors.test.sql(`update api_key set expires_at = clock_timestamp() where id = $1`, [made.row.id]);
  doors.test.app.recentKeys.forget();
  assert.equal((await call(made.token, 'GET', '/batches')).status, 401);
});

test('hostile bodies make no token', async () => {
  const count = async () => (await doors.test.sql('select 1 from api_key')).length;
  const before = await count();
  const bodies: unknown[] = [
    undefined,
    '',
    '[]',
    'null',
    '"x"',
    {},
    { name: 'n' },
    { name: 'n', scopes: [] },
    { name: 'n', scopes: '*' },
    { name: 'n', scopes: ['batches:lisst'] },
    { name: 'n', scopes: ['__proto__'] },
    { name: 'n', scopes: Array(101).fill('*') },
    { name: '', scopes: ['*'] },
    { name: 'x'.repeat(256), scopes: ['*'] },
    { name: 'a\u0000b', scopes: ['*'] },
    { name: '\ud800', scopes: ['*'] },
    { name: 'n', scopes: ['*'], expires_at: 'tomorrow' },
    { name: 'n', scopes: ['*'], expires_at: '2020-01-01T00:00:00Z' },
    { name: 'n', scopes: ['*'], rate_limit: -1 },
    { name: 'n', scopes: ['*'], rate_limit: 1.5 },
    { name: 'n', scopes: ['*'], rate_limit: 1e9 },
    { name: 'n', scopes: ['*'], key: 'mine' },
  ];
  for (const body of bodies) {
    const { status } = await call(owner, 'POST', '/tokens', body);
    assert.ok([415, 422].includes(status), `${JSON.stringify(body)}: ${status}`);
  }
  assert.equal(await count(), before);
});
