/** Issuing over UniCreda's door: the calls of its page byte by byte, and what they leave behind. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createMember } from '../../../src/usecases/organizations/create-member.ts';
import { createTemplate } from '../../../src/usecases/templates/create-template.ts';
import type { Tenant } from '../../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';
import { addSignatory } from '../../support/signatories.ts';
import { playTranscript } from '../../support/transcript.ts';
import { diplomaTemplate } from './diploma-template.ts';

const transcript = (name: string) => new URL(`transcripts/${name}.http`, import.meta.url);

let doors: TestDoors;
let tenant: Tenant;
let key: string;
const variables: Record<string, string> = {};

before(async () => {
  doors = await openTestServer();
  tenant = await doors.test.addTenant({ template: diplomaTemplate() });
  key = await doors.key(tenant);
  const { memberId } = await addSignatory(doors.test, tenant.organizationId);
  const signed = await createTemplate(doors.test.app, tenant.actor, {
    content: diplomaTemplate({ signatures: 1 }),
    signatories: [{ slot: 1, memberId, autoApprove: false }],
  });
  Object.assign(variables, {
    host: `127.0.0.1:${doors.port}`,
    key,
    template_id: tenant.templateId,
    signed_template_id: signed.id,
    today: new Date().toISOString().slice(0, 10),
  });
  await doors.test.startBelt();
});
after(() => doors?.[Symbol.asyncDispose]());

async function issue(body: unknown, { query = '', headers = {} }: { query?: string; headers?: object } = {}) {
  const response = await fetch(`${doors.url}/api/v1/credentials/issue${query}`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const { status } = response;
  return { status, headers: response.headers, body: (await response.json()) as Record<string, unknown> };
}

const recipient = (number: number, more: object = {}) => ({
  email: `estudiante${number}@ejemplo.com`,
  recipient_name: `Estudiante ${number}`,
  result_value: 'A',
  ...more,
});

const credentialOf = async (id: string) => {
  const response = await fetch(`${doors.url}/credential/${id}/credential.json`);
  return (await response.json()) as { credentialSubject: Record<string, unknown> };
};

test('one recipient is issued, several are a job, and what is wrong is told as the page tells it', async () => {
  await playTranscript(transcript('issue'), doors.port, variables);
  assert.deepEqual([variables.first_again, variables.job_again], [variables.first, variables.job_id]);
  const first = await credentialOf(variables.first as string);
  assert.equal(first.credentialSubject.creditsEarned, 6);
  const { credentialSubject } = await credentialOf(variables.whole as string);
  assert.deepEqual(
    [credentialSubject.creditsEarned, credentialSubject.role, credentialSubject.licenseNumber, credentialSubject.term],
    [12.5, 'Ponente', '12345678901234567890', '2026'],
  );
  assert.deepEqual(
    [credentialSubject.activityStartDate, credentialSubject.activityEndDate],
    ['2026-01-01T00:00:00Z', '2026-06-30T00:00:00Z'],
  );
  const [item] = await doors.test.sql<{ fields: Record<string, unknown> }>('select fields from item where id = $1', [
    variables.whole,
  ]);
  assert.deepEqual(item?.fields.trabajos, [
    {
      name: 'Proyecto Final',
      url: 'https://ejemplo.com/proyecto',
      description: 'Implementacion de API REST en Python',
    },
  ]);
  const [signed] = await doors.test.sql<{ name: string; total: number }>(
    'select name, total from batch where id = $1',
    [variables.signed_job_id],
  );
  assert.deepEqual(signed, { name: 'Graduacion de Juan', total: 1 });
  const [job] = await doors.test.sql<{ name: string }>('select name from batch where id = $1', [variables.job_id]);
  assert.match(job?.name ?? '', new RegExp(`^API ${variables.today} \\d\\d:\\d\\d \\(2\\)$`));
  const batch = await doors.test.waitForBatch(tenant, variables.job_id as string);
  assert.deepEqual([batch.issued, batch.failed], [1, 1]);
});

test('a refused recipient stores and costs nothing, and its Idempotency-Key stays free', async () => {
  const before = [await doors.test.balance(tenant), await doors.test.sql('select count(*) from batch')];
  const headers = { 'idempotency-key': 'refused' };
  for (const _ of [1, 2]) {
    const { status, body } = await issue(
      { template_id: tenant.templateId, recipients: [recipient(1, { result_value: 'Z' })] },
      { headers },
    );
    assert.deepEqual([status, (body.credentials as { status: string }[])[0]?.status], [200, 'error']);
  }
  assert.deepEqual([await doors.test.balance(tenant), await doors.test.sql('select count(*) from batch')], before);
  const { body } = await issue({ template_id: tenant.templateId, recipients: [recipient(1)] }, { headers });
  assert.equal((body.credentials as { status: string }[])[0]?.status, 'issued');
});

test('the same request with the same key issues once, one recipient or many, and another request is refused', async () => {
  for (const [name, recipients] of [
    ['one', [recipient(2)]],
    ['many', Array.from({ length: 300 }, (_, at) => recipient(at, { ignored: 'x'.repeat(1_000) }))],
  ] as const) {
    const headers = { 'idempotency-key': `twice-${name}` };
    const body = { template_id: tenant.templateId, recipients };
    const first = await issue(body, { headers });
    const again = await issue(body, { headers });
    assert.equal(first.status, 200, JSON.stringify(first.body));
    assert.deepEqual(again.body, first.body);
    assert.deepEqual(
      [first.headers.get('idempotency-replayed'), again.headers.get('idempotency-replayed')],
      [null, 'true'],
    );
    const other = await issue({ ...body, recipients: [recipient(99)] }, { headers });
    assert.equal(other.status, 422);
    assert.match(other.body.error as string, /^Idempotency-Key invalida/);
  }
});

test('duplicates are refused or left out where that is asked for, even of one recipient', async () => {
  const body = { template_id: tenant.templateId, recipients: [recipient(700)] };
  assert.equal((await issue(body)).body.mode, 'sync');
  const denied = await issue(body, { query: '?duplicates=deny' });
  assert.equal(denied.status, 422);
  assert.match(denied.body.error as string, /^Hay 1 recipientes duplicados/);
  const skipped = await issue(body, { query: '?duplicates=skip' });
  assert.equal(skipped.body.mode, 'async');
  const batch = await doors.test.waitForBatch(tenant, skipped.body.job_id as string);
  assert.deepEqual([batch.issued, batch.failed], [0, 1]);
  assert.equal((await issue(body, { query: '?duplicates=perhaps' })).status, 422);
});

test('without enough credits nothing is taken, and the answer says how many there are', async () => {
  const poor = await doors.test.addTenant({ template: diplomaTemplate(), credits: 1 });
  const headers = { 'x-api-key': await doors.key(poor) };
  const many = await issue({ template_id: poor.templateId, recipients: [recipient(1), recipient(2)] }, { headers });
  const text = 'Creditos insuficientes: se necesitan 2, hay 1 disponibles';
  assert.deepEqual([many.status, many.body], [402, { error: text, detail: text, needed: 2, available: 1 }]);
  assert.equal(
    (await issue({ template_id: poor.templateId, recipients: [recipient(1)] }, { headers })).body.mode,
    'sync',
  );
  const one = await issue({ template_id: poor.templateId, recipients: [recipient(1)] }, { headers });
  assert.deepEqual([one.status, one.body.needed, one.body.available], [402, 1, 0]);
});

test('more recipients than the organization may hand in are refused before anything is stored', async () => {
  const small = await doors.test.addTenant({ template: diplomaTemplate(), rowLimit: 3 });
  const headers = { 'x-api-key': await doors.key(small) };
  const recipients = [1, 2, 3, 4].map((number) => recipient(number));
  const { status, body } = await issue({ template_id: small.templateId, recipients }, { headers });
  assert.deepEqual([status, body.error], [422, 'Demasiados recipientes: se permiten 3 como maximo']);
  assert.deepEqual(await doors.test.sql('select id from batch where organization_id = $1', [small.organizationId]), []);
});

test('what is known of a member fills the gaps of a recipient, alone or among others, and the request wins', async () => {
  const { app } = doors.test;
  const { organizationId } = tenant;
  await createMember(app, organizationId, { firstName: 'Ana', lastName: 'Diaz', email: 'ana@escuela.example' });
  await doors.test.sql(`update member set profile = '{"license_number": "LIC-7"}' where email = 'ana@escuela.example'`);
  const one = await issue({ template_id: tenant.templateId, recipients: [{ email: 'Ana@Escuela.example' }] });
  const [{ credential_id: id }] = one.body.credentials as [{ credential_id: string }];
  const many = await issue({
    template_id: tenant.templateId,
    recipients: [
      { email: 'ana@escuela.example', recipient_name: 'Ana D.', license_number: null },
      { email: 'ana@escuela.example', term: 7, recipient_name: '' },
      { email: 'otra@escuela.example' },
    ],
  });
  const batch = await doors.test.waitForBatch(tenant, many.body.job_id as string);
  assert.deepEqual([batch.issued, batch.failed], [2, 1]);
  const items = await doors.test.sql<{ name: string; license: string; member: boolean }>(
    `select name, fields->>'colegiado' as license, member_id is not null as member from item
     where id = $1 or (batch_id = $2 and status = 'issued') order by batch_id = $2, seq`,
    [id, many.body.job_id],
  );
  assert.deepEqual(items, [
    { name: 'Ana Diaz', license: 'LIC-7', member: true },
    { name: 'Ana D.', license: 'LIC-7', member: true },
    { name: 'Ana Diaz', license: 'LIC-7', member: true },
  ]);
});
