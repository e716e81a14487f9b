/** Reject: fails a chunk's items with the signatory's reason and gives their credits back; the last chunk ends the batch. */

import type { App } from '../app.ts';
import { announceItems } from '../db/announce.ts';
import { readRejection } from '../db/approvals.ts';
import { lockBatch } from '../db/batches.ts';
import { type ChunkRow, completeChunk } from '../db/chunks.ts';
import { failChunkItems } from '../db/items.ts';
import { moveCredits } from '../db/ledger.ts';
import { rejectionIssue } from '../domain/approval.ts';
import { ChanceryError } from '../errors.ts';
import { fault } from '../fault.ts';
import type { Job } from '../queue/open-queue.ts';
import { finishBatch } from './finish-batch.ts';
import { withChunk } from './with-chunk.ts';

export const rejectChunk = (app: App, job: Job): Promise<void> => withChunk(app, job, 'accepted', reject);

async function reject(app: App, chunk: ChunkRow): Promise<void> {
  await fault('reject-after-take');
  const { organizationId, batchId, id: chunkId } = chunk;
  await app.db.organization(organizationId, async (tx) => {
    // A chunk without rejection has no item left that it could concern.
    const reason = (await readRejection(tx, organizationId, batchId)) ?? '';
    const failed = await failChunkItems(tx, chunk, rejectionIssue(reason));
    if (!(await completeChunk(tx, chunk, 'cancelled', { failed })))
      throw new ChanceryError('conflict', 'another attempt holds the chunk');
    await announceItems(tx, chunk);
    const back = { organizationId, batchId, chunkId, from: 'reserved', to: 'available' } as const;
    await moveCredits(tx, { ...back, kind: 'release_reject', amount: failed });
    await lockBatch(tx, organizationId, batchId);
    await finishBatch(tx, organizationId, batchId);
    await fault('reject-before-commit');
  });
  await fault('reject-after-commit');
}
