/** Compiled programs are shared between batches of the same inputs, are others as soon as an input is, and one row made alone is made as the belt makes it. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { publicKeyFromMultibase } from '../../src/credential/keys.ts';
import { verifyCredential } from '../../src/credential/verify-credential.ts';
import { findBatch } from '../../src/db/batches.ts';
import { prefixKey } from '../../src/domain/document.ts';
import { extractAttachment } from '../../src/pdf/extract-attachment.ts';
import { verifySeal } from '../../src/pdf/verify-seal.ts';
import { acceptChunk } from '../../src/pipeline/accept-chunk.ts';
import { loadBatchSpec } from '../../src/pipeline/batch-spec.ts';
import { produceChunk } from '../../src/pipeline/produce-chunk.ts';
import { approveBatch } from '../../src/usecases/approvals/approve.ts';
import { viewApproval } from '../../src/usecases/approvals/get-approval.ts';
import { currentProgram, readCurrent } from '../../src/usecases/credentials/read-current.ts';
import { changeSignature } from '../../src/usecases/members/change-member.ts';
import { rotateSigningKeys } from '../../src/usecases/organizations/create-organization.ts';
import { readDidDocument } from '../../src/usecases/organizations/did-document.ts';
import { createTemplate } from '../../src/usecases/templates/create-template.ts';
import { csv } from '../support/csv-text.ts';
import { openTestApp, type Tenant } from '../support/open-test-app.ts';
import { longTest } from '../support/rounds.ts';
import { goodRow, goodRows, header, overflowingName, sampleTemplate } from '../support/sample-template.ts';
import { addSignedTenant, approvalAt, type SignedTenant, untilStatus, waitingBatch } from '../support/signatories.ts';

const belt = await openTestApp();
after(() => belt[Symbol.asyncDispose]());

const otherSignature = await sharp({ create: { width: 30, height: 20, channels: 4, background: '#20406080' } })
  .png()
  .toBuffer();

interface Row {
  id: string;
  prefix_hash: string;
  pack_key: string;
  tail_offset: number;
  tail_length: number;
  sha: string;
}

/** The first certificate of a batch that is produced. */
async function issuedItem(batchId: string): Promise<Row> {
  const [row] = await belt.sql<Row>(
    `select id, prefix_hash, pack_key, tail_offset, tail_length, encode(document_sha256, 'hex') as sha from item
     where batch_id = $1 and status = 'issued' order by seq limit 1`,
    [batchId],
  );
  assert.ok(row);
  return row;
}

async function documentOf(row: Row): Promise<Buffer> {
  const blob = (key: string) => readFile(join(belt.dataDirectory, 'blobs', key));
  const tail = (await blob(row.pack_key)).subarray(row.tail_offset, row.tail_offset + row.tail_length);
  return Buffer.concat([await blob(prefixKey(row.prefix_hash)), tail]);
}

/** Sealed, signed by one of the organization's keys, and its own hash. */
async function assertHolds(tenant: Tenant, document: Buffer, sha: string): Promise<{ created: string }> {
  assert.equal(createHash('sha256').update(document).digest('hex'), sha);
  assert.equal(verifySeal(document).unchanged, true);
  const { verificationMethod } = await readDidDocument(belt.app, tenant.organizationId);
  const methods = verificationMethod as { id: string; publicKeyMultibase: string }[];
  const keyOf = (id: string) => {
    const found = methods.find((method) => method.id === id);
    return found && publicKeyFromMultibase(found.publicKeyMultibase);
  };
  const { data } = (await extractAttachment(document, 'credential.json')) ?? { data: Buffer.of() };
  const text = Buffer.from(data).toString();
  const report = await verifyCredential(text, keyOf, new Date());
  assert.equal(report.verdict, 'unchanged', report.reasons.join(', '));
  return JSON.parse(text).proof[0];
}

/** The stages by hand, so that nothing else runs. */
async function issueBatch(tenant: Tenant, rows = goodRows(2)): Promise<string> {
  const id = await belt.createBatch(tenant, csv([header, ...rows]), { channels: [] });
  const [chunk] = await belt.sql<{ id: string }>('select id from chunk where batch_id = $1', [id]);
  const job = { organizationId: tenant.organizationId, chunkId: chunk?.id as string };
  await acceptChunk(belt.app, { ...job, stage: 'accept' });
  await produceChunk(belt.app, { ...job, stage: 'produce' });
  return id;
}

const loadedOf = ({ organizationId }: Tenant, batchId: string, revision = 0) =>
  loadBatchSpec(belt.app, { organizationId, batchId, revision });

/** What a certificate issued now would be made with. */
const currentOf = async ({ actor, templateId }: Tenant) =>
  currentProgram(belt.app, await readCurrent(belt.app, actor, templateId));

test('two batches of one template at different times share program, prefix and stored prefix; their documents hold', async () => {
  const tenant = await addSignedTenant(belt, [true, true]);
  const first = await issueBatch(tenant);
  await sleep(1_100);
  const second = await issueBatch(tenant);
  const [one, other] = [await loadedOf(tenant, first), await loadedOf(tenant, second)];
  assert.notEqual(one.terms.createdAt, other.terms.createdAt);
  assert.equal(one.program, other.program);
  assert.ok(
    !/createdAt|seed|referenceSecret|batchId|columnPlan/.test(
      Buffer.from(new Uint8Array(one.program.shared)).toString(),
    ),
  );
  const [a, b] = [await issuedItem(first), await issuedItem(second)];
  assert.equal(a.prefix_hash, b.prefix_hash);
  assert.equal((await belt.blobFiles('prefixes')).filter((file) => file.includes(a.prefix_hash)).length, 1);
  for (const [row, { terms }] of [
    [a, one],
    [b, other],
  ] as const) {
    const { created } = await assertHolds(tenant, await documentOf(row), row.sha);
    assert.equal(created, terms.createdAt);
  }
  const images = await belt.sql('select 1 from signature_image where organization_id = $1', [tenant.organizationId]);
  assert.equal(images.length, 1, 'the same picture of both signatories and both batches is stored once');
});

test('whatever goes into a program gives another one the instant it changes, and batches handed in before keep theirs', async () => {
  const tenant = await addSignedTenant(belt, [true]);
  const { organizationId, templateId, actor } = tenant;
  const [signatory] = tenant.signatories as [SignedTenant['signatories'][0]];
  const before = await issueBatch(tenant);
  const old = await loadedOf(tenant, before);
  const seen = new Map([[old.program.key, 'as it was']]);
  assert.equal(await currentOf(tenant), old.program, 'what a hand-in would use is what the batch used');
  const sql = (text: string, id = organizationId) => belt.sql(text, [id]);
  const changes: [string, () => Promise<unknown>][] = [
    ['organization name', () => sql(`update organization set name = 'Another School' where id = $1`)],
    ['organization address', () => sql(`update organization set url = 'https://another.example' where id = $1`)],
    ['keys', () => rotateSigningKeys(belt.app, organizationId)],
    ['name of the signatory', () => sql(`update member set signatory_name = 'Ada' where id = $1`, signatory.memberId)],
    ['designation', () => sql(`update member set signatory_designation = 'Rector' where id = $1`, signatory.memberId)],
    ['signature', () => changeSignature(belt.app, actor, signatory.memberId, otherSignature)],
    [
      'new version',
      () =>
        createTemplate(belt.app, actor, {
          templateId,
          content: { ...sampleTemplate({ signatures: 1 }), title: 'New' },
        }),
    ],
  ];
  for (const [what, change] of changes) {
    await change();
    const current = await currentOf(tenant);
    const { key } = current;
    assert.equal(seen.get(key), undefined, `${what} gives the program of: ${seen.get(key)}`);
    seen.set(key, what);
    assert.equal(await currentOf(tenant), current);
    const batch = await issueBatch(tenant);
    assert.equal((await loadedOf(tenant, batch)).program, current, what);
    const row = await issuedItem(batch);
    await assertHolds(tenant, await documentOf(row), row.sha);
  }
  assert.equal((await loadedOf(tenant, before)).program, old.program);
});

test('approvals give the batch another program, with what they say', async () => {
  const tenant = await addSignedTenant(belt, [false]);
  const stop = await belt.startBelt();
  const id = await waitingBatch(belt, tenant, 2);
  const before = await loadedOf(tenant, id);
  const { id: approvalId } = await approvalAt(belt, id, 1);
  const [{ actor }] = tenant.signatories as [SignedTenant['signatories'][0]];
  const { hash } = await viewApproval(belt.app, actor, approvalId);
  await approveBatch(belt.app, actor, approvalId, hash);
  await untilStatus(belt, tenant, id, 'completed');
  await stop();
  const { revision } =
    (await belt.app.db.organization(tenant.organizationId, (tx) => findBatch(tx, tenant.organizationId, id))) ?? {};
  const released = await loadedOf(tenant, id, revision);
  assert.notEqual(released.program.key, before.program.key);
  assert.deepEqual([before.program.spec.approvals.length, released.program.spec.approvals.length], [0, 1]);
  const row = await issuedItem(id);
  await assertHolds(tenant, await documentOf(row), row.sha);
});

test('one row accepted and produced alone is the document that the belt makes of it, byte for byte', async () => {
  const tenant = await addSignedTenant(belt, [true, true]);
  const rows = [['Zoë  Ångström', 'zoe@example.com', ' Ünïcode "course" ', '2026-02-28']];
  const id = await issueBatch(tenant, rows);
  const row = await issuedItem(id);
  const made = await belt.app.threads.issueOne(await loadedOf(tenant, id), { row: 2, cells: rows[0] as string[] });
  assert.ok('document' in made);
  assert.equal(made.item.id, row.id);
  assert.equal(made.prefixHash, row.prefix_hash);
  assert.equal(made.document.sha256, row.sha);
  const document = Buffer.concat([await belt.app.threads.prefixOf(await loadedOf(tenant, id)), made.document.tail]);
  assert.ok(document.equals(await documentOf(row)));
});

test('one row that cannot be issued is told what is wrong with it, as the belt would', async () => {
  const tenant = await belt.addTenant();
  const loaded = await loadedOf(tenant, await issueBatch(tenant));
  for (const cells of [
    ['', 'no address', 'Botany', 'yesterday'],
    [overflowingName, 'a@example.com', 'Botany', '2026-03-01'],
    ['Ana', 'a@example.com'],
  ]) {
    const made = await belt.app.threads.issueOne(loaded, { row: 2, cells });
    assert.ok('issues' in made);
    const id = await issueBatch(tenant, [cells.length < 4 ? [...cells, '', ''].slice(0, 4) : cells, goodRow(1)]);
    const [stored] = await belt.sql<{ issues: unknown[] }>('select issues from item where batch_id = $1 order by seq', [
      id,
    ]);
    if (cells.length === 4) assert.deepEqual(made.issues, stored?.issues);
    else
      assert.deepEqual(
        made.issues.map(({ code }) => code),
        ['ragged_row'],
      );
  }
});

longTest('a picture that is changed before it is read leaves no programs of a blank place under its name', async () => {
  const tenant = await addSignedTenant(belt, [true]);
  const { actor, templateId } = tenant;
  const { memberId } = tenant.signatories[0] as SignedTenant['signatories'][0];
  const ownSignature = await sharp({ create: { width: 31, height: 20, channels: 4, background: '#40206080' } })
    .png()
    .toBuffer();
  await changeSignature(belt.app, actor, memberId, ownSignature);
  const current = await readCurrent(belt.app, actor, templateId);
  await changeSignature(belt.app, actor, memberId, otherSignature);
  await assert.rejects(currentProgram(belt.app, current), { code: 'conflict' });
  await changeSignature(belt.app, actor, memberId, ownSignature);
  const program = await currentOf(tenant);
  assert.equal(program.spec.signatories[0]?.png, ownSignature.toString('base64'));
});
