/** UniCreda's errors by number: one text under both keys, in both languages, before any route is reached. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createApiKey } from '../../../src/usecases/api-keys/create-api-key.ts';
import type { Tenant } from '../../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';

let doors: TestDoors;
let tenant: Tenant;
let key: string;

before(async () => {
  doors = await openTestServer();
  tenant = await doors.test.addTenant();
  key = await doors.key(tenant);
});
after(() => doors?.[Symbol.asyncDispose]());

async function ask(method: string, path: string, headers: Record<string, string> = { 'x-api-key': key }) {
  const response = await fetch(`${doors.url}${path}`, { method, headers });
  return { status: response.status, headers: response.headers, body: (await response.json()) as unknown };
}

const both = (text: string) => ({ error: text, detail: text });

test('without a valid key nothing is said but that, in the language that is asked for', async () => {
  const wrong: Record<string, string>[] = [
    {},
    { 'x-api-key': '' },
    { 'x-api-key': 'uc_live_tu_key_aqui' },
    { authorization: `Bearer ${key}` },
    { 'x-api-key': `Bearer ${key}` },
    { 'x-api-key': 'x'.repeat(5_000) },
  ];
  for (const headers of wrong)
    for (const path of ['/api/v1/credentials/issue', '/api/v1/nowhere', '/api/v1']) {
      const spanish = await ask('GET', path, headers);
      assert.deepEqual(
        [spanish.status, spanish.body],
        [401, both('API key invalida o ausente')],
        JSON.stringify(headers),
      );
      const english = await ask('GET', path, { ...headers, 'accept-language': 'en' });
      assert.deepEqual([english.status, english.body], [401, both('Invalid or missing API key')]);
    }
});

test('an address that is none is not found, one that cannot be read neither', async () => {
  const spanish = await ask('GET', '/api/v1/nowhere?x=1');
  assert.deepEqual([spanish.status, spanish.body], [404, both('Ruta no encontrada: /api/v1/nowhere')]);
  const english = await ask('PATCH', '/api/v1/a/b', { 'x-api-key': key, 'accept-language': 'en' });
  assert.deepEqual([english.status, english.body], [404, both('Address not found: /api/v1/a/b')]);
  for (const path of ['/api/v1/%ff', '/api/v1/jobs/%']) {
    const answer = await ask('GET', path);
    assert.deepEqual([answer.status, answer.body], [404, both(`Ruta no encontrada: ${path}`)]);
  }
});

test('a key’s requests are counted over all doors, and past its limit it is told when to come again', async () => {
  const { token } = await createApiKey(doors.test.app, tenant.actor, { name: 'k', scopes: ['*'], rateLimit: 3 });
  const first = await ask('GET', '/api/v1/nowhere', { 'x-api-key': token });
  assert.deepEqual([first.status, first.headers.get('x-ratelimit-remaining')], [404, '2']);
  await ask('GET', '/business/batches', { authorization: `Bearer ${token}` });
  await ask('GET', '/chancery/v1/batches', { authorization: `Bearer ${token}` });
  const refused = await ask('GET', '/api/v1/nowhere', { 'x-api-key': token });
  const seconds = refused.headers.get('retry-after');
  assert.match(seconds ?? '', /^[1-9]\d?$/);
  assert.deepEqual(
    [refused.status, refused.body],
    [429, both(`Demasiadas solicitudes; intente de nuevo en ${seconds} segundos`)],
  );
});
