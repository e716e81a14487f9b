/** Finish: derives the batch's final status from its chunks; the caller holds the batch's lock. */

import { findBatch } from '../db/batches.ts';
import { hasChunksIn } from '../db/chunks.ts';
import type { Tx } from '../db/open.ts';
import { tryTransition } from '../db/transition.ts';

export async function finishBatch(tx: Tx, organizationId: string, batchId: string): Promise<void> {
  if (await hasChunksIn(tx, organizationId, batchId, ['pending', 'accepted'])) return;
  const batch = await findBatch(tx, organizationId, batchId);
  if (!batch) return;
  await endBatch(tx, organizationId, batch);
}

/** By the sums over its chunks, all of which are final. */
export async function endBatch(
  tx: Tx,
  organizationId: string,
  { id, issued, failed, total }: { id: string; issued: number; failed: number; total: number },
): Promise<void> {
  const to = issued === total ? 'completed' : issued === 0 ? 'failed' : 'partially_completed';
  const data = { issued, failed, total };
  await tryTransition(tx, { organizationId, subject: 'batch', id, to, actor: 'system', data, completes: true });
}
