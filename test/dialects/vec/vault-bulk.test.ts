/** Many uploads at once, and what becomes of them when something goes wrong: bad rows, lost files, retries, crashes, two clients at a time. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { armFaults } from '../../../src/fault.ts';
import { acceptChunk } from '../../../src/pipeline/accept-chunk.ts';
import { produceChunk } from '../../../src/pipeline/produce-chunk.ts';
import { expireVaultFiles } from '../../../src/usecases/vault/expire-vault-files.ts';
import { assertInvariants } from '../../support/invariants.ts';
import type { Tenant } from '../../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';
import { rounds } from '../../support/rounds.ts';
import { pageObjects, tablePdf } from '../../support/uploaded-pdf.ts';
import { pageTexts, type VaultClient, vaultClient, words } from '../../support/vault.ts';

let doors: TestDoors;
let tenant: Tenant;
let vault: VaultClient;
let key: string;
const pdf = tablePdf(pageObjects(2));

before(async () => {
  doors = await openTestServer();
  tenant = await doors.test.addTenant();
  key = await doors.key(tenant);
  vault = vaultClient(doors.url, key);
});
after(() => doors?.[Symbol.asyncDispose]());

const blobOf = (fileId: string) => join(doors.test.dataDirectory, 'blobs', 'prefixes', fileId.slice(0, 2), fileId);

async function upload(): Promise<string> {
  const { status, json } = await vault.form('/upload-file', { file: [pdf, 'diploma.pdf', 'text/plain'] });
  assert.equal(status, 201);
  return json.data.file_id;
}

/** As if it had been uploaded so often; each upload takes a second. */
async function copies(count: number): Promise<string[]> {
  const first = await upload();
  const ids = [first];
  while (ids.length < count) {
    const id = randomUUID();
    await doors.test.app.blobs.put(`prefixes/${id.slice(0, 2)}/${id}`, pdf);
    await doors.test.sql(
      `insert into vault_file (id, organization_id, name, media_type, size, sha256, pages, base_length, base_sha256, plan)
       select $2, organization_id, name, media_type, size, sha256, pages, base_length, base_sha256, plan from vault_file where id = $1`,
      [first, id],
    );
    ids.push(id);
  }
  return ids;
}

const bulk = (entries: object[]) => vault.call('POST', '/bulk', { entries });
const entry = (fileId: string, more: object = {}) => ({ ...words, file_id: fileId, ...more });
const business = async (path: string) =>
  (await (await fetch(`${doors.url}/business${path}`, { headers: { authorization: `Bearer ${key}` } })).json()) as {
    data: Record<string, unknown>;
  } & Record<string, unknown>;

async function certificatesOf(batchId: string) {
  const rows = await doors.test.sql<{ id: string }>(
    'select item_id as id from vault_certificate where batch_id = $1 order by seq',
    [batchId],
  );
  return Promise.all(rows.map(async ({ id }) => (await vault.call('GET', `/${id}`)).json.data));
}

test('an uploaded file is answered as documented, whatever type it was sent as', async () => {
  const { json } = await vault.form('/upload-file', { file: [pdf, '../..\\diploma\u202e.pdf', 'text/plain'] });
  assert.equal(json.message, 'File uploaded successfully');
  assert.match(json.data.file_id, /^[0-9a-f-]{36}$/);
  assert.deepEqual([json.data.mime_type, json.data.size], ['application/pdf', pdf.length]);
  assert.ok(!/[/\\\u202e]/.test(json.data.file_name), json.data.file_name);
});

const uploads = rounds(12, 50);
const good = uploads - 3;

test(`${uploads} uploads with 3 that cannot be made: ${good} are issued, 3 say why, cost nothing and stop nobody`, async () => {
  const before = await doors.test.balance(tenant);
  const ids = await copies(uploads);
  const bad = new Set([4, 7, uploads - 1]);
  const answer = await bulk(
    ids.map((id, at) =>
      entry(id, { full_name: bad.has(at) ? 'Name \u{17000}' : `Person ${at}`, certificate_title: `Title ${at}` }),
    ),
  );
  assert.equal(answer.status, 202);
  const { batch_id: batchId } = answer.json.data;
  assert.deepEqual(answer.json, {
    message: 'Bulk vault upload queued for processing',
    data: { batch_id: batchId, total: uploads, status: 'processing' },
  });
  const waiting = await certificatesOf(batchId);
  assert.ok(waiting.every(({ status }) => status.value === 'pending'));
  const stop = await doors.test.startBelt();
  await doors.test.waitForBatch(tenant, batchId);
  await stop();
  const made = await certificatesOf(batchId);
  made.forEach(({ status, rejection_reason: reason, certificate_title: title }, at) => {
    assert.equal(title, `Title ${at}`);
    assert.equal(status.value, bad.has(at) ? 'failed' : 'generated');
    if (bad.has(at))
      assert.equal(reason, 'full_name contains "\u{17000}" (U+17000), which no font on this server can draw');
  });
  const { status, progress } = await business(`/batches/${batchId}/status`);
  assert.deepEqual([status, progress], ['partially_completed', 100]);
  assert.equal(((await business(`/batches/${batchId}`)).data.template as { name: string }).name, 'Certificate vault');
  const now = await doors.test.balance(tenant);
  assert.deepEqual([now.spent - before.spent, now.reserved, before.available - now.available], [good, 0, good]);
  const document = await vault.call('GET', `/${made[8].id}/download`);
  assert.match((await pageTexts(document.bytes))[2] as string, /Title 8[\s\S]*Person 8/);
  const retry = await vault.call('POST', `/${made[7].id}/retry`);
  assert.equal(retry.status, 422);
  assert.match(retry.json.errors.status[0], /cannot be made as it is: full_name contains/);
  const events = await doors.test.sql<{ kind: string; count: number }>(
    `select kind, count(*)::int from event where data->>'trigger' = 'bulk_upload' group by kind order by kind`,
  );
  assert.deepEqual(
    events.map(({ kind, count }) => `${kind} ${count}`),
    [`vault.approved ${good}`, `vault.created ${uploads}`, 'vault.failed 3', `vault.processing ${good}`],
  );
  await assertInvariants(doors.test.database);
});

test('a certificate whose file was lost has failed and is made again once it is back; nothing else can be retried', async () => {
  const [kept, lost] = (await copies(2)) as [string, string];
  const answer = await bulk([entry(kept), entry(lost)]);
  const { batch_id: batchId } = answer.json.data;
  const blob = await readFile(blobOf(lost));
  await rm(blobOf(lost));
  const stop = await doors.test.startBelt();
  await doors.test.waitForBatch(tenant, batchId);
  const [good, failed] = await certificatesOf(batchId);
  assert.deepEqual([good.status.value, failed.status.value], ['generated', 'failed']);
  assert.match(failed.rejection_reason, /missing from the store/);
  assert.equal((await vault.call('GET', `/${failed.id}/download`)).status, 404);
  const refused = await vault.call('POST', `/${good.id}/retry`);
  assert.deepEqual([refused.status, refused.json.message], [422, 'Only failed certificates can be retried.']);
  await doors.test.app.blobs.put(`prefixes/${lost.slice(0, 2)}/${lost}`, Buffer.concat([blob, Buffer.from('x')]));
  assert.equal((await vault.call('POST', `/${failed.uuid}/retry`)).status, 200);
  assert.equal((await vault.settled(failed.uuid)).json.data.status.value, 'failed', 'another file is not taken for it');
  await doors.test.waitForBatch(tenant, batchId);
  await doors.test.app.blobs.put(`prefixes/${lost.slice(0, 2)}/${lost}`, blob);
  const retried = await vault.call('POST', `/${failed.id}/retry`);
  assert.equal(retried.json.message, 'Vault certificate retry initiated');
  assert.equal(retried.json.data.uuid, failed.uuid);
  assert.equal((await vault.settled(failed.id)).json.data.status.value, 'generated');
  await doors.test.waitForBatch(tenant, batchId);
  await stop();
  const events = await doors.test.sql<{ kind: string }>(
    `select kind from event where subject_id = $1 and kind like 'vault.%' order by id`,
    [failed.uuid],
  );
  assert.deepEqual(
    events.map(({ kind }) => kind.slice(6)),
    ['created', 'processing', 'failed', 'retried', 'processing', 'failed', 'retried', 'processing', 'approved'],
  );
  await assertInvariants(doors.test.database);
});

test('a chunk that crashed before its results were stored is made again to the last byte', async () => {
  const [fileId] = (await copies(1)) as [string];
  const { batch_id: batchId } = (await bulk([entry(fileId)])).json.data;
  const [chunk] = await doors.test.sql<{ id: string }>('select id from chunk where batch_id = $1', [batchId]);
  const job = { stage: 'produce', organizationId: tenant.organizationId, chunkId: chunk?.id as string };
  await acceptChunk(doors.test.app, { ...job, stage: 'accept' });
  armFaults('produce-before-commit:throw');
  await assert.rejects(produceChunk(doors.test.app, job), /fault produce-before-commit/);
  const [key] = await doors.test.blobFiles(`packs/${batchId.slice(0, 2)}/${batchId}`);
  const pack = join(doors.test.dataDirectory, 'blobs', key as string);
  const first = await readFile(pack);
  await rm(pack);
  await produceChunk(doors.test.app, job);
  assert.ok(first.equals(await readFile(pack)));
  const [{ status }] = await certificatesOf(batchId);
  assert.equal(status.value, 'generated');
});

test('a file makes one certificate: it cannot be used again, not even by two clients at the same moment', async () => {
  const [fileId] = (await copies(1)) as [string];
  const answers = await Promise.all([1, 2, 3].map(() => bulk([entry(fileId)])));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [202, 422, 422]);
  const again = await bulk([entry(randomUUID()), entry(fileId)]);
  assert.match(again.json.errors[0], /^Entry 0: file_id [0-9a-f-]{36} not found$/);
  assert.equal(again.json.errors[1], `Entry 1: file_id ${fileId} has already been used`);
});

test('a file nobody used within a day is deleted with its bytes, a used one is not', async () => {
  const [unused, used, young] = (await copies(3)) as [string, string, string];
  assert.equal((await bulk([entry(used)])).status, 202);
  await doors.test.sql(`update vault_file set created_at = now() - interval '25 hours' where id = any($1)`, [
    [unused, used],
  ]);
  assert.equal(await expireVaultFiles(doors.test.app), 1);
  const files = await doors.test.blobFiles('prefixes');
  assert.deepEqual(
    [unused, used, young].map((id) => files.some((file) => file.endsWith(id))),
    [false, true, true],
  );
  assert.match((await bulk([entry(unused)])).json.errors[0], /not found/);
});

test('a file that has expired cannot be used while its bytes are being deleted, and a deletion that was cut off is made good', async () => {
  const [id] = (await copies(1)) as [string];
  await doors.test.sql(`update vault_file set created_at = now() - interval '24 hours' where id = $1`, [id]);
  assert.match((await bulk([entry(id)])).json.errors[0], /not found/);
  await doors.test.sql(`update vault_file set created_at = now() - interval '25 hours' where id = $1`, [id]);
  const { app } = doors.test;
  const cutOff = async (key: string) => {
    await app.blobs.delete(key);
    throw new Error('killed');
  };
  await assert.rejects(expireVaultFiles({ ...app, blobs: { ...app.blobs, delete: cutOff } }), /killed/);
  assert.equal(await expireVaultFiles(app), 1);
  assert.deepEqual(await doors.test.sql('select 1 from vault_file where id = $1', [id]), []);
});

test('an upload sent again with its Idempotency-Key makes no second certificate', async () => {
  const send = async () => {
    const form = new FormData();
    for (const [name, value] of Object.entries(words)) form.set(name, value);
    form.set('certificate_file', new Blob([new Uint8Array(pdf)]), 'diploma.pdf');
    const headers = { authorization: `Bearer ${key}`, 'idempotency-key': 'vault-1' };
    const response = await fetch(`${doors.url}/business/certificate-vault`, { method: 'POST', headers, body: form });
    return {
      status: response.status,
      text: await response.text(),
      replayed: response.headers.get('idempotency-replayed'),
    };
  };
  const [first, second] = [await send(), await send()];
  assert.equal(first.status, 201);
  assert.deepEqual(second, { ...first, replayed: 'true' });
});
