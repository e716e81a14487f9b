/** Cancels a batch: from now on nothing more of it is made; what was issued stays, and its mails go out. */

import type { App } from '../../app.ts';
import { supersedeLinks } from '../../db/approval-links.ts';
import { moveApprovals, readApprovals } from '../../db/approvals.ts';
import { type BatchWithProgress, findBatch, lockBatch, setCompletedAt } from '../../db/batches.ts';
import { listUnmadeChunks } from '../../db/chunks.ts';
import type { Tx } from '../../db/open.ts';
import { transition } from '../../db/transition.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { isVault } from '../../domain/vault-template.ts';
import { ChanceryError } from '../../errors.ts';
import { fault } from '../../fault.ts';
import { settleClaim } from '../idempotency/settle-claim.ts';
import { getBatch } from './get-batch.ts';

/**
 * Idempotent. The batch is `cancelled` at once; its chunks follow, and one that is under way may still be made. Throws `not_found`, and
 * `illegal_transition` for a batch that has come to its end, that a signatory has rejected, or that is of the vault.
 */
export async function cancelBatch(app: App, actor: Actor, id: string): Promise<BatchWithProgress> {
  requirePermission(actor, 'batches:create');
  const { organizationId } = actor;
  const { kind } = await getBatch(app, { ...actor, scopes: ['*'] }, id);
  if (isVault(kind)) throw new ChanceryError('illegal_transition', 'files of the vault cannot be cancelled');
  const batch = await app.db.organization(organizationId, async (tx) => {
    const status = await lockBatch(tx, organizationId, id);
    if (status !== 'cancelled') await cancel(app, tx, actor, id);
    await settleClaim(app, tx, actor, { id });
    await fault('cancel-before-commit');
    return (await findBatch(tx, organizationId, id)) as BatchWithProgress;
  });
  await fault('cancel-after-commit');
  return batch;
}

/** Under `lockBatch`. */
async function cancel(app: App, tx: Tx, { organizationId, label: actor }: Actor, id: string): Promise<void> {
  await transition(tx, { organizationId, subject: 'batch', id, to: 'cancelled', actor });
  await setCompletedAt(tx, organizationId, id, true);
  const open = (await readApprovals(tx, organizationId, id)).filter(
    ({ status }) => status === 'waiting' || status === 'pending',
  );
  await moveApprovals(tx, organizationId, open, 'void', actor, { cause: 'batch_cancelled' });
  await supersedeLinks(tx, organizationId, open);
  const chunks = await listUnmadeChunks(tx, organizationId, id);
  await app.queue.enqueue(
    tx,
    'belt',
    chunks.map((chunkId) => ({ stage: 'cancel', organizationId, chunkId })),
  );
}
