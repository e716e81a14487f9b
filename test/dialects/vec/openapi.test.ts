/** The OpenAPI document of the VEC door: what is served is what is committed, every call is in it, and what it promises holds. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { operations } from '../../../src/dialects/vec/openapi/operations.ts';
import { messageSchema } from '../../../src/dialects/vec/openapi/webhooks.ts';
import type { WebhookEvent } from '../../../src/domain/webhook-event.ts';
import { revokeCredential } from '../../../src/usecases/credentials/revoke-credential.ts';
import { csv } from '../../support/csv-text.ts';
import { type Answer, contracts, withoutNames } from '../../support/door-contract.ts';
import type { Tenant } from '../../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';
import { header } from '../../support/sample-template.ts';

const committed = new URL('../../../docs/dialects/vec.openapi.json', import.meta.url);
const faultOf = contracts['/business/'];
const unknownId = '9e7860e3-7c0a-401f-98f6-b98e316934f4';

let doors: TestDoors;
let tenant: Tenant;
before(async () => {
  doors = await openTestServer();
  tenant = await doors.test.addTenant();
});
after(() => doors?.[Symbol.asyncDispose]());

test('the document that is served to everyone is the one in the repository', async () => {
  const response = await fetch(`${doors.url}/business/openapi.json`);
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), JSON.parse(await readFile(committed, 'utf8')));
});

test('every call of the door is in the document, and every call of the document is there', () => {
  const routes = doors.routes
    .filter(({ method, url, refused }) => url.startsWith('/business/') && method !== 'HEAD' && !refused)
    .map(({ method, url }) => `${method} ${withoutNames(url)}`)
    .filter((route) => route !== 'GET /business/openapi.json');
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

test('a token without permissions is told by every call which one the document says it needs', async () => {
  const key = await doors.key(tenant, []);
  for (const { method, path, permission, body } of operations) {
    const type = Object.keys(body ?? {})[0];
    const response = await fetch(`${doors.url}${path.replace(/\{\w+\}/g, unknownId)}`, {
      method: method.toUpperCase(),
      headers: { authorization: `Bearer ${key}`, ...(type === 'application/json' && { 'content-type': type }) },
      ...(type === 'multipart/form-data' && { body: new FormData() }),
      ...(type === 'application/json' && { body: '{}' }),
    });
    const answer = (await response.json()) as { required_permission?: string };
    assert.deepEqual([response.status, answer.required_permission], [403, permission], `${method} ${path}`);
  }
});

test('the contract notices an answer of another shape, of another type, and one the document does not know', () => {
  const status = {
    status: 'pending',
    total_certificates: 1,
    processed_certificates: 0,
    failed_certificates: 0,
    progress: 0,
  };
  const answer: Answer = {
    method: 'GET',
    route: '/business/batches/:id/status',
    refused: false,
    status: 200,
    type: 'application/json; charset=utf-8',
    body: JSON.stringify(status),
  };
  assert.equal(faultOf(answer), undefined);
  const { progress: _, ...incomplete } = status;
  assert.match(
    faultOf({ ...answer, body: JSON.stringify(incomplete) }) ?? '',
    /must have required property 'progress'/,
  );
  assert.match(faultOf({ ...answer, body: JSON.stringify({ ...status, more: 1 }) }) ?? '', /additional properties/);
  assert.match(faultOf({ ...answer, body: JSON.stringify({ ...status, status: 'done' }) }) ?? '', /allowed values/);
  assert.match(faultOf({ ...answer, type: 'text/html' }) ?? '', /answered text\/html/);
  assert.match(faultOf({ ...answer, status: 418, body: '{}' }) ?? '', /not in the document/);
  const wrong = JSON.stringify({ message: 'no', error_code: 'SERVER_ERROR' });
  assert.ok(faultOf({ ...answer, status: 404, body: wrong }));
});

test('the messages of webhooks are as the document says', async () => {
  const headers = { authorization: `Bearer ${await doors.key(tenant)}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ url: 'https://hooks.example.com/vec', events: ['*'] });
  const made = await fetch(`${doors.url}/chancery/v1/webhooks`, { method: 'POST', headers, body });
  const { id } = (await made.json()) as { id: string };
  await fetch(`${doors.url}/chancery/v1/webhooks/${id}/test`, { method: 'POST', headers, body: '{}' });
  await doors.test.startBelt();
  const batchId = await doors.test.createBatch(
    tenant,
    csv([header, ['Ada', 'ada@example.com', 'A', ''], ['', 'x', '', '']]),
  );
  await doors.test.waitForBatch(tenant, batchId);
  const [item] = await doors.test.sql<{ id: string }>(`select id from item where batch_id = $1 and status = 'issued'`, [
    batchId,
  ]);
  await revokeCredential(doors.test.app, tenant.actor, item?.id as string, 'issued by mistake');
  const messages = await doors.test.sql<{ event: WebhookEvent; payload: string }>(
    'select event, payload from webhook_delivery',
  );
  for (const { event, payload } of messages) messageSchema(event).strict().parse(JSON.parse(payload));
  assert.deepEqual([...new Set(messages.map(({ event }) => event))].sort(), [
    'batch.created',
    'batch.partially_completed',
    'batch.processing',
    'certificate.failed',
    'certificate.generated',
    'certificate.revoked',
    'webhook.test',
  ]);
});
