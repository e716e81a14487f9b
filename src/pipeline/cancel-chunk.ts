/** Cancel: what a chunk of a cancelled batch still had to make is not made, rows that are still in the source become no items, and their credits are given back. */

import type { App } from '../app.ts';
import { type ChunkRow, completeChunk, takeChunk } from '../db/chunks.ts';
import { cancelChunkItems } from '../db/items.ts';
import { moveCredits } from '../db/ledger.ts';
import { ChanceryError } from '../errors.ts';
import { fault } from '../fault.ts';
import type { Job } from '../queue/open-queue.ts';

/** Finds the chunk in whatever stage it is; one that was made before is left alone. */
export async function cancelChunk(app: App, { organizationId, chunkId }: Job): Promise<void> {
  const chunk = await app.db.organization(organizationId, (tx) =>
    takeChunk(tx, organizationId, chunkId, 'pending', 'accepted'),
  );
  if (chunk?.isCalledOff) await cancelTaken(app, chunk);
}

/** A run that has the chunk under way loses it by the taking, or has committed before. */
export async function cancelTaken(app: App, chunk: ChunkRow): Promise<void> {
  await fault('cancel-chunk-after-take');
  const { organizationId, batchId, id: chunkId } = chunk;
  await app.db.organization(organizationId, async (tx) => {
    const cancelled = await cancelChunkItems(tx, chunk, { path: 'row', code: 'cancelled' });
    if (!(await completeChunk(tx, chunk, 'cancelled', {})))
      throw new ChanceryError('conflict', 'another attempt holds the chunk');
    const unread = chunk.count - (chunk.duplicates?.length ?? 0);
    const amount = chunk.status === 'pending' ? unread : cancelled;
    const back = { organizationId, batchId, chunkId, from: 'reserved', to: 'available' } as const;
    await moveCredits(tx, { ...back, kind: 'release_cancel', amount });
    await fault('cancel-chunk-before-commit');
  });
  await fault('cancel-chunk-after-commit');
  app.log.info({ organizationId, batchId, chunkId, seq: chunk.seq }, 'chunk cancelled');
}
