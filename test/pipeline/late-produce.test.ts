/** A worker that stood still between taking a chunk and reading its rows finds them made, and one that read them before writes its own: neither may write over the pack that is named. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database } from '../../src/db/open.ts';
import { acceptChunk } from '../../src/pipeline/accept-chunk.ts';
import { produceChunk } from '../../src/pipeline/produce-chunk.ts';
import { getBatch } from '../../src/usecases/batches/get-batch.ts';
import { checkDocuments } from '../../src/usecases/upkeep/check-documents.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp, type TestApp } from '../support/open-test-app.ts';
import { readOutcome } from '../support/outcome.ts';
import { goodRows, header } from '../support/sample-template.ts';

/** A batch of five rows whose documents are still to be made, with nobody to make them. */
async function acceptedChunk(belt: TestApp) {
  const tenant = await belt.addTenant();
  const { organizationId } = tenant;
  const batch = await belt.createBatch(tenant, csv([header, ...goodRows(5)]), { channels: [] });
  const [chunk] = await belt.sql<{ id: string }>('select id from chunk where batch_id = $1', [batch]);
  const job = { stage: 'produce', organizationId, chunkId: chunk?.id as string };
  await acceptChunk(belt.app, job);
  return { tenant, batch, job };
}

test('a worker that comes late to a chunk that another has made stores nothing, and the documents are there', async () => {
  await using belt = await openTestApp();
  const { app } = belt;
  const { job } = await acceptedChunk(belt);
  let calls = 0;
  const organization: Database['organization'] = async (...all) => {
    // The first call takes the chunk.
    if (++calls === 2) await produceChunk(app, job);
    return app.db.organization(...all);
  };
  await assert.rejects(produceChunk({ ...app, db: { ...app.db, organization } }, job), { code: 'conflict' });
  const { items } = await readOutcome(belt);
  assert.equal(items.filter((line) => line.split(' ')[2] === 'issued').length, 5);
  await assertInvariants(belt.database);
});

test('a worker that comes late with the same documents in another order writes over nothing', async () => {
  await using belt = await openTestApp();
  const { app } = belt;
  const { tenant, batch, job } = await acceptedChunk(belt);
  // As if one of them had been set aside and made again alone.
  const threads: typeof app.threads = {
    ...app.threads,
    async produceItems(spec, items) {
      const { pack, ...produced } = await app.threads.produceItems(spec, items);
      const [first, ...others] = JSON.parse(produced.issued) as { at: number; jsonAt: number; length: number }[];
      assert.ok(first);
      const moved = others.map((one) => ({ ...one, at: one.at - first.length, jsonAt: one.jsonAt - first.length }));
      const last = { ...first, at: pack.length - first.length, jsonAt: first.jsonAt + pack.length - first.length };
      const turned = Buffer.concat([pack.subarray(first.length), pack.subarray(0, first.length)]);
      return { ...produced, issued: JSON.stringify([last, ...moved]), pack: new Uint8Array(turned) };
    },
  };
  const put: typeof app.blobs.put = async (key, bytes) => {
    if (key.startsWith('packs')) await produceChunk(app, job);
    return app.blobs.put(key, bytes);
  };
  await assert.rejects(produceChunk({ ...app, threads, blobs: { ...app.blobs, put } }, job), { code: 'conflict' });
  const { items } = await readOutcome(belt);
  assert.equal(items.filter((line) => line.split(' ')[2] === 'issued').length, 5);
  assert.equal((await belt.blobFiles(`packs/${batch.slice(0, 2)}/${batch}`)).length, 2);
  assert.equal((await getBatch(app, tenant.actor, batch)).issued, 5);
  await assertInvariants(belt.database);
  for (const { broken } of await checkDocuments(app)) assert.deepEqual(broken, []);
});
