/** Writes down what became of a chunk's vault certificates, in the transaction in which it became so. */

import type { ChunkRow } from '../db/chunks.ts';
import { recordEvent } from '../db/events.ts';
import type { Tx } from '../db/open.ts';
import { readVaultProgress } from '../db/vault-certificates.ts';

const kinds: Record<string, string> = {
  accepted: 'vault.processing',
  issued: 'vault.approved',
  failed: 'vault.failed',
};

/** Call it after the items have been written. What failed when the rows were accepted is not told again when the others are produced. */
export async function recordVaultProgress(
  tx: Tx,
  chunk: ChunkRow,
  stage: 'accepted' | 'produced' | 'set_aside',
): Promise<void> {
  const rows = await readVaultProgress(tx, chunk);
  // At most ten to a chunk, and each may have to be told to somebody.
  for (const { itemId, status, badRow, number, title, email, source, trigger } of rows) {
    const kind = kinds[status];
    if (kind === undefined || (badRow && chunk.status !== 'pending')) continue;
    if (stage === 'accepted' && status === 'issued') continue;
    await recordEvent(tx, {
      organizationId: chunk.organizationId,
      subject: 'item',
      subjectId: itemId,
      kind,
      actor: 'system',
      data: { number, title, email, source, trigger },
    });
  }
}
