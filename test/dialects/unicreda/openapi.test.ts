/** The OpenAPI document of the UniCreda door: what is served is what is committed, every call is in it, and the contract notices what is not. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { operations } from '../../../src/dialects/unicreda/openapi/operations.ts';
import { type Answer, contracts, withoutNames } from '../../support/door-contract.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';

const committed = new URL('../../../docs/dialects/unicreda.openapi.json', import.meta.url);
const faultOf = contracts['/api/v1/'];

let doors: TestDoors;
before(async () => {
  doors = await openTestServer();
});
after(() => doors?.[Symbol.asyncDispose]());

test('the document that is served to everyone is the one in the repository', async () => {
  const response = await fetch(`${doors.url}/api/v1/openapi.json`);
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), JSON.parse(await readFile(committed, 'utf8')));
});

test('every call of the door is in the document, and every call of the document is there', () => {
  const routes = doors.routes
    .filter(({ method, url, refused }) => url.startsWith('/api/v1/') && method !== 'HEAD' && !refused)
    .map(({ method, url }) => `${method} ${withoutNames(url)}`)
    .filter((route) => route !== 'GET /api/v1/openapi.json');
  const documented = operations.map(({ method, path }) => `${method.toUpperCase()} ${withoutNames(path)}`);
  assert.deepEqual(routes.sort(), documented.sort());
});

test('every reference of the document leads somewhere, and no two calls have one name', async () => {
  const text = await readFile(committed, 'utf8');
  const document = JSON.parse(text) as Record<string, unknown>;
  for (const [, path] of text.matchAll(/"\$ref": "#\/([^"]+)"/g)) {
    const found = (path as string)
      .split('/')
      .reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], document);
    assert.ok(found, path);
  }
  const names = operations.map(({ operationId }) => operationId);
  assert.equal(new Set(names).size, names.length);
});

test('the contract notices a job with a key that its status does not have, and an error without its second key', () => {
  const job = { job_id: '9e7860e3-7c0a-401f-98f6-b98e316934f4', status: 'PENDING' };
  const answer: Answer = {
    method: 'GET',
    route: '/api/v1/jobs/:id',
    refused: false,
    status: 200,
    type: 'application/json; charset=utf-8',
    body: JSON.stringify(job),
  };
  assert.equal(faultOf(answer), undefined);
  for (const wrong of [
    { ...job, result: {} },
    { ...job, status: 'REVOKED' },
    { ...job, status: 'FAILURE' },
  ])
    assert.ok(faultOf({ ...answer, body: JSON.stringify(wrong) }), JSON.stringify(wrong));
  const half = JSON.stringify({ error: 'x' });
  assert.match(faultOf({ ...answer, status: 404, body: half }) ?? '', /must have required property 'detail'/);
  assert.match(faultOf({ ...answer, status: 418 }) ?? '', /not in the document/);
});
