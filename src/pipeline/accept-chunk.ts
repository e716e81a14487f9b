/** Accept: reads the chunk's block of the source, validates each row, stores items. A bad row becomes a failed item and stops no other. */

import type { App } from '../app.ts';
import { announceItems } from '../db/announce.ts';
import { insertApprovals } from '../db/approvals.ts';
import { lockBatch } from '../db/batches.ts';
import { type ChunkRow, completeChunk, hasChunksIn } from '../db/chunks.ts';
import { hashChunk } from '../db/content-hash.ts';
import { insertItems } from '../db/items.ts';
import { moveCredits } from '../db/ledger.ts';
import type { Tx } from '../db/open.ts';
import { tryTransition } from '../db/transition.ts';
import { isVault } from '../domain/vault-template.ts';
import { ChanceryError } from '../errors.ts';
import { fault } from '../fault.ts';
import type { Job } from '../queue/open-queue.ts';
import { type LoadedSpec, loadBatchSpec } from './batch-spec.ts';
import { finishBatch } from './finish-batch.ts';
import type { AcceptedRows } from './produce-thread.ts';
import { ThreadDeath } from './thread-watch.ts';
import { recordVaultProgress } from './vault-progress.ts';
import { waitForApproval } from './wait-for-approval.ts';
import { withChunk } from './with-chunk.ts';

export const acceptChunk = (app: App, job: Job): Promise<void> => withChunk(app, job, 'pending', accept);

async function accept(app: App, chunk: ChunkRow): Promise<void> {
  await fault('accept-after-take');
  const loaded = await loadBatchSpec(app, chunk);
  const block = await app.blobs.get(loaded.sourceKey, { offset: chunk.sourceOffset, length: chunk.sourceLength });
  const checked = await app.threads.acceptRows(loaded, block, chunk.firstSeq, chunk.duplicates ?? []);
  if (checked.accepted + checked.failed !== chunk.count)
    throw new ThreadDeath('a worker thread answered with something else than its rows');
  await fault('accept-after-check');
  await app.db.organization(chunk.organizationId, async (tx) => {
    const { organizationId } = chunk;
    await storeAccepted(tx, chunk, loaded, checked);
    if (loaded.needsApproval) await hashChunk(tx, chunk);
    else await app.queue.enqueue(tx, 'belt', [{ stage: 'produce', organizationId, chunkId: chunk.id }]);
    await afterAccept(app, tx, chunk, loaded);
    await fault('accept-before-commit');
  });
  await fault('accept-after-commit');
}

/** Stores what became of the chunk's rows; the credits of bad ones are given back. Throws `conflict` when another attempt holds the chunk. */
async function storeAccepted(tx: Tx, chunk: ChunkRow, loaded: LoadedSpec, checked: AcceptedRows): Promise<void> {
  // First, so that an attempt that lost the chunk stores nothing.
  const held = await completeChunk(tx, chunk, 'accepted', { accepted: checked.accepted, failed: checked.failed });
  if (!held) throw new ChanceryError('conflict', 'another attempt holds the chunk');
  await insertItems(tx, chunk, checked.json);
  if (isVault(loaded.spec.kind)) await recordVaultProgress(tx, chunk);
  if (checked.failed > 0) await announceItems(tx, chunk);
  await moveCredits(tx, {
    organizationId: chunk.organizationId,
    batchId: chunk.batchId,
    chunkId: chunk.id,
    kind: 'release_accept',
    from: 'reserved',
    to: 'available',
    // Nothing was reserved for rows that are left out.
    amount: checked.failed - (chunk.duplicates?.length ?? 0),
  });
}

/** Moves the batch on when this was its last chunk to be accepted. */
export async function afterAccept(app: App, tx: Tx, chunk: ChunkRow, loaded: LoadedSpec): Promise<void> {
  const { organizationId, batchId } = chunk;
  const status = await lockBatch(tx, organizationId, batchId);
  // It was cancelled meanwhile, and the chunk's `cancel` job is in line.
  if (status === 'cancelled') return;
  const move = (to: 'accepting' | 'processing') =>
    tryTransition(tx, { organizationId, subject: 'batch', id: batchId, to, actor: 'system' });
  if (status === 'pending') await move('accepting');
  if (await hasChunksIn(tx, organizationId, batchId, ['pending'])) return;
  if (loaded.needsApproval) return waitForApproval(app, tx, chunk, loaded);
  // Whoever approves automatically has done so, though nobody was shown anything.
  if (loaded.spec.signatories.length > 0) await insertApprovals(tx, organizationId, batchId, null);
  await move('processing');
  await finishBatch(tx, organizationId, batchId);
}
