/** Makes a failed vault certificate again, alone: the others of its batch stay as they are. */

import type { App } from '../../app.ts';
import { findBatch, lockBatch, setCompletedAt } from '../../db/batches.ts';
import { regroupFailedItems } from '../../db/chunks.ts';
import { recordEvents } from '../../db/events.ts';
import { moveCredits } from '../../db/ledger.ts';
import { transition } from '../../db/transition.ts';
import { findVaultCertificate } from '../../db/vault-certificates.ts';
import { describeIssue } from '../../domain/issue.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { ChanceryError, notFound } from '../../errors.ts';
import { settleClaim } from '../idempotency/settle-claim.ts';
import { getVaultCertificate } from './get-vault-certificate.ts';

/** Gives its UUID. Throws `illegal_transition` with the reason when it has not failed, cannot be made as it is, or its batch is under way. */
export async function retryVaultCertificate(app: App, actor: Actor, id: string): Promise<string> {
  requirePermission(actor, 'certificate-vault:update');
  const { organizationId } = actor;
  const { certificate: found } = await getVaultCertificate(app, { ...actor, scopes: ['certificate-vault:view'] }, id);
  const { batchId, itemId, seq } = found;
  await app.db.organization(organizationId, async (tx) => {
    await lockBatch(tx, organizationId, batchId);
    const certificate = await findVaultCertificate(tx, organizationId, itemId);
    if (!certificate) throw notFound('vault certificate', id);
    if (certificate.status !== 'failed') throw refused('Only failed certificates can be retried.');
    if (certificate.badRow) {
      const reasons = (certificate.issues ?? []).map((issue) => `${issue.path} ${describeIssue(issue)}`).join('; ');
      throw refused(`This certificate cannot be made as it is: ${reasons}. Upload it again with corrected data.`);
    }
    const batch = await findBatch(tx, organizationId, batchId);
    if (!batch?.completedAt)
      throw refused('The upload this certificate belongs to is still being processed. Retry when it is finished.');
    const [chunk] = await regroupFailedItems(tx, organizationId, batchId, 1, seq);
    if (!chunk) throw refused('Only failed certificates can be retried.');
    const change = { organizationId, subject: 'batch', id: batchId, to: 'processing', actor: actor.label } as const;
    await transition(tx, { ...change, data: { retried: 1 } });
    await setCompletedAt(tx, organizationId, batchId, false);
    const reserve = { organizationId, batchId, kind: 'reserve_retry', from: 'available', to: 'reserved' } as const;
    await moveCredits(tx, { ...reserve, amount: 1 });
    const { number, title, email, source, trigger } = certificate;
    const data = { number, title, email, source, trigger };
    const event = { subject: 'item', subjectId: itemId, actor: actor.label, data };
    await recordEvents(tx, organizationId, [
      { ...event, kind: 'vault.retried' },
      { ...event, kind: 'vault.processing' },
    ]);
    await app.queue.enqueue(tx, 'belt', [{ stage: 'produce', organizationId, chunkId: chunk.id }]);
    await settleClaim(app, tx, actor, itemId);
  });
  return itemId;
}

const refused = (message: string) => new ChanceryError('illegal_transition', message);
