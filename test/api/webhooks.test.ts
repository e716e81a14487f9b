/** Webhook endpoints over our own API and by the command line: what is refused, what is shown once, and the log. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Dispatching, dispatchWebhooks } from '../../src/pipeline/dispatch-webhooks.ts';
import type { Tenant } from '../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../support/open-test-server.ts';
import { runHere } from '../support/run-here.ts';
import { openSink, verifyStandard, type WebhookSink } from '../support/webhook-sink.ts';
import { webhookEnvironment } from '../support/webhook-tenant.ts';

let doors: TestDoors;
let dispatching: Dispatching;
let tenant: Tenant;
let key: string;
let sink: WebhookSink;

before(async () => {
  doors = await openTestServer({ environment: { ...webhookEnvironment, WEBHOOK_ENDPOINTS: '6' } });
  dispatching = await dispatchWebhooks(doors.test.app);
  tenant = await doors.test.addTenant();
  key = await doors.key(tenant);
  sink = await openSink((message, response) => response.writeHead(message.path === '/bad' ? 500 : 200).end('noted'));
});
after(async () => {
  await dispatching?.stop(20);
  await sink?.[Symbol.asyncDispose]();
  await doors?.[Symbol.asyncDispose]();
});

async function call(method: string, path: string, body?: unknown, by = key) {
  const response = await fetch(`${doors.url}/chancery/v1/webhooks${path}`, {
    method,
    headers: { authorization: `Bearer ${by}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, json: text === '' ? null : JSON.parse(text) };
}

async function delivered(id: string) {
  for (let patience = 400; patience > 0; patience--) {
    const { deliveries } = (await call('GET', `/${id}/deliveries?status=delivered`)).json;
    if (deliveries.length > 0) return deliveries;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('nothing was delivered');
}

test('from making an endpoint to deleting it; its secret is shown once', async () => {
  const made = await call('POST', '', { url: sink.url, events: ['batch.*', 'batch.*'], description: 'ERP' });
  assert.equal(made.status, 201, made.text);
  const { id, secret } = made.json;
  assert.match(secret, /^whsec_/);
  assert.deepEqual(
    [made.json.url, made.json.events, made.json.description, made.json.status, made.json.disabledReason],
    [sink.url, ['batch.*'], 'ERP', 'enabled', null],
  );
  const tested = await call('POST', `/${id}/test`);
  assert.equal(tested.status, 202);
  assert.equal(tested.json.event, 'webhook.test');
  const [delivery] = await delivered(id);
  assert.equal(delivery.id, tested.json.id);
  const message = sink.received.find(({ headers }) => headers['webhook-id'] === delivery.id);
  assert.ok(message && verifyStandard(message, secret));

  const detail = (await call('GET', `/${id}/deliveries/${delivery.id}`)).json;
  assert.equal(detail.payload, message.body);
  assert.equal(detail.attemptLog.length, 1);
  assert.deepEqual([detail.attemptLog[0].status, detail.attemptLog[0].response], [200, 'noted']);
  const again = await call('POST', `/${id}/deliveries/${delivery.id}/redeliver`);
  assert.equal(again.status, 202);
  await sink.until(2);
  const rotated = await call('POST', `/${id}/rotate-secret`, { overlapHours: 1 });
  assert.notEqual(rotated.json.secret, secret);
  assert.ok(Date.parse(rotated.json.previousSecretUntil) > Date.now() + 3_500_000);

  const changed = await call('PATCH', `/${id}`, { url: `${sink.url}/2`, events: ['*'], enabled: false });
  assert.deepEqual(
    [changed.json.url, changed.json.events, changed.json.description, changed.json.status, changed.json.disabledReason],
    [`${sink.url}/2`, ['*'], 'ERP', 'disabled', 'by_hand'],
  );
  assert.equal((await call('POST', `/${id}/test`)).status, 409);
  assert.equal((await call('PATCH', `/${id}`, { enabled: true })).json.disabledReason, null);
  for (const shown of [
    await call('GET', ''),
    await call('GET', `/${id}`),
    await call('GET', `/${id}/deliveries`),
    changed,
  ])
    assert.doesNotMatch(shown.text, /whsec_|"secret"/);
  const stored = await doors.test.sql('select secret, previous_secret from webhook_endpoint where id = $1', [id]);
  for (const sealed of Object.values(stored[0] ?? {}))
    for (const plain of [secret, rotated.json.secret])
      assert.ok(
        !(sealed as Buffer).includes(plain) && !(sealed as Buffer).includes(Buffer.from(plain.slice(6), 'base64')),
      );
  const audit = await doors.test.sql<{ kind: string; data: object }>(
    `select kind, data from event where subject_id = $1 order by id`,
    [id],
  );
  assert.deepEqual(
    audit.map(({ kind }) => kind.replace('webhook_endpoint.', '')),
    ['created', 'secret_rotated', 'updated', 'disabled', 'enabled'],
  );
  assert.doesNotMatch(JSON.stringify(audit), /whsec_/);
  assert.equal((await call('DELETE', `/${id}`)).status, 204);
  assert.equal((await call('GET', `/${id}`)).status, 404);
  assert.equal((await doors.test.sql('select 1 from webhook_delivery where endpoint_id = $1', [id])).length, 0);
});

test('what cannot be an endpoint is refused with what is wrong, all at once', async () => {
  const refused: [unknown, string[]][] = [
    [{}, ['url']],
    [{ url: 5, events: 'batch.*' }, ['url', 'events']],
    [{ url: 'https://example.com', color: 'red' }, ['body']],
    [{ url: 'https://192.168.0.1/', events: ['batch.exploded', 'nothing.*'] }, ['url', 'events']],
    [{ url: 'https://2852039166/latest', events: [] }, ['url', 'events']],
    [{ url: 'http://example.com:22/' }, ['url']],
    [{ url: 'https://example.com', description: 'x'.repeat(501), secret: 'short' }, ['description', 'secret']],
    [{ url: 'https://example.com', description: 'bell \u0007' }, ['description']],
    [{ url: 'https://example.com', secret: 'whsec_not-base64-at-all!' }, ['secret']],
    [[], ['body']],
    ['text', ['body']],
  ];
  for (const [body, paths] of refused) {
    const { status, json, text } = await call('POST', '', body);
    assert.equal(status, 422, text);
    assert.deepEqual([...new Set(json.issues.map(({ path }: { path: string }) => path))], paths, text);
  }
  assert.equal((await doors.test.sql('select 1 from webhook_endpoint')).length, 0);
  const { json } = await call('POST', '', { url: 'https://example.com/', secret: 'brought-from-elsewhere' });
  assert.equal(json.secret, 'brought-from-elsewhere');
  for (const change of [
    { url: 'https://[::1]/' },
    { events: ['x'] },
    { enabled: 'yes' },
    { secret: 'brought-from-else' },
  ])
    assert.equal((await call('PATCH', `/${json.id}`, change)).status, 422, JSON.stringify(change));
  for (const body of [{}, { since: 'yesterday' }])
    assert.equal((await call('POST', `/${json.id}/redeliver`, body)).status, 422);
  for (const query of ['status=lost', 'limit=0', 'before=x', 'limit=many', 'event=batch.lost', 'event=%00'])
    assert.equal((await call('GET', `/${json.id}/deliveries?${query}`)).status, 422, query);
  await call('DELETE', `/${json.id}`);
});

test('an organization has as many endpoints as it may, also when all are made at once', async () => {
  const other = await doors.test.addTenant();
  const otherKey = await doors.key(other);
  const tries = Array.from({ length: 12 }, () => call('POST', '', { url: 'https://example.com/' }, otherKey));
  const statuses = (await Promise.all(tries)).map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 201).length, 6);
  assert.equal(statuses.filter((status) => status === 409).length, 6);
});

test('each permission opens its calls and no other', async () => {
  const { id } = (await call('POST', '', { url: 'https://example.com/' })).json;
  const unknown = '9e7860e3-7c0a-401f-98f6-b98e316934f4';
  const calls: [string, string, string, unknown?][] = [
    ['webhooks:list', 'GET', ''],
    ['webhooks:create', 'POST', '', { url: 'https://example.com/' }],
    ['webhooks:view', 'GET', `/${id}`],
    ['webhooks:view', 'GET', `/${id}/deliveries`],
    ['webhooks:view', 'GET', `/${id}/deliveries/${unknown}`],
    ['webhooks:update', 'PATCH', `/${id}`, { description: 'x' }],
    ['webhooks:update', 'POST', `/${id}/rotate-secret`, {}],
    ['webhooks:update', 'POST', `/${id}/test`],
    ['webhooks:update', 'POST', `/${id}/redeliver`, { since: '2026-01-01T00:00:00Z' }],
    ['webhooks:update', 'POST', `/${id}/deliveries/${unknown}/redeliver`],
    ['webhooks:delete', 'DELETE', `/${unknown}`],
  ];
  const all = [...new Set(calls.map(([permission]) => permission))];
  for (const [permission, method, path, body] of calls) {
    const without = await doors.key(
      tenant,
      all.filter((one) => one !== permission),
    );
    assert.equal((await call(method, path, body, without)).status, 403, `${method} ${path} without ${permission}`);
    const alone = await doors.key(tenant, [permission]);
    assert.notEqual((await call(method, path, body, alone)).status, 403, `${method} ${path} with ${permission}`);
  }
});

test('the log is paged and filtered', async () => {
  const { id } = (await call('POST', '', { url: sink.url })).json;
  const ids: string[] = [];
  for (let count = 0; count < 5; count++) ids.unshift((await call('POST', `/${id}/test`)).json.id);
  const seen: string[] = [];
  for (let next: string | null = ''; next !== null; ) {
    const page: { deliveries: { id: string }[]; next: string | null } = (
      await call('GET', `/${id}/deliveries?limit=2${next && `&before=${next}`}`)
    ).json;
    seen.push(...page.deliveries.map((one) => one.id));
    next = page.next;
  }
  assert.deepEqual(seen, ids);
  assert.equal((await call('GET', `/${id}/deliveries?event=webhook.test`)).json.deliveries.length, 5);
  assert.equal((await call('GET', `/${id}/deliveries?event=batch.created`)).json.deliveries.length, 0);
  await call('DELETE', `/${id}`);
});

test('a message of one endpoint is not found under another, nor under another organization’s', async () => {
  const { id } = (await call('POST', '', { url: sink.url })).json;
  const { id: sibling } = (await call('POST', '', { url: sink.url })).json;
  const message = (await call('POST', `/${id}/test`)).json.id;
  const strangerKey = await doors.key(await doors.test.addTenant());
  for (const [endpoint, by] of [
    [sibling, key],
    [id, strangerKey],
  ] as const)
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/redeliver'],
    ] as const)
      assert.equal((await call(method, `/${endpoint}/deliveries/${message}${path}`, undefined, by)).status, 404);
  for (const one of [id, sibling]) await call('DELETE', `/${one}`);
});

const chancery = (...args: string[]) =>
  runHere(['webhook', ...args], { CHANCERY_URL: doors.url, CHANCERY_TOKEN: key, CHANCERY_DATA: '/nowhere' });

test('the command line makes, tests, reads, sends again and deletes', async () => {
  const bad = sink.url.replace('/hook', '/bad');
  const made = await chancery('create', bad, '--event', 'batch.*', '--event', 'webhook.test', '--json');
  assert.equal(made.code, 0, made.err);
  const { id, secret } = JSON.parse(made.out);
  assert.match(secret, /^whsec_/);
  assert.match((await chancery('list')).out, new RegExp(`^${id}  enabled  batch\\.\\* webhook\\.test  ${bad}$`, 'm'));
  const tested = await chancery('test', id, '--json');
  const message = JSON.parse(tested.out).id;
  assert.equal(tested.code, 0, tested.err);
  await sink.until(
    sink.received.length + Number(!sink.received.some(({ headers }) => headers['webhook-id'] === message)),
  );
  const moved = await chancery('update', id, '--address', sink.url);
  assert.match(moved.out, new RegExp(`${sink.url}$`, 'm'));
  await doors.test.sql(`update webhook_delivery set status = 'failed' where id = $1`, [message]);
  const again = await chancery('redeliver', id, '--since', '2020-01-01T00:00:00Z');
  assert.equal(again.out, '1 messages are sent again\n', again.err);
  await delivered(id);
  const shown = await chancery('show', id, message);
  assert.match(shown.out, /delivered/);
  assert.match(shown.out, /ms {2}500 {2}the endpoint answered 500/);
  assert.match(shown.out, /ms {2}200 {2}taken/);
  assert.match((await chancery('deliveries', id, '--status', 'delivered')).out, new RegExp(`^${message}  `));
  assert.match((await chancery('disable', id)).out, /disabled \(by_hand\)/);
  assert.equal((await chancery('delete', id)).code, 0);
  assert.equal((await chancery('delete', id)).code, 1);
  assert.equal((await chancery('explode', id)).code, 64);
  const refused = await chancery('create', 'https://10.0.0.1/');
  assert.equal(refused.code, 1);
  assert.match(refused.err, /url: is not valid: it is a private or reserved address/);
});
