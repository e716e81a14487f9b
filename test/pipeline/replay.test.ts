/** Chunks that run twice: the same bytes again, one effect, and no harm by an attempt that has lost its chunk. */

import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { openApp } from '../../src/app.ts';
import { ChanceryError } from '../../src/errors.ts';
import { openLog } from '../../src/log.ts';
import { acceptChunk } from '../../src/pipeline/accept-chunk.ts';
import { produceChunk } from '../../src/pipeline/produce-chunk.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp, type Tenant } from '../support/open-test-app.ts';
import { goodRows, header } from '../support/sample-template.ts';

const belt = await openTestApp();
after(() => belt[Symbol.asyncDispose]());

const rows = 30;

/** A batch of one chunk, accepted but not produced; the queue does not run. */
async function acceptedBatch(tenant: Tenant) {
  const id = await belt.createBatch(tenant, csv([header, ...goodRows(rows), ['', 'x@example.com', 'Botany', '']]));
  const [chunk] = await belt.sql<{ id: string }>('select id from chunk where batch_id = $1', [id]);
  const job = { stage: 'produce', organizationId: tenant.organizationId, chunkId: chunk?.id as string };
  await acceptChunk(belt.app, { ...job, stage: 'accept' });
  return { id, job };
}

const readItems = (batchId: string) =>
  belt.sql(
    `select seq, id, reference_id, status, row_number, name, email, issue_date, fields, status_list_id, status_index, issues, cells,
       pack_key, prefix_hash, tail_offset, tail_length, credential_offset, credential_length, encode(document_sha256, 'hex') as sha
     from item where batch_id = $1 order by seq`,
    [batchId],
  );

test('producing a chunk a second time, in another process’s threads, gives the same pack bytes and the same item rows', async () => {
  const tenant = await belt.addTenant();
  const { id, job } = await acceptedBatch(tenant);
  await produceChunk(belt.app, job);
  const [key] = await belt.blobFiles(`packs/${id.slice(0, 2)}/${id}`);
  const pack = join(belt.dataDirectory, 'blobs', key as string);
  const [items, bytes] = [await readItems(id), await readFile(pack)];
  assert.equal(items.filter((item) => item.status === 'issued').length, rows);

  await unproduce(id, tenant);
  await rm(pack);
  await using second = await openApp(belt.app.config, openLog('silent'));
  await produceChunk(second, job);
  assert.deepEqual(await readItems(id), items);
  assert.ok(bytes.equals(await readFile(pack)));
  await assertInvariants(belt.database);
});

/** As if the transaction that stored the results had never been. */
async function unproduce(batchId: string, { organizationId }: Tenant): Promise<void> {
  await belt.database.owner(async (tx) => {
    await tx.query('delete from delivery where batch_id = $1', [batchId]);
    await tx.query(`delete from ledger_entry where batch_id = $1 and kind = 'capture'`, [batchId]);
    await tx.query(
      'update credit_balance set spent = spent - $2, reserved = reserved + $2 where organization_id = $1',
      [organizationId, rows],
    );
    await tx.query(
      `update item set status = 'accepted', pack_key = null, prefix_hash = null, tail_offset = null, tail_length = null, credential_offset = null,
         credential_length = null, document_sha256 = null, issued_at = null where batch_id = $1 and status = 'issued'`,
      [batchId],
    );
    await tx.query(`update chunk set status = 'accepted', issued = 0, mails = 0, pack_key = null where batch_id = $1`, [
      batchId,
    ]);
    await tx.query(`update batch set status = 'processing', completed_at = null where id = $1`, [batchId]);
    await tx.query(`delete from pgboss.job where data->'part'->>'batchId' = $1`, [batchId]);
  });
}

test('an attempt that lost its chunk to another cannot complete it and changes nothing', async () => {
  const tenant = await belt.addTenant();
  const { id, job } = await acceptedBatch(tenant);
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const put: typeof belt.app.blobs.put = async (key, data) => {
    reached.resolve();
    await gate.promise;
    return belt.app.blobs.put(key, data);
  };
  const slow = produceChunk({ ...belt.app, blobs: { ...belt.app.blobs, put } }, job);
  await reached.promise;
  await produceChunk(belt.app, job);
  const items = await readItems(id);
  gate.resolve();
  await assert.rejects(slow, (error: ChanceryError) => error instanceof ChanceryError && error.code === 'conflict');
  assert.deepEqual(await readItems(id), items);
  assert.deepEqual(await belt.balance(tenant), { available: 100_000 - rows, reserved: 0, spent: rows });
  await assertInvariants(belt.database);
});

test('a chunk whose stage is done is left alone when its job comes again', async () => {
  const tenant = await belt.addTenant();
  const { id, job } = await acceptedBatch(tenant);
  await acceptChunk(belt.app, { ...job, stage: 'accept' });
  await produceChunk(belt.app, job);
  const items = await readItems(id);
  await acceptChunk(belt.app, { ...job, stage: 'accept' });
  await produceChunk(belt.app, job);
  assert.deepEqual(await readItems(id), items);
  await assertInvariants(belt.database);
});
