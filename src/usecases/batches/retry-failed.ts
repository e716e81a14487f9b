/** Makes the items again that failed for other reasons than their row; bad rows come back as a file instead. */

import type { App } from '../../app.ts';
import { findBatch, lockBatch, setCompletedAt } from '../../db/batches.ts';
import { regroupFailedItems } from '../../db/chunks.ts';
import { moveCredits } from '../../db/ledger.ts';
import { transition } from '../../db/transition.ts';
import { isApproved } from '../../domain/approval.ts';
import { rowsPerChunk } from '../../domain/document.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { ChanceryError, notFound } from '../../errors.ts';
import { settleClaim } from '../idempotency/settle-claim.ts';
import { getBatch } from './get-batch.ts';

/** `retried` items are under way again; `badRows` need a corrected file. Throws `illegal_transition` while the batch is under way. */
export async function retryFailed(
  app: App,
  actor: Actor,
  batchId: string,
): Promise<{ retried: number; badRows: number }> {
  requirePermission(actor, 'batches:create');
  const { organizationId } = actor;
  await getBatch(app, actor, batchId);
  return app.db.organization(organizationId, async (tx) => {
    await lockBatch(tx, organizationId, batchId);
    const batch = await findBatch(tx, organizationId, batchId);
    if (!batch) throw notFound('batch', batchId);
    // Rows of a batch under way fail before its last chunk is accepted, and from there too it may go on to `processing`.
    if (batch.completedAt === null)
      throw new ChanceryError(
        'illegal_transition',
        'this batch is under way: what failed can be made again when it is finished',
      );
    // Of a rejected batch nothing is made, not even what failed for another reason before the rejection reached it.
    const chunks = isApproved(batch) ? await regroupFailedItems(tx, organizationId, batchId, rowsPerChunk) : [];
    const retried = chunks.reduce((sum, chunk) => sum + chunk.count, 0);
    const outcome = { retried, badRows: batch.failed - retried };
    await settleClaim(app, tx, actor, outcome);
    if (retried === 0) return outcome;
    await transition(tx, {
      organizationId,
      subject: 'batch',
      id: batchId,
      to: 'processing',
      actor: actor.label,
      data: { retried },
    });
    await setCompletedAt(tx, organizationId, batchId, false);
    await moveCredits(tx, {
      organizationId,
      batchId,
      kind: 'reserve_retry',
      from: 'available',
      to: 'reserved',
      amount: retried,
    });
    await app.queue.enqueue(
      tx,
      'belt',
      chunks.map((chunk) => ({ stage: 'produce', organizationId, chunkId: chunk.id })),
    );
    return outcome;
  });
}
