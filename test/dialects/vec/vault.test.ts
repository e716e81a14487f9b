/** One upload through the vault: in by the form, out as a sealed PDF with its credential, seen and verified as any other certificate. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { loadKnownKeys } from '../../../src/cli/known-keys.ts';
import { verifyBytes } from '../../../src/cli/verify.ts';
import { isRevoked, signatureHolds } from '../../support/independent-verifier.ts';
import { assertInvariants } from '../../support/invariants.ts';
import type { Tenant } from '../../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';
import { longTest, rounds } from '../../support/rounds.ts';
import { pageObjects, streamPdf, tablePdf } from '../../support/uploaded-pdf.ts';
import { pagePixels, pageTexts, qrOf, type VaultClient, vaultClient } from '../../support/vault.ts';

let doors: TestDoors;
let tenant: Tenant;
let vault: VaultClient;

before(async () => {
  doors = await openTestServer();
  tenant = await doors.test.addTenant();
  vault = vaultClient(doors.url, await doors.key(tenant));
  await doors.test.startBelt();
});
after(() => doors?.[Symbol.asyncDispose]());

const text = async (url: string) => (await fetch(url)).text();
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** `chancery verify`, with the issuer's DID document as anyone can fetch it. */
async function verdictOn(pdf: Buffer): Promise<string> {
  const did = join(doors.test.dataDirectory, 'issuer.did.json');
  await writeFile(did, await text(`${doors.url}/organizations/${tenant.organizationId}/did.json`));
  return (await verifyBytes('certificate.pdf', pdf, await loadKnownKeys([did], 'certificate.pdf'))).verdict;
}

async function issue(file: Buffer, fields: Record<string, string> = {}, name?: string) {
  const created = await vault.create(file, fields, name);
  assert.equal(created.status, 201, created.bytes.toString());
  const { json } = await vault.settled(created.json.data.uuid);
  assert.equal(json.data.status.value, 'generated', JSON.stringify(json.data));
  const download = await vault.call('GET', `/${json.data.uuid}/download`);
  return { created: created.json.data, data: json.data, pdf: download.bytes, download };
}

for (const [kind, file] of [
  ['with a cross-reference table', tablePdf(pageObjects(3))],
  ['with object streams', streamPdf(pageObjects(3))],
] as const)
  test(`a PDF ${kind} comes back with its pages as they were and one more that says who, what, when and where to verify`, async () => {
    const { data, pdf, download } = await issue(file, { details: 'With distinction.', issue_date: '2026-03-14' });
    assert.equal(download.headers.get('content-type'), 'application/pdf');
    assert.equal(download.headers.get('content-disposition'), `attachment; filename="${data.reference_id}.pdf"`);
    assert.ok(pdf.subarray(0, file.length).equals(file), 'the file itself is the beginning of it, byte for byte');
    const texts = await pageTexts(pdf);
    assert.deepEqual(texts.slice(0, 3), await pageTexts(file));
    for (const page of [0, 2])
      assert.deepEqual((await pagePixels(pdf, page, 0.5)).data, (await pagePixels(file, page, 0.5)).data);
    assert.equal(texts.length, 4);
    for (const word of [
      'Diploma in Design',
      'Grace Hopper',
      'Sample School',
      'March 14, 2026',
      'With distinction.',
      data.reference_id,
      sha256(file),
    ])
      assert.ok(texts[3]?.includes(word), `${word} in ${texts[3]}`);
    assert.equal(await qrOf(pdf, 3), `${doors.url}/credential/${data.uuid}`);
  });

test('the verified PDF verifies to the last byte, offline and by an independent program, and names the upload by its hash', async () => {
  const file = tablePdf(pageObjects(1));
  const { data, pdf } = await issue(file, { certificate_title: 'Diplôme d’études', details: 'Mention très bien' });
  assert.equal(await verdictOn(pdf), 'unchanged');
  const places = [5, file.length - 3, file.length + 40, pdf.indexOf('"proof"'), pdf.length - 8];
  for (const at of places) {
    const changed = Buffer.from(pdf);
    changed[at] = (changed[at] as number) ^ 1;
    assert.equal(await verdictOn(changed), 'changed', `byte ${at}`);
  }
  assert.notEqual(await verdictOn(Buffer.concat([pdf, Buffer.from('\n')])), 'unchanged');
  assert.notEqual(await verdictOn(pdf.subarray(0, file.length)), 'unchanged');
  const credential = await text(`${doors.url}/credential/${data.uuid}/credential.json`);
  assert.ok(await signatureHolds(credential));
  assert.equal(await isRevoked(credential), false);
  const { credentialSubject, evidence } = JSON.parse(credential);
  assert.equal(credentialSubject.achievement.name, 'Diplôme d’études');
  assert.equal(credentialSubject.achievement.description, 'Mention très bien');
  assert.deepEqual(evidence[0].description, `PDF, 1 page, ${file.length} bytes, SHA-256 ${sha256(file)}`);
  assert.equal(sha256(pdf.subarray(0, file.length)), data.original_file.sha256);
});

test('a picture becomes a page of its shape, upright and without its metadata, however it is coded', async () => {
  const drawn = sharp({ create: { width: 400, height: 200, channels: 3, background: '#c03020' } });
  const pictures: [string, Buffer][] = [
    ['png', await drawn.clone().png().toBuffer()],
    [
      'rotated',
      await drawn
        .clone()
        .withExif({ IFD0: { Orientation: '6', Artist: 'SECRET-CAMERA' } })
        .withMetadata({ orientation: 6 })
        .jpeg()
        .toBuffer(),
    ],
    ['progressive', await drawn.clone().jpeg({ progressive: true }).toBuffer()],
    ['cmyk', await drawn.clone().toColourspace('cmyk').jpeg().toBuffer()],
  ];
  for (const [kind, file] of pictures.slice(0, rounds(2, 4))) {
    const { data, pdf } = await issue(file, {}, `scan-${kind}.bin`);
    assert.equal(data.original_file.mime_type, kind === 'png' ? 'image/png' : 'image/jpeg', kind);
    const { data: pixels, width, height } = await pagePixels(pdf, 0, 1);
    assert.equal(width > height, kind !== 'rotated', kind);
    const [r, g, b] = pixels.subarray(4 * (Math.floor(height / 2) * width + Math.floor(width / 2)));
    assert.ok((r as number) > 150 && (g as number) < 100 && (b as number) < 100, `${kind}: ${r} ${g} ${b}`);
    assert.ok(!pdf.includes('SECRET-CAMERA'));
    assert.equal(await verdictOn(pdf), 'unchanged', kind);
    assert.equal((await pageTexts(pdf)).length, 2);
  }
});

longTest('programs that are not ours find nothing wrong with the structure of the verified PDF', async (t) => {
  const run = promisify(execFile);
  if (!(await run('qpdf', ['--version']).catch(() => undefined))) return t.skip('qpdf is not installed');
  const png = await sharp({ create: { width: 40, height: 40, channels: 4, background: '#00800080' } })
    .png()
    .toBuffer();
  for (const file of [tablePdf(pageObjects(2)), streamPdf(pageObjects(2)), png]) {
    const { pdf } = await issue(file);
    const path = join(doors.test.dataDirectory, 'checked.pdf');
    await writeFile(path, pdf);
    const { stdout } = await run('qpdf', ['--check', path]);
    assert.match(stdout, /No syntax or stream encoding errors found/);
  }
});

test('a vault certificate shows VEC’s fields in list and detail, and is found by each of its words', async () => {
  const { created, data } = await issue(tablePdf(pageObjects(1)), {
    certificate_title: 'Licence 100%_sure',
    full_name: 'Žofie Nováková',
    applicant_email: 'Zofie@Example.com',
  });
  assert.deepEqual(
    [created.id, created.uuid, created.reference_id],
    [data.id, data.uuid, data.reference_id],
    'decided when it was handed in',
  );
  assert.ok(['pending', 'processing', 'generated'].includes(created.status.value));
  assert.deepEqual(data.source, { value: 'vault', label: 'Vault' });
  assert.deepEqual(data.status, {
    value: 'generated',
    label: 'Generated',
    color: 'success',
    icon: 'heroicon-o-check-circle',
    description: 'Certificate has been successfully generated',
  });
  assert.match(data.reference_id, /^VEC-IC-20\d\d[0-9A-F]{13}$/);
  assert.equal(data.documents[0].type, 'verified_pdf');
  const document = await fetch(data.documents[0].path);
  assert.equal(document.headers.get('content-type'), 'application/pdf');
  assert.equal((await fetch(data.qrcode_path)).status, 200);
  const { json: byNumber } = await vault.call('GET', `/${data.id}`);
  assert.deepEqual(byNumber.data, data);
  const found = async (query: string) =>
    (await vault.call('GET', `?${query}`)).json.data.map(({ id }: { id: number }) => id);
  for (const word of ['100%25_SURE', 'nováková', 'zofie%40example', data.reference_id.slice(-6)])
    assert.deepEqual(await found(`search=${word}`), [data.id], word);
  assert.deepEqual(await found('applicant_email=zofie%40example.com'), [data.id]);
  assert.deepEqual(await found('applicant_email=zofie'), []);
  assert.deepEqual(await found('search=nobody'), []);
  assert.ok((await found('status=generated')).includes(data.id));
  assert.deepEqual(await found('status=revoked'), []);
  const { json: list } = await vault.call('GET', '?per_page=1');
  assert.deepEqual(Object.keys(list.data[0]), [
    'id',
    'uuid',
    'reference_id',
    'certificate_title',
    'full_name',
    'applicant_email',
    'source',
    'status',
    'issue_date',
    'created_at',
    'updated_at',
  ]);
  assert.equal(list.data[0].id, data.id, 'newest first');
  assert.equal((await vault.call('GET', '?status=approved')).json.message, 'The selected status is invalid.');
});

test('the recipient gets a mail with the public link, and a member of the organization is assigned', async () => {
  const { json } = await vault.settled(
    (await issue(tablePdf(pageObjects(1)), { applicant_email: 'new@person.example' })).data.uuid,
  );
  assert.equal(json.data.assigned_at, null);
  await doors.test.waitForBatch(tenant, json.data.batch_id);
  const [mail] = await doors.test.sql<{ subject: string; raw: Buffer }>(
    'select subject, raw from caught_mail where recipient = $1',
    ['new@person.example'],
  );
  assert.equal(mail?.subject, 'Diploma in Design: your certificate from Sample School');
  assert.ok(mail?.raw.toString().replaceAll('=\r\n', '').includes(`/credential/${json.data.uuid}`));
  await doors.test.sql(
    `insert into member (id, organization_id, first_name, last_name, email, email_key) values (gen_random_uuid(), $1, 'M', 'N', 'Member@School.example', 'member@school.example')`,
    [tenant.organizationId],
  );
  const { data } = await issue(tablePdf(pageObjects(1)), { applicant_email: 'member@school.example' });
  assert.equal(data.assigned_at, data.created_at);
});

test('the public page shows the title, and a revoked certificate says so everywhere', async () => {
  const { data } = await issue(tablePdf(pageObjects(1)), {
    certificate_title: 'Master of Glass',
    details: 'Blown & cut',
  });
  const page = await (await fetch(`${doors.url}/credential/${data.uuid}`, { headers: { accept: 'text/html' } })).text();
  assert.match(page, /<h1[^>]*>Master of Glass<\/h1>/);
  assert.match(page, /Blown &amp; cut/);
  const picture = Buffer.from(await (await fetch(`${doors.url}/credential/${data.uuid}/preview.png`)).arrayBuffer());
  assert.equal((await sharp(picture).metadata()).width, 1_200);
  const key = await doors.key(tenant);
  const revoked = await fetch(`${doors.url}/chancery/v1/credentials/${data.uuid}/revoke`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ reason: 'issued in error' }),
  });
  assert.ok(revoked.ok);
  const { json } = await vault.call('GET', `/${data.uuid}`);
  assert.equal(json.data.status.value, 'revoked');
  assert.equal(json.data.rejection_reason, 'issued in error');
  assert.equal(await isRevoked(await text(`${doors.url}/credential/${data.uuid}/credential.json`)), true);
});

test('a single upload is in no list of batches, costs one credit, and keeps the books right', async () => {
  const before = await doors.test.balance(tenant);
  const { data } = await issue(tablePdf(pageObjects(1)));
  const now = await doors.test.balance(tenant);
  assert.deepEqual([now.spent - before.spent, before.available - now.available], [1, 1]);
  const key = await doors.key(tenant);
  const ask = async (path: string) =>
    (await (await fetch(`${doors.url}/business${path}`, { headers: { authorization: `Bearer ${key}` } })).json()) as {
      data: { id: string }[];
    };
  assert.ok(!(await ask('/batches?per_page=100')).data.some(({ id }) => id === data.batch_id));
  assert.deepEqual(
    (await ask('/certificate-templates')).data.map(({ id }) => id),
    [tenant.templateId],
  );
  await doors.test.waitForBatch(tenant, data.batch_id);
  const events = await doors.test.sql<{ kind: string; data: object }>(
    `select kind, data from event where subject_id = $1 and kind like 'vault.%' order by id`,
    [data.uuid],
  );
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['vault.created', 'vault.processing', 'vault.approved'],
  );
  for (const event of events)
    assert.deepEqual(event.data, {
      number: data.id,
      title: 'Diploma in Design',
      email: 'grace@example.com',
      source: 'vault',
      trigger: 'single_upload',
    });
  await assertInvariants(doors.test.database);
});
