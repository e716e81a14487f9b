/** A signatory approves. The last approval releases the batch, unless what was approved is not what there is: then it is asked for again. */

import type { App } from '../../app.ts';
import { useLinks } from '../../db/approval-links.ts';
import { giveTurns, renewApprovals, type Turns } from '../../db/approval-turns.ts';
import { decideApproval, readApprovals } from '../../db/approvals.ts';
import { setApprovedAt } from '../../db/batches.ts';
import { listAcceptedChunks } from '../../db/chunks.ts';
import { rehashChunks } from '../../db/content-hash.ts';
import type { Tx } from '../../db/open.ts';
import { transition } from '../../db/transition.ts';
import type { Actor } from '../../domain/permissions.ts';
import { fault } from '../../fault.ts';
import { type Decision, decide, enqueueNotices, requireShown } from './decide.ts';

export interface ApprovedBatch {
  /** Whether this was the last approval and the certificates are being made. */
  released: boolean;
}

/** `shownHash` as `viewApproval` gave it. Throws `conflict` when it has changed; nothing is decided then. */
export async function approveBatch(
  app: App,
  actor: Actor,
  approvalId: string,
  shownHash: string,
): Promise<ApprovedBatch> {
  const result = await decide(app, actor, approvalId, async (decision) => {
    const { tx, approval, turns } = decision;
    const hash = await requireShown(decision, shownHash);
    await decideApproval(tx, turns.organizationId, approval, 'approved', { shownHash: hash, actor: actor.label });
    await useLinks(tx, turns.organizationId, approval.id);
    const released = await goOn(app, decision);
    await fault('approve-before-commit');
    return { released };
  });
  await fault('approve-after-commit');
  return result;
}

/** Asks whoever is next; when nobody is, releases the batch. */
async function goOn(app: App, { tx, turns }: Decision): Promise<boolean> {
  const { organizationId, batchId } = turns;
  const allApproved = async () =>
    (await readApprovals(tx, organizationId, batchId)).every(({ status }) => status === 'approved');
  if (!(await allApproved())) {
    await enqueueNotices(app, tx, organizationId, await giveTurns(tx, turns));
    return false;
  }
  // Every row is read once more: what is made next is what all of them approved.
  await rehashChunks(tx, organizationId, batchId);
  await enqueueNotices(app, tx, organizationId, await renewApprovals(tx, { ...turns, actor: 'system' }));
  if (!(await allApproved())) return false;
  await release(app, tx, turns);
  return true;
}

async function release(app: App, tx: Tx, { organizationId, batchId, actor }: Turns): Promise<void> {
  await transition(tx, { organizationId, subject: 'batch', id: batchId, to: 'processing', actor });
  await setApprovedAt(tx, organizationId, batchId);
  const chunks = await listAcceptedChunks(tx, organizationId, batchId);
  await app.queue.enqueue(
    tx,
    'belt',
    chunks.map(({ id }) => ({ stage: 'produce', organizationId, chunkId: id })),
  );
}
