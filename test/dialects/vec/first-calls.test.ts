/** The calls of VEC's guide and reference, byte by byte, against a real server that really issues. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Tenant } from '../../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';
import { playTranscript } from '../../support/transcript.ts';
import { courseTemplate } from './course-template.ts';

const transcript = (name: string) => new URL(`transcripts/${name}.http`, import.meta.url);

let doors: TestDoors;
let tenant: Tenant;
const variables: Record<string, string> = {
  today: new Date().toISOString().slice(0, 10),
  png: '\x89PNG\r\n\x1a\n',
  newline: '\n',
};

before(async () => {
  doors = await openTestServer();
  tenant = await doors.test.addTenant({ template: courseTemplate() });
  Object.assign(variables, {
    host: `127.0.0.1:${doors.port}`,
    token: await doors.key(tenant),
    template_id: tenant.templateId,
  });
});
after(() => doors?.[Symbol.asyncDispose]());

test('the guide’s batch is created, watched, read and downloaded with the answers VEC documents', async () => {
  await playTranscript(transcript('batches'), doors.port, variables);
  const csv = 'RecipientsEmail,RecipientsName,CourseTitle,CompletionDate\na@example.com,A,B,C\n';
  for (const name of ['second', 'third'])
    variables[`${name}_batch_id`] = await doors.test.createBatch(tenant, csv, { name: `The ${name}` });
  await doors.test.startBelt();
  for (const id of ['batch_id', 'second_batch_id', 'third_batch_id'])
    await doors.test.waitForBatch(tenant, variables[id] as string);
  await playTranscript(transcript('batches-finished'), doors.port, variables);
  const answers = await playTranscript(transcript('certificates'), doors.port, variables);
  await playTranscript(transcript('certificate-templates'), doors.port, variables);
  const pdfs = answers.filter((answer) => answer.headers['content-type'] === 'application/pdf');
  assert.equal(pdfs.length, 2);
  assert.ok(pdfs[0]?.body.equals(pdfs[1]?.body as Buffer), 'both addresses lead to the same document');
  assert.ok(pdfs[0]?.body.subarray(-6).includes('%%EOF'));
});

/** Types as the reference gives them; `null` where a value may be missing. */
const documented = {
  batch: {
    id: 'string',
    name: 'string',
    status: 'string',
    template_id: 'string',
    total_certificates: 'number',
    processed_certificates: 'number',
    failed_certificates: 'number',
    progress: 'number',
    completion_date: 'string|null',
    created_at: 'string',
    updated_at: 'string',
  },
  certificate: {
    id: 'string',
    reference_id: 'string',
    batch_id: 'string',
    customer_id: 'number|null',
    name: 'string',
    email: 'string',
    pdf_path: 'string|null',
    image_path: 'string|null',
    qrcode_path: 'string|null',
    barcode_path: 'string|null',
    status: 'string',
    issue_date: 'string',
    generated_at: 'string|null',
    created_at: 'string',
    updated_at: 'string',
  },
  template: {
    id: 'string',
    institution_id: 'number',
    name: 'string',
    screenshot: 'string|null',
    has_signatures: 'boolean',
    has_default_signatories: 'boolean',
    requires_signature_setup: 'boolean',
    signatory_fields: 'object',
    created_at: 'string',
    updated_at: 'string',
  },
} as const;

function assertShape(value: Record<string, unknown>, shape: Record<string, string>, what: string): void {
  for (const [key, types] of Object.entries(shape)) {
    const type = value[key] === null ? 'null' : typeof value[key];
    assert.ok(types.split('|').includes(type), `${what}.${key} is ${type}, not ${types}`);
  }
}

test('every object has every documented key with its documented type, whatever state it is in', async () => {
  const get = async (path: string) => {
    const response = await fetch(`${doors.url}/business${path}`, {
      headers: { authorization: `Bearer ${variables.token}` },
    });
    assert.equal(response.status, 200, path);
    return (await response.json()) as { data: never } & Record<string, unknown>;
  };
  const csv = [
    'RecipientsEmail,RecipientsName,CourseTitle,IssueDate,Extra',
    'good@example.com,Good,Course,15-02-2025,x',
    'not-an-address,Bad,Course,15-02-2025,y',
    'good2@example.com,Also Good,Course,,z',
    'good3@example.com,Bad Date,Course,2025-02-15,z',
  ].join('\r\n');
  const form = new FormData();
  form.set('name', 'Mixed');
  form.set('template_id', tenant.templateId);
  form.set('csv_file', new Blob([csv]), 'mixed.csv');
  const response = await fetch(`${doors.url}/business/batches`, {
    method: 'POST',
    headers: { authorization: `Bearer ${variables.token}` },
    body: form,
  });
  assert.equal(response.status, 201);
  const created = ((await response.json()) as { data: Record<string, string> }).data;
  assertShape(created, documented.batch, 'created batch');
  await doors.test.waitForBatch(tenant, created.id as string);
  const batch = (await get(`/batches/${created.id}`)).data as Record<string, unknown>;
  assertShape(batch, documented.batch, 'batch');
  assertShape(batch.template as never, documented.template, 'batch.template');
  assertShape(batch, { requires_signatures: 'boolean', requires_my_signature: 'boolean' }, 'batch');
  assert.deepEqual(
    [batch.status, batch.processed_certificates, batch.failed_certificates, batch.progress],
    ['partially_completed', 2, 2, 100],
  );
  for (const one of (await get('/batches')).data as never[]) assertShape(one, documented.batch, 'listed batch');
  for (const one of (await get('/certificate-templates')).data as never[])
    assertShape(one, documented.template, 'listed template');
  const certificates = (await get(`/certificates?batch_id=${created.id}`)).data as Record<string, string>[];
  for (const one of certificates) assertShape(one, documented.certificate, 'listed certificate');
  assert.deepEqual(
    certificates.map(({ status, issue_date, pdf_path }) => [status, issue_date?.slice(0, 10), pdf_path === null]),
    [
      ['generated', '2025-02-15', false],
      ['failed', variables.today, true],
      ['generated', variables.today, false],
      ['failed', variables.today, true],
    ],
  );
  const failed = (await get(`/certificates?batch_id=${created.id}&status=failed`)).data as unknown[];
  assert.equal(failed.length, 2);
});

test('lists keep their query in every link, clamp what is out of range and answer an empty page beyond the last', async () => {
  const get = async (path: string) =>
    (await (
      await fetch(`${doors.url}/business${path}`, { headers: { authorization: `Bearer ${variables.token}` } })
    ).json()) as {
      data: unknown[];
      links: Record<string, string | null>;
      meta: Record<string, unknown> & { links: { url: string | null; label: string }[] };
    };
  const first = await get(`/certificates?per_page=1&batch_id=${variables.batch_id}&search=`);
  assert.equal(first.data.length, 1);
  assert.equal(first.meta.last_page, 2);
  for (const url of [first.links.first, first.links.last, first.links.next])
    assert.match(
      String(url),
      new RegExp(`^${doors.url}/business/certificates\\?per_page=1&batch_id=.{36}&search=&page=`),
    );
  const second = (await (
    await fetch(first.links.next as string, {
      headers: { authorization: `Bearer ${variables.token}` },
    })
  ).json()) as typeof first;
  assert.equal(second.meta.current_page, 2);
  assert.notDeepEqual(second.data, first.data);
  const beyond = await get('/certificates?page=999&per_page=7');
  assert.deepEqual([beyond.data, beyond.meta.from, beyond.meta.to], [[], null, null]);
  for (const [query, perPage] of [
    ['per_page=1000', 100],
    ['per_page=0', 1],
    ['per_page=-5', 1],
    ['per_page=x', 15],
    ['per_page[]=3', 15],
    ['page=-1', 15],
    ['page=1e99', 15],
    ['page=99999999999999999999', 15],
    ['batch_id=%00', 15],
    ['batch_id=x', 15],
    ['batch_id=a&batch_id=b', 15],
    ['__proto__=1', 15],
  ] as const) {
    const page = await get(`/certificates?${query}`);
    assert.equal(page.meta?.per_page, perPage, `${query}: ${JSON.stringify(page).slice(0, 200)}`);
  }
});
