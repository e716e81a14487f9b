/** A signatory rejects the whole batch: nobody is asked any more, and the belt fails its items with the reason and gives their credits back. */

import type { App } from '../../app.ts';
import { useLinks } from '../../db/approval-links.ts';
import { decideApproval } from '../../db/approvals.ts';
import type { Actor } from '../../domain/permissions.ts';
import { fault } from '../../fault.ts';
import { callOff } from './call-off.ts';
import { decide, requireShown } from './decide.ts';
import { checkReason } from './reason.ts';

/** `shownHash` as `viewApproval` gave it. Throws `conflict` when it has changed, `invalid_input` for a reason that is none. */
export async function rejectBatch(
  app: App,
  actor: Actor,
  approvalId: string,
  reason: string,
  shownHash: string,
): Promise<void> {
  const said = checkReason(reason, 'reason');
  await decide(app, actor, approvalId, async (decision) => {
    const { tx, approval, turns } = decision;
    const hash = await requireShown(decision, shownHash);
    const words = { shownHash: hash, actor: actor.label, reason: said };
    await decideApproval(tx, turns.organizationId, approval, 'rejected', words);
    await useLinks(tx, turns.organizationId, approval.id);
    await callOff(app, decision, { reason: said });
    await fault('approve-before-commit');
  });
  await fault('approve-after-commit');
}
