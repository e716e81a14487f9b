/** What the vault refuses, in Laravel's words, and that nothing of it stays behind. */

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Tenant } from '../../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';
import { pageObjects, tablePdf } from '../../support/uploaded-pdf.ts';
import { type VaultClient, vaultClient, words } from '../../support/vault.ts';

let doors: TestDoors;
let tenant: Tenant;
let vault: VaultClient;
const pdf = tablePdf(pageObjects(1));
const encrypted = tablePdf(pageObjects(1), { trailer: '/Encrypt<</Filter/Standard>>' });

before(async () => {
  doors = await openTestServer();
  tenant = await doors.test.addTenant({ credits: 0 });
  vault = vaultClient(doors.url, await doors.key(tenant));
});
after(() => doors?.[Symbol.asyncDispose]());

async function assertNothingLeft(): Promise<void> {
  assert.deepEqual(await doors.test.blobFiles(''), []);
  assert.deepEqual(await readdir(join(doors.test.dataDirectory, 'uploads')).catch(() => []), []);
  const [left] = await doors.test.sql(
    'select (select count(*)::int from vault_file) as files, (select count(*)::int from batch) as batches, (select count(*)::int from item) as items',
  );
  assert.deepEqual(left, { files: 0, batches: 0, items: 0 });
}

const fileSentences: [string, Buffer | undefined, string][] = [
  ['no file', undefined, 'The certificate file field is required.'],
  ['an empty file', Buffer.alloc(0), 'The certificate file field must be a file of type: pdf, jpg, jpeg, png.'],
  ['words', Buffer.from('%PDX'), 'The certificate file field must be a file of type: pdf, jpg, jpeg, png.'],
  [
    '20 MiB and a byte',
    Buffer.alloc(20_971_521, 37),
    'The certificate file field must not be greater than 20480 kilobytes.',
  ],
  [
    'an encrypted PDF',
    encrypted,
    'The certificate file field is invalid: the PDF is encrypted; save it without a password or restrictions.',
  ],
  [
    'half a PDF',
    pdf.subarray(0, 400),
    'The certificate file field is invalid: the PDF is cut off; upload the whole file.',
  ],
];

for (const [what, file, sentence] of fileSentences)
  test(`${what} is refused by name, and nothing of it is left`, async () => {
    const answer = await (file ? vault.create(file) : vault.form('', words));
    assert.equal(answer.status, 422);
    assert.deepEqual(answer.json, { message: sentence, errors: { certificate_file: [sentence] } });
    if (file) {
      const uploaded = await vault.form('/upload-file', { file: [file, 'diploma.pdf'] });
      const said = sentence.replace('certificate file', 'file');
      assert.deepEqual([uploaded.status, uploaded.json], [422, { message: said, errors: { file: [said] } }]);
    }
    await assertNothingLeft();
  });

test('every fault of a form is named at once, in the order of VEC’s rules', async () => {
  const { status, json } = await vault.form('', {
    certificate_file: 'not a file',
    issue_date: '14-03-2026',
    details: 'x'.repeat(1_001),
  });
  assert.equal(status, 422);
  assert.equal(json.message, 'The certificate title field is required. (and 5 more errors)');
  assert.deepEqual(Object.entries(json.errors), [
    ['certificate_title', ['The certificate title field is required.']],
    ['full_name', ['The full name field is required.']],
    ['applicant_email', ['The applicant email field is required.']],
    ['issue_date', ['The issue date field must match the format Y-m-d.']],
    ['details', ['The details field must not be greater than 1000 characters.']],
    ['certificate_file', ['The certificate file field must be a file.']],
  ]);
  const long = await vault.create(pdf, { certificate_title: 'x'.repeat(256), applicant_email: 'nobody' });
  assert.deepEqual(long.json.errors, {
    certificate_title: ['The certificate title field must not be greater than 255 characters.'],
    applicant_email: ['The applicant email field must be a valid email address.'],
  });
  const address = await vault.create(pdf, { applicant_email: 'nobody', issue_date: '2026-02-28' });
  assert.deepEqual(address.json.errors, {
    applicant_email: ['The applicant email field must be a valid email address.'],
  });
  assert.equal((await vault.create(pdf, { issue_date: '2026-02-30' })).status, 422);
  assert.equal((await vault.create(pdf, { full_name: 'A\u202eB' })).status, 422);
  await assertNothingLeft();
});

test('without credits a good upload is refused and its file is given back', async () => {
  const { status, json } = await vault.create(pdf);
  assert.equal(status, 422);
  assert.deepEqual(Object.keys(json.errors), ['balance']);
  await assertNothingLeft();
});

test('what is not a form, and a form cut off half-way, is a clear refusal', async () => {
  const json = await vault.call('POST', '', words);
  assert.equal(json.status, 415);
  const half = await fetch(`${doors.url}/business/certificate-vault`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await doors.key(tenant)}`, 'content-type': 'multipart/form-data; boundary=b' },
    body: '--b\r\ncontent-disposition: form-data; name="certificate_file"; filename="a.pdf"\r\n\r\n%PDF-1.4',
  });
  assert.equal(half.status, 422);
  await assertNothingLeft();
});

test('each call needs its own permission and says which', async () => {
  const calls: [string, string, string][] = [
    ['GET', '', 'certificate-vault:list'],
    ['GET', '/1', 'certificate-vault:view'],
    ['GET', '/1/download', 'certificate-vault:download'],
    ['POST', '', 'certificate-vault:create'],
    ['POST', '/upload-file', 'certificate-vault:create'],
    ['POST', '/bulk', 'certificate-vault:create'],
    ['POST', '/1/retry', 'certificate-vault:update'],
  ];
  const other = vaultClient(doors.url, await doors.key(tenant, ['batches:list']));
  for (const [method, path, permission] of calls) {
    const { status, json } = await other.call(method, path, method === 'POST' ? { entries: [{}] } : undefined);
    assert.equal(status, 403, `${method} ${path}`);
    assert.deepEqual(json, { message: 'Forbidden - Insufficient permissions', required_permission: permission });
  }
  for (const id of ['1', '0', '-1', '99999999999999999999', 'x', '9e7860e3-7c0a-401f-98f6-b98e316934f4'])
    assert.deepEqual((await vault.call('GET', `/${id}`)).json, {
      message: `The requested ID ${id} was not found.`,
      error: 'resource_not_found',
    });
  assert.equal((await vault.call('DELETE', '/1')).status, 405);
});

test('a bulk upload is refused as a whole for the shape of its entries, each named by its place', async () => {
  const errors = async (body: unknown) => (await vault.call('POST', '/bulk', body)).json.errors;
  assert.deepEqual(await errors({}), { entries: ['The entries field is required.'] });
  assert.deepEqual(await errors({ entries: [] }), { entries: ['The entries field is required.'] });
  assert.deepEqual(await errors({ entries: 'x' }), { entries: ['The entries field must be an array.'] });
  assert.deepEqual(await errors({ entries: Array(1_001).fill({}) }), {
    entries: ['The entries field must not have more than 1000 items.'],
  });
  const id = '9e7860e3-7c0a-401f-98f6-b98e316934f4';
  assert.deepEqual(
    await errors({
      entries: [
        { ...words, file_id: id },
        { ...words, file_id: id.toUpperCase() },
      ],
    }),
    {
      'entries.0.file_id': ['The entries.0.file_id field has a duplicate value.'],
      'entries.1.file_id': ['The entries.1.file_id field has a duplicate value.'],
    },
  );
  assert.deepEqual(await errors({ entries: [{ ...words, full_name: 7, file_id: 'x' }] }), {
    'entries.0.full_name': ['The entries.0.full_name field must be a string.'],
    'entries.0.file_id': ['The entries.0.file_id field must be a valid UUID.'],
  });
  assert.deepEqual(await errors({ entries: [{ ...words, applicant_email: 'a b', file_id: id }] }), {
    'entries.0.applicant_email': ['The entries.0.applicant_email field must be a valid email address.'],
  });
  const missing = await vault.call('POST', '/bulk', { entries: [{ ...words, file_id: id }] });
  assert.equal(missing.status, 422);
  assert.deepEqual(missing.json, {
    message: 'Some file_ids could not be resolved',
    errors: [`Entry 0: file_id ${id} not found`],
  });
  await assertNothingLeft();
});
