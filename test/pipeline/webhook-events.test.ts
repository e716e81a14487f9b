/** What happens to batches, certificates and applications is told to whoever subscribes to it, once each, in documented words. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { recordEvent } from '../../src/db/events.ts';
import { webhookEvents } from '../../src/domain/webhook-event.ts';
import { revokeCredential } from '../../src/usecases/credentials/revoke-credential.ts';
import { createMember } from '../../src/usecases/organizations/create-member.ts';
import { createTemplate } from '../../src/usecases/templates/create-template.ts';
import { updateWebhook } from '../../src/usecases/webhooks/update-webhook.ts';
import { csv } from '../support/csv-text.ts';
import { goodRows, header, sampleTemplate } from '../support/sample-template.ts';
import { openSink, verifyStandard, verifyVec, type WebhookSink } from '../support/webhook-sink.ts';
import { openWebhookTest, type WebhookTest } from '../support/webhook-tenant.ts';

let hooks: WebhookTest;
let sink: WebhookSink;

before(async () => {
  hooks = await openWebhookTest();
  await hooks.test.startBelt();
  await hooks.startSending();
  sink = await openSink(200);
});
after(async () => {
  await hooks?.[Symbol.asyncDispose]();
  await sink?.[Symbol.asyncDispose]();
});

const uuid = /^[0-9a-f-]{36}$/;
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const bad = ['Bob', 'not an address', 'Botany', '2026-03-01'];

test('a batch with good and bad rows: its own events and one for each certificate, signed in both ways', async () => {
  const tenant = await hooks.test.addTenant();
  const { id, secret } = await hooks.addEndpoint(tenant, sink.url, { events: ['*'] });
  const batchId = await hooks.test.createBatch(tenant, csv([header, ...goodRows(3), bad]), { name: 'Spring' });
  await hooks.test.waitForBatch(tenant, batchId);
  const rows = await hooks.untilSettled(id, 'delivered');
  const count = (event: string) => rows.filter((row) => row.event === event).length;
  assert.deepEqual(
    [
      'batch.created',
      'batch.processing',
      'batch.partially_completed',
      'certificate.generated',
      'certificate.failed',
    ].map(count),
    [1, 1, 1, 3, 1],
  );
  assert.equal(rows.length, 7);

  const own = sink.received.filter(({ headers }) => headers['x-webhook-id'] === id);
  assert.equal(own.length, 7);
  for (const message of own) {
    assert.ok(verifyStandard(message, secret), 'Standard Webhooks');
    assert.ok(verifyVec(message, secret), 'VEC');
    const { headers, json } = message;
    assert.equal(headers['content-type'], 'application/json');
    assert.equal(headers['x-webhook-event'], json.event);
    assert.match(String(headers['x-webhook-signature']), /^[0-9a-f]{64}$/);
    assert.match(String(headers['x-webhook-timestamp']), time);
    assert.equal(Date.parse(String(headers['x-webhook-timestamp'])) / 1_000, Number(headers['webhook-timestamp']));
    assert.equal(json.webhook_id, id);
    assert.match(String(json.timestamp), time);
  }
  assert.deepEqual(new Set(own.map(({ headers }) => headers['webhook-id'])), new Set(rows.map((row) => row.id)));

  const told = (event: string) => own.find(({ json }) => json.event === event)?.json as Record<string, unknown>;
  const over = told('batch.partially_completed');
  assert.deepEqual(Object.keys(over), [
    ...['event', 'webhook_id', 'timestamp', 'batch_id', 'name', 'status', 'template_id', 'total_certificates'],
    ...['processed_certificates', 'failed_certificates', 'progress', 'completion_date', 'created_at'],
  ]);
  assert.deepEqual(
    { ...over, timestamp: 0, created_at: 0, completion_date: over.completion_date === over.timestamp },
    {
      event: 'batch.partially_completed',
      webhook_id: id,
      timestamp: 0,
      batch_id: batchId,
      name: 'Spring',
      status: 'partially_completed',
      template_id: tenant.templateId,
      total_certificates: 4,
      processed_certificates: 3,
      failed_certificates: 1,
      progress: 100,
      completion_date: true,
      created_at: 0,
    },
  );
  assert.equal(told('batch.created').status, 'pending');
  const generated = told('certificate.generated');
  const [item] = await hooks.test.sql('select reference_id as "referenceId" from item where id = $1', [
    generated.certificate_id,
  ]);
  assert.equal(generated.reference_id, item?.referenceId);
  assert.equal(generated.status, 'generated');
  assert.match(String(generated.generated_at), time);
  assert.equal(generated.verification_url, `${hooks.test.app.publicUrl}/credential/${generated.certificate_id}`);
  const failed = told('certificate.failed');
  assert.match(String(failed.certificate_id), uuid);
  assert.equal(failed.verification_url, null);
  assert.deepEqual(failed.errors, [{ field: 'email', code: 'not_an_email', message: 'is not an e-mail address' }]);
});

test('the ends of a batch: completed, failed; and it waits for approval', async () => {
  const tenant = await hooks.test.addTenant();
  const { id } = await hooks.addEndpoint(tenant, sink.url, { events: ['batch.*'] });
  const finish = async (rows: string[][]) =>
    hooks.test.waitForBatch(tenant, await hooks.test.createBatch(tenant, csv([header, ...rows])));
  await finish(goodRows(1));
  await finish([bad]);
  const signature = await sharp({ create: { width: 20, height: 10, channels: 4, background: '#000' } })
    .png()
    .toBuffer();
  const person = { firstName: 'Sam', lastName: 'Signer', email: 'sam@signer.example', signature };
  const memberId = await createMember(hooks.test.app, tenant.organizationId, person);
  const signed = await createTemplate(hooks.test.app, tenant.actor, {
    content: sampleTemplate({ signatures: 1 }),
    signatories: [{ slot: 1, memberId, autoApprove: false }],
  });
  await hooks.test.createBatch({ ...tenant, templateId: signed.id }, csv([header, ...goodRows(1)]));
  const all = [
    ...['batch.created', 'batch.processing', 'batch.completed'],
    ...['batch.created', 'batch.processing', 'batch.failed'],
    ...['batch.created', 'batch.waiting_for_approval'],
  ];
  for (;;) {
    const rows = await hooks.untilSettled(id, 'delivered');
    if (rows.length < all.length) continue;
    assert.deepEqual(
      rows.map(({ event }) => event),
      all,
    );
    break;
  }
});

test('a revoked certificate is told with its reason, once', async () => {
  const tenant = await hooks.test.addTenant();
  const { id } = await hooks.addEndpoint(tenant, sink.url, { events: ['certificate.revoked'] });
  const batchId = await hooks.test.createBatch(tenant, csv([header, ...goodRows(1)]));
  await hooks.test.waitForBatch(tenant, batchId);
  const [item] = await hooks.test.sql<{ id: string }>('select id from item where batch_id = $1', [batchId]);
  for (let round = 0; round < 2; round++)
    await revokeCredential(hooks.test.app, tenant.actor, item?.id as string, 'Issued by mistake');
  const [row, ...more] = await hooks.untilSettled(id, 'delivered');
  assert.deepEqual(more, []);
  const { event, certificate_id, status, reason, revoked_at } = JSON.parse(row?.payload as string);
  assert.deepEqual(
    [event, certificate_id, status, reason],
    ['certificate.revoked', item?.id, 'revoked', 'Issued by mistake'],
  );
  assert.match(revoked_at, time);
});

test('applications are told in VEC’s words: its events, its fields, in its order', async () => {
  const tenant = await hooks.test.addTenant();
  const { id } = await hooks.addEndpoint(tenant, sink.url, { events: ['certificate_application.*'] });
  const { organizationId } = tenant;
  const subjectId = '9e7860e3-7c0a-401f-98f6-b98e316934f4';
  const data = { number: 17, title: 'Diploma', email: 'ada@example.com', source: 'vault', trigger: 'single_upload' };
  const kinds = ['created', 'processing', 'approved', 'rejected', 'failed', 'retried'];
  for (const kind of kinds)
    await hooks.test.app.db.organization(organizationId, (tx) =>
      recordEvent(tx, { organizationId, subject: 'item', subjectId, kind: `vault.${kind}`, actor: 'system', data }),
    );
  const rows = await hooks.untilSettled(id, 'delivered');
  assert.deepEqual(
    rows.map(({ event }) => event),
    kinds.map((kind) => `certificate_application.${kind}`),
  );
  for (const [at, { payload, event }] of rows.entries()) {
    const { timestamp, ...rest } = JSON.parse(payload);
    assert.match(timestamp, time);
    const told = [
      ['event', event],
      ['webhook_id', id],
      ['application_id', 17],
      ['uuid', subjectId],
      ['certificate_title', 'Diploma'],
      ['applicant_email', 'ada@example.com'],
    ];
    if (at === 0) told.push(['source', 'vault'], ['trigger_context', 'single_upload']);
    assert.deepEqual(Object.entries(rest), told);
  }
});

test('nobody is told what they do not subscribe to, what is another’s, or what happens while they are disabled', async () => {
  const [tenant, other] = [await hooks.test.addTenant(), await hooks.test.addTenant()];
  const quiet = await openSink(200);
  const { id: disabled } = await hooks.addEndpoint(tenant, quiet.url);
  await updateWebhook(hooks.test.app, tenant.actor, disabled, { enabled: false });
  const endpoints = [
    disabled,
    (await hooks.addEndpoint(other, quiet.url)).id,
    (await hooks.addEndpoint(tenant, quiet.url, { events: ['certificate.revoked', 'batch.failed'] })).id,
  ];
  await hooks.test.waitForBatch(tenant, await hooks.test.createBatch(tenant, csv([header, ...goodRows(2)])));
  for (const id of endpoints) assert.deepEqual(await hooks.messages(id), []);
  assert.equal(quiet.connections, 0);
  await quiet[Symbol.asyncDispose]();
});

test('what is rolled back is told to nobody', async () => {
  const tenant = await hooks.test.addTenant();
  const { id } = await hooks.addEndpoint(tenant, sink.url);
  const { organizationId } = tenant;
  const data = { number: 1, title: 'T', email: 'e@example.com' };
  const event = { organizationId, subject: 'item', subjectId: id, kind: 'vault.created', actor: 'system', data };
  const work = hooks.test.app.db.organization(organizationId, async (tx) => {
    await recordEvent(tx, event);
    throw new Error('something else went wrong');
  });
  await assert.rejects(work, /something else/);
  assert.deepEqual(await hooks.messages(id), []);
});

test('every published event stands in docs/webhooks.md', async () => {
  const { readFile } = await import('node:fs/promises');
  const guide = await readFile(new URL('../../docs/webhooks.md', import.meta.url), 'utf8');
  assert.deepEqual(
    Object.keys(webhookEvents).filter((event) => !guide.includes(`\`${event}\``)),
    [],
  );
});
