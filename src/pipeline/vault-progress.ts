/** Writes down what became of a chunk's vault certificates, in the transaction in which it became so. */

import type { ChunkRow } from '../db/chunks.ts';
import { recordEvents } from '../db/events.ts';
import type { Tx } from '../db/open.ts';
import { readVaultProgress } from '../db/vault-certificates.ts';

const kinds: Record<string, string> = {
  accepted: 'vault.processing',
  issued: 'vault.approved',
  failed: 'vault.failed',
};

/** Call it after the items have been written. What failed when the rows were accepted is not told again when the others are produced. */
export async function recordVaultProgress(tx: Tx, chunk: ChunkRow): Promise<void> {
  const rows = await readVaultProgress(tx, chunk);
  const events = rows.flatMap(({ itemId, status, badRow, ...data }) => {
    const kind = kinds[status];
    const old = badRow && chunk.status !== 'pending';
    return kind === undefined || old ? [] : [{ subject: 'item', subjectId: itemId, kind, actor: 'system', data }];
  });
  await recordEvents(tx, chunk.organizationId, events);
}
