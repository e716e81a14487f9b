/** The last chunk of a batch that people sign is accepted: they are asked, unless no row is left to ask them about. The caller holds the batch's lock. */

import type { App } from '../app.ts';
import { openApprovals } from '../db/approval-turns.ts';
import { listAcceptedChunks } from '../db/chunks.ts';
import type { Tx } from '../db/open.ts';
import { tryTransition } from '../db/transition.ts';
import type { LoadedSpec } from './batch-spec.ts';
import { finishBatch } from './finish-batch.ts';

export async function waitForApproval(
  app: App,
  tx: Tx,
  { organizationId, batchId }: { organizationId: string; batchId: string },
  { spec }: LoadedSpec,
): Promise<void> {
  const chunks = await listAcceptedChunks(tx, organizationId, batchId);
  if (chunks.length === 0) return finishBatch(tx, organizationId, batchId);
  const isEmpty = chunks.every(({ accepted }) => accepted === 0);
  const to = isEmpty ? 'rejecting' : 'waiting_for_approval';
  await tryTransition(tx, { organizationId, subject: 'batch', id: batchId, to, actor: 'system' });
  const jobs = (stage: string, ids: string[]) => ids.map((chunkId) => ({ stage, organizationId, chunkId }));
  if (isEmpty) {
    const ids = chunks.map(({ id }) => id);
    return app.queue.enqueue(tx, 'belt', jobs('reject', ids));
  }
  const notices = await openApprovals(tx, {
    organizationId,
    batchId,
    order: spec.template.approvalOrder ?? 'any',
    actor: 'system',
    linkDays: app.config.APPROVAL_LINK_DAYS,
    mailDomain: app.config.MAIL_DOMAIN,
  });
  await app.queue.enqueue(tx, 'deliver', jobs('notify', notices));
}
