/** Finish: derives the batch's final status from its chunks; the caller holds the batch's lock. */

import { findBatch, setCompletedAt } from '../db/batches.ts';
import { hasChunksIn } from '../db/chunks.ts';
import type { Tx } from '../db/open.ts';
import { tryTransition } from '../db/transition.ts';

export async function finishBatch(tx: Tx, organizationId: string, batchId: string): Promise<void> {
  if (await hasChunksIn(tx, organizationId, batchId, ['pending', 'accepted'])) return;
  const batch = await findBatch(tx, organizationId, batchId);
  if (!batch) return;
  const { issued, failed, total } = batch;
  const to = issued === total ? 'completed' : issued === 0 ? 'failed' : 'partially_completed';
  const moved = await tryTransition(tx, {
    organizationId,
    subject: 'batch',
    id: batchId,
    to,
    actor: 'system',
    data: { issued, failed, total },
  });
  if (moved) await setCompletedAt(tx, organizationId, batchId, true);
}
