/** A chunk that kills whoever works on it: set aside after CHUNK_DEATHS deaths, the rest done, its credits returned, and made again on request. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import type { App } from '../../src/app.ts';
import { takeChunk } from '../../src/db/chunks.ts';
import { ChanceryError } from '../../src/errors.ts';
import { acceptChunk } from '../../src/pipeline/accept-chunk.ts';
import { produceChunk } from '../../src/pipeline/produce-chunk.ts';
import { rejectChunk } from '../../src/pipeline/reject-chunk.ts';
import { ThreadDeath } from '../../src/pipeline/thread-watch.ts';
import { viewApproval } from '../../src/usecases/approvals/get-approval.ts';
import { rejectBatch } from '../../src/usecases/approvals/reject-batch.ts';
import { exportFailedRows, listFailedRows } from '../../src/usecases/batches/failed-rows.ts';
import { getBatch } from '../../src/usecases/batches/get-batch.ts';
import { retryFailed } from '../../src/usecases/batches/retry-failed.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp, type Tenant } from '../support/open-test-app.ts';
import { goodRows, header } from '../support/sample-template.ts';
import { addSignedTenant, approvalAt, type Signatory } from '../support/signatories.ts';

const belt = await openTestApp({ environment: { CHUNK_DEATHS: '3' } });
after(() => belt[Symbol.asyncDispose]());

/** 500 rows and 20 rows; the second chunk has a bad row. */
async function twoChunks(tenant: Tenant) {
  const id = await belt.createBatch(tenant, csv([header, ...goodRows(519), ['', 'x@example.com', 'Botany', '']]), {
    channels: [],
  });
  const chunks = await belt.sql<{ id: string }>('select id from chunk where batch_id = $1 order by seq', [id]);
  const jobs = chunks.map((chunk) => ({ stage: 'produce', organizationId: tenant.organizationId, chunkId: chunk.id }));
  return { id, poisoned: jobs[1] as (typeof jobs)[0], jobs };
}

const died = () => Promise.reject(new ThreadDeath('The worker thread exited with code 1'));
const deadly: App = { ...belt.app, threads: { ...belt.app.threads, produceItems: died, acceptRows: died } };

test('an ordinary error is no death: a chunk that fails five times is still tried again', async () => {
  const tenant = await belt.addTenant();
  const { poisoned, jobs } = await twoChunks(tenant);
  const failing: App = {
    ...belt.app,
    threads: { ...belt.app.threads, acceptRows: () => Promise.reject(new Error('disk')) },
  };
  for (let attempt = 1; attempt <= 5; attempt++)
    await assert.rejects(acceptChunk(failing, { ...poisoned, stage: 'accept' }), /disk/);
  for (const job of jobs) await acceptChunk(belt.app, { ...job, stage: 'accept' });
  const chunks = await belt.sql('select status, deaths from chunk where id = $1', [poisoned.chunkId]);
  assert.deepEqual(chunks, [{ status: 'accepted', deaths: 0 }]);
});

test('an error that comes with the database’s absence is no death either', async () => {
  const tenant = await belt.addTenant();
  const { poisoned } = await twoChunks(tenant);
  let away = false;
  const acceptRows = () => {
    away = true;
    return Promise.reject(new ChanceryError('not_ready', 'away'));
  };
  const organization: App['db']['organization'] = (id, work) => {
    if (!away) return belt.app.db.organization(id, work);
    away = false;
    return Promise.reject(new ChanceryError('not_ready', 'still away'));
  };
  const failing: App = {
    ...belt.app,
    db: { ...belt.app.db, organization },
    threads: { ...belt.app.threads, acceptRows },
  };
  await assert.rejects(acceptChunk(failing, { ...poisoned, stage: 'accept' }), /^ChanceryError: away/);
  assert.deepEqual(await belt.sql('select status, deaths from chunk where id = $1', [poisoned.chunkId]), [
    { status: 'pending', deaths: 0 },
  ]);
});

test('what failed is not made again while rows of its batch are still to be checked', async () => {
  const tenant = await belt.addTenant();
  const { id, jobs } = await twoChunks(tenant);
  const [first] = jobs as [(typeof jobs)[0]];
  await acceptChunk(belt.app, { ...first, stage: 'accept' });
  for (let death = 1; death <= 3; death++) await assert.rejects(produceChunk(deadly, first), /exited/);
  await produceChunk(deadly, first);
  const { status, failed } = await getBatch(belt.app, tenant.actor, id);
  assert.deepEqual([status, failed], ['accepting', 500]);
  const before = await belt.balance(tenant);
  await assert.rejects(retryFailed(belt.app, tenant.actor, id), { code: 'illegal_transition' });
  assert.deepEqual(await belt.balance(tenant), before);
});

test('what a signatory rejected is not made again, even when rejecting it killed its workers', async () => {
  const tenant = await addSignedTenant(belt, [false]);
  const [{ actor }] = tenant.signatories as [Signatory];
  const id = await belt.createBatch(tenant, csv([header, ...goodRows(2)]), { channels: [] });
  const [chunk] = await belt.sql<{ id: string }>('select id from chunk where batch_id = $1', [id]);
  const { organizationId } = tenant;
  const job = { stage: 'accept', organizationId, chunkId: chunk?.id as string };
  await acceptChunk(belt.app, job);
  const { id: approvalId } = await approvalAt(belt, id, 1);
  const { hash } = await viewApproval(belt.app, actor, approvalId);
  await rejectBatch(belt.app, actor, approvalId, 'Not these', hash);
  for (let death = 1; death <= 4; death++)
    await belt.app.db.organization(organizationId, (tx) => takeChunk(tx, organizationId, job.chunkId, 'accepted'));
  await rejectChunk(belt.app, { ...job, stage: 'reject' });
  assert.deepEqual(await belt.sql('select status from chunk where id = $1', [job.chunkId]), [{ status: 'set_aside' }]);
  assert.equal((await getBatch(belt.app, tenant.actor, id)).status, 'failed');
  const rows = await listFailedRows(belt.app, tenant.actor, id, -1, 10);
  assert.deepEqual(
    rows.map(({ retryable }) => retryable),
    [false, false],
  );
  assert.deepEqual(await retryFailed(belt.app, tenant.actor, id), { retried: 0, badRows: 2 });
  assert.deepEqual(await belt.balance(tenant), { available: 100_000, reserved: 0, spent: 0 });
});

test('a chunk that kills its thread three times is set aside, the rest is issued, its credits return, and retry-failed makes it once', async () => {
  const tenant = await belt.addTenant({ credits: 600 });
  const { id, poisoned, jobs } = await twoChunks(tenant);
  for (const job of jobs) await acceptChunk(belt.app, { ...job, stage: 'accept' });
  for (let death = 1; death <= 3; death++) await assert.rejects(produceChunk(deadly, poisoned), /exited/);
  assert.equal((await getBatch(belt.app, tenant.actor, id)).failed, 1);
  const stop = await belt.startBelt({ parts: { threads: { ...belt.app.threads, produceItems: onlyLarge } } });
  const batch = await belt.waitForBatch(tenant, id);
  await stop();
  assert.deepEqual([batch.status, batch.issued, batch.failed], ['partially_completed', 500, 20]);
  assert.deepEqual(await belt.balance(tenant), { available: 100, reserved: 0, spent: 500 });
  const failed = await listFailedRows(belt.app, tenant.actor, id, -1, 100);
  assert.deepEqual(new Set(failed.map(({ issues }) => issues[0]?.code)), new Set(['set_aside', 'required']));
  assert.equal(failed.filter(({ retryable }) => retryable).length, 19);
  await assertInvariants(belt.database, 'after setting aside');

  assert.deepEqual(await retryFailed(belt.app, tenant.actor, id), { retried: 19, badRows: 1 });
  assert.deepEqual(await belt.balance(tenant), { available: 81, reserved: 19, spent: 500 });
  const again = await getBatch(belt.app, tenant.actor, id);
  assert.deepEqual([again.status, again.completedAt], ['processing', null]);
  await assertInvariants(belt.database, 'while it is made again');
  await belt.startBelt();
  const done = await belt.waitForBatch(tenant, id);
  assert.deepEqual([done.status, done.issued, done.failed], ['partially_completed', 519, 1]);
  assert.deepEqual(await belt.balance(tenant), { available: 81, reserved: 0, spent: 519 });
  assert.deepEqual(await retryFailed(belt.app, tenant.actor, id), { retried: 0, badRows: 1 });
  await assertInvariants(belt.database, 'at the end');
});

/** The belt must not need threads for a chunk that is set aside. */
const onlyLarge: App['threads']['produceItems'] = (loaded, items) =>
  items.length < 100 ? died() : belt.app.threads.produceItems(loaded, items);

test('a chunk whose workers died before its rows were stored is set aside with its rows kept for a corrected file', async () => {
  const tenant = await belt.addTenant();
  const { id, poisoned } = await twoChunks(tenant);
  // Three processes took it and were never heard of again, nor was the one that would have taken each row alone.
  for (let death = 1; death <= 4; death++)
    await belt.app.db.organization(tenant.organizationId, (tx) =>
      takeChunk(tx, tenant.organizationId, poisoned.chunkId, 'pending'),
    );
  await belt.startBelt();
  const batch = await belt.waitForBatch(tenant, id);
  assert.deepEqual([batch.status, batch.issued, batch.failed], ['partially_completed', 500, 20]);
  assert.deepEqual(await belt.balance(tenant), { available: 100_000 - 500, reserved: 0, spent: 500 });
  let text = '';
  for await (const piece of await exportFailedRows(belt.app, tenant.actor, id)) text += piece;
  assert.match(text, /Person 501,person501@example.com,Course 501,2026-03-01,"row was set aside/);
  await assertInvariants(belt.database);
});
