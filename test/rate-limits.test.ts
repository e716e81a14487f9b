/** Rate limits as Laravel's throttle has them: per key at whichever door, per address for those without one. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openRateLimits } from '../src/http/rate-limits.ts';
import { createApiKey } from '../src/usecases/api-keys/create-api-key.ts';
import type { Tenant } from './support/open-test-app.ts';
import { openTestServer, type TestDoors } from './support/open-test-server.ts';

let doors: TestDoors;
let tenant: Tenant;

before(async () => {
  doors = await openTestServer({ environment: { RATE_LIMIT: '5', RATE_LIMIT_UNAUTHENTICATED: '3' } });
  tenant = await doors.test.addTenant();
});
after(() => doors?.[Symbol.asyncDispose]());

const keyWith = async (rateLimit: number | null) =>
  (await createApiKey(doors.test.app, tenant.actor, { name: 'k', scopes: ['*'], rateLimit })).token;

async function ask(token: string, path = '/business/batches', method = 'GET') {
  const response = await fetch(`${doors.url}${path}`, { method, headers: { authorization: `Bearer ${token}` } });
  const header = (name: string) => response.headers.get(name);
  return {
    status: response.status,
    limits: [header('x-ratelimit-limit'), header('x-ratelimit-remaining')],
    retryAfter: header('retry-after'),
    reset: header('x-ratelimit-reset'),
    type: header('content-type'),
    text: await response.text(),
  };
}

test('every answer says how many requests are left, whatever its number', async () => {
  const token = await keyWith(null);
  const asked = [
    await ask(token),
    await ask(token, '/business/batches/x'),
    await ask(token, '/business/nothing'),
    await ask(token, '/business/batches', 'DELETE'),
    await ask(token, '/chancery/v1/batches'),
  ];
  assert.deepEqual(
    asked.map(({ status, limits }) => [status, ...limits]),
    [
      [200, '5', '4'],
      [404, '5', '3'],
      [404, '5', '2'],
      [405, '5', '1'],
      [200, '5', '0'],
    ],
  );
  for (const { retryAfter, reset } of asked) assert.deepEqual([retryAfter, reset], [null, null]);
});

test('past the limit comes a 429 in each door’s words, with the moment from which it goes on', async () => {
  const token = await keyWith(2);
  await ask(token);
  await ask(token);
  const now = Math.floor(Date.now() / 1_000);
  const vec = await ask(token);
  assert.deepEqual([vec.status, vec.text, ...vec.limits], [429, '{"message":"Too Many Attempts."}', '2', '0']);
  const wait = Number(vec.retryAfter);
  assert.ok(wait >= 1 && wait <= 60, vec.retryAfter ?? '');
  assert.ok(Math.abs(Number(vec.reset) - now - wait) <= 1, vec.reset ?? '');
  const ours = await ask(token, '/chancery/v1/batches');
  assert.equal(ours.status, 429);
  assert.match(ours.type ?? '', /^application\/problem\+json/);
  assert.equal(JSON.parse(ours.text).code, 'too_many_requests');
  assert.ok(ours.retryAfter && ours.reset);
});

test('one key’s requests are nobody else’s, and a limit of 0 is none', async () => {
  const tired = await keyWith(1);
  await ask(tired);
  assert.equal((await ask(tired)).status, 429);
  assert.equal((await ask(await keyWith(null))).status, 200);
  const free = await keyWith(0);
  for (let at = 0; at < 20; at++) {
    const { status, limits } = await ask(free);
    assert.deepEqual([status, limits], [200, [null, null]]);
  }
});

test('an address without a valid key is refused after a few tries, and keys that are in use pass still', async () => {
  const known = await keyWith(0);
  assert.equal((await ask(known)).status, 200);
  const first = [];
  for (let at = 0; at < 3; at++) first.push(await ask(`guess-${at}`));
  assert.deepEqual(
    first.map(({ status, limits }) => [status, ...limits]),
    Array(3).fill([401, null, null]),
  );
  const refused = await ask('guess-4', '/chancery/v1/batches');
  assert.equal(refused.status, 429);
  assert.ok(refused.retryAfter);
  assert.equal((await ask('guess-5')).text, '{"message":"Too Many Attempts."}');
  assert.equal((await ask(known)).status, 200);
});

test('a window is a minute from its first request, and refused requests do not prolong it', () => {
  let now = 1_000_000_500;
  const limits = openRateLimits(() => now);
  assert.deepEqual(limits.take('a', 2), { allowed: true, remaining: 1, retryAfter: 60, resetAt: 1_000_060 });
  now += 30_000;
  assert.equal(limits.take('a', 2).remaining, 0);
  assert.deepEqual(limits.take('a', 2), { allowed: false, remaining: 0, retryAfter: 30, resetAt: 1_000_060 });
  now += 29_999;
  assert.equal(limits.take('a', 2).allowed, false);
  now += 1;
  assert.deepEqual(limits.take('a', 2), { allowed: true, remaining: 1, retryAfter: 60, resetAt: 1_000_120 });
});
