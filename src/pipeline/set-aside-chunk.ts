/** A chunk that kills its workers, or cannot be compiled, is set aside: its items fail with that reason and cost nothing, the rest of the batch goes on. */

import type { App } from '../app.ts';
import { announceItems } from '../db/announce.ts';
import { lockBatch } from '../db/batches.ts';
import { type ChunkRow, completeChunk } from '../db/chunks.ts';
import { failChunkItems, insertItems } from '../db/items.ts';
import { moveCredits } from '../db/ledger.ts';
import type { Issue } from '../domain/issue.ts';
import { isVault } from '../domain/vault-template.ts';
import { ChanceryError } from '../errors.ts';
import { readBlock } from '../ingest/source.ts';
import { afterAccept } from './accept-chunk.ts';
import { failedItem, rowAcceptance } from './accept-row.ts';
import { loadBatchSpec } from './batch-spec.ts';
import { finishBatch } from './finish-batch.ts';
import { recordVaultProgress } from './vault-progress.ts';

export async function setAsideChunk(app: App, chunk: ChunkRow, issue: Issue): Promise<void> {
  const { organizationId, batchId } = chunk;
  const loaded = await loadBatchSpec(app, chunk);
  const rows =
    chunk.status === 'pending'
      ? readBlock(await app.blobs.get(loaded.sourceKey, { offset: chunk.sourceOffset, length: chunk.sourceLength }))
      : [];
  await app.db.organization(organizationId, async (tx) => {
    if (chunk.status === 'pending') {
      const acceptance = rowAcceptance(loaded.spec);
      const items = rows.map((raw, at) => failedItem(acceptance, raw, chunk.firstSeq + at, [issue]));
      await insertItems(tx, chunk, JSON.stringify(items));
    }
    const failed = chunk.status === 'pending' ? rows.length : await failChunkItems(tx, chunk, issue);
    const held = await completeChunk(tx, chunk, 'set_aside', { failed });
    if (!held) throw new ChanceryError('conflict', 'another attempt holds the chunk');
    if (isVault(loaded.spec.kind)) await recordVaultProgress(tx, chunk);
    await announceItems(tx, chunk);
    await moveCredits(tx, {
      organizationId,
      batchId,
      chunkId: chunk.id,
      kind: 'release_set_aside',
      from: 'reserved',
      to: 'available',
      amount: chunk.status === 'pending' ? failed - (chunk.duplicates?.length ?? 0) : failed,
    });
    if (chunk.status === 'pending') return afterAccept(app, tx, chunk, loaded);
    await lockBatch(tx, organizationId, batchId);
    await finishBatch(tx, organizationId, batchId);
  });
  app.log.error({ organizationId, batchId, chunkId: chunk.id, reason: issue.code }, 'chunk set aside');
}
