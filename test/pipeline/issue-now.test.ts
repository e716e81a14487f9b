/** One recipient, issued while the caller waits: as durable, verifiable and paid for as what the belt makes, or nothing at all. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { after } from 'node:test';
import type { ChunkRow } from '../../src/db/chunks.ts';
import { type AcceptedItem, readAcceptedItems } from '../../src/db/items.ts';
import type { Actor } from '../../src/domain/permissions.ts';
import { ChanceryError } from '../../src/errors.ts';
import { readBlock } from '../../src/ingest/source.ts';
import { loadBatchSpec } from '../../src/pipeline/batch-spec.ts';
import { authenticate } from '../../src/usecases/api-keys/authenticate.ts';
import { getBatch } from '../../src/usecases/batches/get-batch.ts';
import { type IssueOutcome, issueNow } from '../../src/usecases/credentials/issue-now.ts';
import type { IssuedNow } from '../../src/usecases/credentials/store-issued.ts';
import { answerOnce } from '../../src/usecases/idempotency/answer-once.ts';
import { createWebhook } from '../../src/usecases/webhooks/create-webhook.ts';
import { csv } from '../support/csv-text.ts';
import { isRevoked, signatureHolds } from '../support/independent-verifier.ts';
import { assertInvariants } from '../support/invariants.ts';
import { requestFor } from '../support/issue-request.ts';
import { setMemberSignature } from '../support/member-signature.ts';
import type { Tenant } from '../support/open-test-app.ts';
import { openTestServer } from '../support/open-test-server.ts';
import { rounds } from '../support/rounds.ts';
import { goodRow, goodRows, header, overflowingName } from '../support/sample-template.ts';
import { addSignedTenant, refusal } from '../support/signatories.ts';

const doors = await openTestServer();
after(() => doors[Symbol.asyncDispose]());
const belt = doors.test;

const issue = (tenant: Tenant, cells = goodRow(1)) => issueNow(belt.app, tenant.actor, requestFor(tenant, cells));

function issued(outcome: IssueOutcome): IssuedNow {
  assert.ok('issued' in outcome, JSON.stringify(outcome));
  return outcome.issued;
}

/** Everything of an organization that a certificate leaves behind. */
const traces = (tenant: Tenant) =>
  belt.sql(
    `select (select count(*)::int from batch where organization_id = $1) as batches,
       (select count(*)::int from chunk where organization_id = $1) as chunks,
       (select count(*)::int from item where organization_id = $1) as items,
       (select count(*)::int from delivery where organization_id = $1) as deliveries,
       (select count(*)::int from event where organization_id = $1 and subject = 'batch') as events,
       (select count(*)::int from ledger_entry where organization_id = $1 and kind <> 'grant') as entries,
       (select count(*)::int from pgboss.job where data->>'organizationId' = $1::text) as jobs`,
    [tenant.organizationId],
  );
const none = [{ batches: 0, chunks: 0, items: 0, deliveries: 0, events: 0, entries: 0, jobs: 0 }];

test('when the call returns, document and credential are public and verify, the batch is final and the mail is in line', async () => {
  const tenant = await belt.addTenant({ credits: 3 });
  const { id, referenceId, email } = issued(await issue(tenant));
  assert.equal(email, 'person1@example.com');
  const page = await (await fetch(`${doors.url}/credential/${id}`)).text();
  assert.ok(page.includes('Person 1') && page.includes(referenceId));
  const pdf = Buffer.from(await (await fetch(`${doors.url}/credential/${id}/document.pdf`)).arrayBuffer());
  assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
  const credential = await (await fetch(`${doors.url}/credential/${id}/credential.json`)).text();
  assert.equal(await signatureHolds(credential), true);
  assert.equal(await isRevoked(credential), false);
  assert.ok(pdf.includes(credential), 'the document carries the credential');

  const [row] = await belt.sql<{ batch: string }>('select batch_id as batch from item where id = $1', [id]);
  const batch = await getBatch(belt.app, tenant.actor, row?.batch as string);
  assert.deepEqual(
    [batch.status, batch.issued, batch.failed, batch.total, batch.mails, batch.completedAt !== null],
    ['completed', 1, 0, 1, 1, true],
  );
  assert.deepEqual(await belt.balance(tenant), { available: 2, reserved: 0, spent: 1 });
  const deliveries = await belt.sql('select status, message_id from delivery where item_id = $1', [id]);
  assert.deepEqual(deliveries, [{ status: 'queued', message_id: `<${id}.email.1@${belt.app.config.MAIL_DOMAIN}>` }]);
  await assertInvariants(belt.database);

  const stop = await belt.startBelt();
  await belt.waitForBatch(tenant, batch.id);
  await stop();
  const mails = await belt.sql('select recipient from caught_mail where message_id = $1', [deliveries[0]?.message_id]);
  assert.deepEqual(mails, [{ recipient: 'person1@example.com' }]);
  await assertInvariants(belt.database);
});

interface StoredItem {
  batch: string;
  chunk: ChunkRow;
  pack: string;
  at: number;
  length: number;
  source: string;
}

test('the belt would have made the same bytes, and the row is kept behind them as it was handed in', async () => {
  const tenant = await belt.addTenant();
  const { organizationId } = tenant;
  const cells = ['Zoë “Z” Ångström', 'Zoe@Example.com', '  Física & más  ', '2026-03-01'];
  const { id } = issued(await issue(tenant, cells));
  const [item] = await belt.sql<StoredItem>(
    `select batch_id as batch, pack_key as pack, tail_offset as at, tail_length as length, source_key as source,
       (select jsonb_build_object('id', id, 'batchId', batch_id, 'organizationId', organization_id, 'firstSeq', first_seq, 'count', count,
         'retry', retry, 'sourceOffset', source_offset, 'sourceLength', source_length) from chunk where chunk.id = item.chunk_id) as chunk
     from item join batch on batch.id = item.batch_id where item.id = $1`,
    [id],
  );
  const { chunk, pack, at, length, source, batch } = item as StoredItem;
  const loaded = await loadBatchSpec(belt.app, { organizationId, batchId: batch, revision: 0 });
  const produced = await belt.app.threads.produceItems(loaded, await asAccepted(chunk));
  assert.ok((await belt.app.blobs.get(pack, { offset: at, length })).equals(produced.pack));
  const block = await belt.app.blobs.get(source, { offset: chunk.sourceOffset, length: chunk.sourceLength });
  assert.deepEqual(readBlock(block), [{ row: 1, cells }]);
});

/** The chunk's items as they were before they were issued, out of a transaction that never was. */
async function asAccepted(chunk: ChunkRow): Promise<AcceptedItem[]> {
  let items: AcceptedItem[] = [];
  const undone = belt.database.owner(async (tx) => {
    await tx.query(`update item set status = 'accepted' where batch_id = $1`, [chunk.batchId]);
    items = await readAcceptedItems(tx, chunk);
    throw new Error('undone');
  });
  await assert.rejects(undone, /undone/);
  assert.equal(items.length, 1);
  return items;
}

test('a refused row says what is wrong with it, is stored nowhere and costs nothing', async () => {
  const tenant = await belt.addTenant();
  const files = await belt.blobFiles('');
  assert.deepEqual(await issue(tenant, ['Bob', 'not an address', '', 'yesterday']), {
    refused: [
      { path: 'email', code: 'not_an_email', params: { value: 'not an address' } },
      { path: 'Course', code: 'required', params: {} },
      { path: 'Held on', code: 'not_a_date', params: { value: 'yesterday', format: 'YYYY-MM-DD' } },
    ],
  });
  const wide = await issue(tenant, [overflowingName, 'x@example.com', 'Botany', '']);
  assert.ok('refused' in wide && wide.refused[0]?.path === 'name', JSON.stringify(wide));
  const ragged = await issue(tenant, ['Bob']);
  assert.ok('refused' in ragged && ragged.refused[0]?.code === 'ragged_row', JSON.stringify(ragged));
  assert.deepEqual(await traces(tenant), none);
  assert.deepEqual(await belt.blobFiles(''), files);
  assert.deepEqual(await belt.balance(tenant), { available: 100_000, reserved: 0, spent: 0 });
});

test('without a credit nothing is made; of two who want the last one, one gets it', async () => {
  const tenant = await belt.addTenant({ credits: 0 });
  await assert.rejects(issue(tenant), refusal('limit_exceeded', { limit: 'credits', needed: 1, available: 0 }));
  assert.deepEqual(await traces(tenant), none);
  for (let round = 0; round < 5; round++) {
    const poor = await belt.addTenant({ credits: 1 });
    const packs = (await belt.blobFiles('packs')).length;
    const ends = await Promise.allSettled([issue(poor), issue(poor), issue(poor)]);
    assert.deepEqual(ends.map(({ status }) => status).sort(), ['fulfilled', 'rejected', 'rejected']);
    for (const end of ends) if (end.status === 'rejected') refusal('limit_exceeded')(end.reason);
    assert.deepEqual(await belt.balance(poor), { available: 0, reserved: 0, spent: 1 });
    assert.equal((await belt.blobFiles('packs')).length, packs + 1);
  }
  await assertInvariants(belt.database);
});

test('an unknown, an archived and somebody else’s template are not found, and a key without the permission is refused', async () => {
  const [tenant, other] = [await belt.addTenant(), await belt.addTenant()];
  const at = (templateId: string) => issue({ ...tenant, templateId });
  for (const id of [other.templateId, '9e7860e3-7c0a-401f-98f6-b98e316934f4', 'x', ''])
    await assert.rejects(at(id), refusal('not_found'));
  await belt.sql('update template set archived_at = clock_timestamp() where id = $1', [tenant.templateId]);
  await assert.rejects(at(tenant.templateId), refusal('not_found'));
  const reader = { ...other, actor: { ...other.actor, scopes: ['batches:view'] } };
  await assert.rejects(issue(reader), refusal('forbidden'));
  assert.deepEqual(await traces(tenant), none);
  assert.deepEqual(await traces(other), none);
});

test('where a person must approve nothing is done; where all approve automatically they have done so, and their pictures are on the document', async () => {
  const waiting = await addSignedTenant(belt, [true, false]);
  assert.deepEqual(await issue(waiting), { needsApproval: true });
  assert.deepEqual(await traces(waiting), none);

  const signed = await addSignedTenant(belt, [true, true]);
  const beltId = await belt.createBatch(signed, csv([header, goodRow(1)]));
  const stop = await belt.startBelt();
  await belt.waitForBatch(signed, beltId);
  await stop();
  const { id } = issued(await issue(signed));
  const [item] = await belt.sql<{ batch: string; prefix: string }>(
    'select batch_id as batch, prefix_hash as prefix from item where id = $1',
    [id],
  );
  const of = async (batch: string | undefined) => [
    await belt.sql(
      'select slot, member_id, status, decided_by, shown_hash from approval where batch_id = $1 order by slot',
      [batch],
    ),
    await belt.sql('select slot, sha256 from batch_signature where batch_id = $1 order by slot', [batch]),
    await belt.sql('select prefix_hash from item where batch_id = $1', [batch]),
  ];
  const [approvals, pictures, prefix] = await of(item?.batch);
  assert.deepEqual([approvals?.length, pictures?.length], [2, 2]);
  assert.deepEqual([approvals, pictures, prefix], await of(beltId), 'as the belt');
  await assertInvariants(belt.database);

  // Another picture from one call to the next: the document shows the one that is noted for its batch.
  const [first] = signed.signatories;
  await setMemberSignature(belt, signed, first?.memberId as string);
  const later = issued(await issue(signed));
  const [changed] = await belt.sql<{ prefix: string }>('select prefix_hash as prefix from item where id = $1', [
    later.id,
  ]);
  assert.notEqual(changed?.prefix, item?.prefix);
});

test('as many at once as come: each its own reference and place, and the belt’s batches fit in between', async () => {
  const many = rounds(10, 40);
  const tenant = await belt.addTenant({ credits: many + 20 });
  const stop = await belt.startBelt();
  const [batch, ...outcomes] = await Promise.all([
    belt.createBatch(tenant, csv([header, ...goodRows(20)])),
    ...Array.from({ length: many }, (_, at) => issue(tenant, goodRow(at + 1))),
  ]);
  assert.equal(new Set(outcomes.map((one) => issued(one).referenceId)).size, many);
  await belt.waitForBatch(tenant, batch);
  await stop();
  const [{ places, items }] = (await belt.sql(
    `select count(distinct (status_list_id, status_index))::int as places, count(*)::int as items from item
     where organization_id = $1 and status = 'issued'`,
    [tenant.organizationId],
  )) as [{ places: number; items: number }];
  assert.deepEqual([places, items], [many + 20, many + 20]);
  assert.deepEqual(await belt.balance(tenant), { available: 0, reserved: 0, spent: many + 20 });
  await assertInvariants(belt.database);
});

test('what was issued at once is a duplicate to a file that comes later, also when both come in the same instant', async () => {
  const tenant = await belt.addTenant();
  issued(await issue(tenant));
  const file = csv([header, goodRow(1)]);
  await assert.rejects(
    belt.createBatch(tenant, file, { duplicates: 'deny' }),
    (error: ChanceryError) => error.details.duplicates === 1,
  );
  for (let round = 2; round < 12; round++) {
    const row = goodRow(round);
    const [, batch] = await Promise.allSettled([
      issue(tenant, row),
      belt.createBatch(tenant, csv([header, row]), { duplicates: 'deny' }),
    ]);
    // The file came first, or it was refused; then the certificate was there before the batch.
    if (batch.status === 'rejected') continue;
    const [order] = await belt.sql<{ after: boolean }>(
      `select item.updated_at >= batch.created_at as after from batch, item where batch.id = $1 and item.email_key = $2
         and item.organization_id = $3 and item.status = 'issued'`,
      [batch.value, row[1], tenant.organizationId],
    );
    assert.equal(order?.after, true, 'a certificate that was there before the batch was overlooked');
  }
});

test('with an Idempotency-Key the certificate and the record of it are one: asked again, the same answer, and one certificate', async () => {
  const tenant = await belt.addTenant({ credits: 5 });
  const key = await keyedActor(tenant);
  const ask = (cells = goodRow(1)) => {
    const request = { key: 'k1', fingerprint: Buffer.from(JSON.stringify(cells)) };
    return answerOnce<IssueOutcome>(belt.app, key, request, {
      create: (actor) => issueNow(belt.app, actor, requestFor(tenant, cells)),
      answer: (made) => made,
    });
  };
  const first = await ask();
  assert.equal(first.replayed, false);
  const again = await ask();
  assert.deepEqual(again, { body: first.body, replayed: true });
  await assert.rejects(ask(goodRow(2)), refusal('invalid_input'));
  assert.deepEqual(await belt.balance(tenant), { available: 4, reserved: 0, spent: 1 });

  // Another request took the key because this one was thought dead: nothing of it is stored.
  const stolen = { ...key, claim: { apiKeyId: key.key?.id as string, key: 'k2', id: randomUUID() } };
  await assert.rejects(issueNow(belt.app, stolen, requestFor(tenant, goodRow(3))), refusal('conflict'));
  assert.deepEqual(await belt.balance(tenant), { available: 4, reserved: 0, spent: 1 });
  await assertInvariants(belt.database);
});

async function keyedActor(tenant: Tenant): Promise<Actor> {
  const actor = await authenticate(belt.app, await doors.key(tenant));
  assert.ok(actor);
  return actor;
}

test('webhooks are told what the belt tells them, in its order and words', async () => {
  const tenant = await belt.addTenant();
  const { endpoint } = await createWebhook(belt.app, tenant.actor, { url: 'https://hooks.example/x', events: ['*'] });
  const told = async () =>
    (
      await belt.sql<{ event: string; payload: string }>(
        'select event, payload from webhook_delivery where endpoint_id = $1 order by created_at, id',
        [endpoint.id],
      )
    ).map(({ event, payload }) => ({ event, body: faceless(JSON.parse(payload)) }));
  const name = 'The same';
  const batch = await belt.createBatch(tenant, csv([header, goodRow(1)]), { name });
  const stop = await belt.startBelt();
  await belt.waitForBatch(tenant, batch);
  await stop();
  const byBelt = await told();
  assert.deepEqual(
    byBelt.map(({ event }) => event),
    ['batch.created', 'batch.processing', 'certificate.generated', 'batch.completed'],
  );
  await belt.sql('delete from webhook_delivery where endpoint_id = $1', [endpoint.id]);
  issued(await issueNow(belt.app, tenant.actor, requestFor(tenant, goodRow(1), { name })));
  assert.deepEqual(await told(), byBelt);
  await assertInvariants(belt.database);
});

/** Without what differs between any two certificates. The belt counts rows of a file from 2. */
function faceless(body: Record<string, unknown>): Record<string, unknown> {
  const own = /^(timestamp|batch_id|certificate_id|reference_id|.*_at|.*_date|.*_url|row.*)$/;
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, own.test(name) ? typeof value : value]));
}

test('when the bytes cannot be stored nothing is, and what was half stored is taken away', async () => {
  const tenant = await belt.addTenant({ credits: 2 });
  issued(await issue(tenant));
  const before = await traces(tenant);
  const files = await belt.blobFiles('packs');
  const put = async () => {
    throw new ChanceryError('not_ready', 'the disk is full');
  };
  const full = { ...belt.app, blobs: { ...belt.app.blobs, put } };
  await assert.rejects(issueNow(full, tenant.actor, requestFor(tenant, goodRow(2))), refusal('not_ready'));
  assert.deepEqual(await traces(tenant), before);
  assert.deepEqual(await belt.blobFiles('packs'), files);
  assert.deepEqual(await belt.balance(tenant), { available: 1, reserved: 0, spent: 1 });
  await assertInvariants(belt.database);
});
