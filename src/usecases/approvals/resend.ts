/** Asks a signatory once more: a new mail with a new link; the old one leads nowhere any more. */

import type { App } from '../../app.ts';
import { askSignatories } from '../../db/approval-links.ts';
import { recordEvent } from '../../db/events.ts';
import type { Actor } from '../../domain/permissions.ts';
import { ChanceryError } from '../../errors.ts';
import { enqueueNotices, withWaitingBatch } from './decide.ts';

/** Whoever may hand in batches may remind their signatories. Throws `conflict` for one who is not asked at the moment or is archived. */
export async function resendApproval(app: App, actor: Actor, approvalId: string): Promise<void> {
  await withWaitingBatch(app, actor, 'batches:create', approvalId, async ({ tx, approval, turns }) => {
    const { organizationId, batchId } = turns;
    const { id, slot, status, isArchived } = approval;
    if (status !== 'pending')
      throw new ChanceryError('conflict', 'this signatory is not asked at the moment', { details: { status } });
    const notices = isArchived ? [] : await askSignatories(tx, organizationId, [approval], turns);
    if (notices.length === 0)
      throw new ChanceryError('conflict', 'an archived member is not written to; name another signatory', {
        details: { archived: true },
      });
    const event = { organizationId, subject: 'approval', subjectId: id, kind: 'approval.resent', actor: actor.label };
    await recordEvent(tx, { ...event, data: { batchId, slot } });
    await enqueueNotices(app, tx, organizationId, notices);
  });
}
