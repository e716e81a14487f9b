/** Who is asked when: the approvals of a batch opened, their turns given, those that no longer fit what the batch consists of made void and asked for again. */

import { type ApprovalOrder, askedTooEarly, dueApprovals } from '../domain/approval.ts';
import { type Asking, askSignatories, supersedeLinks } from './approval-links.ts';
import { type ApprovalRow, insertApprovals, moveApprovals, readApprovals } from './approvals.ts';
import { readContentHash } from './content-hash.ts';
import type { Tx } from './open.ts';

/** All are called under `lockBatch`; the notices they give must be enqueued in the same transaction. */
export interface Turns extends Asking {
  organizationId: string;
  batchId: string;
  order: ApprovalOrder;
  /** For the event log. */
  actor: string;
}

/** When a batch begins to wait. Gives the notices to send. */
export async function openApprovals(tx: Tx, turns: Turns): Promise<string[]> {
  const { organizationId, batchId } = turns;
  await insertApprovals(tx, organizationId, batchId, await readContentHash(tx, organizationId, batchId));
  return giveTurns(tx, turns);
}

/** Asks everyone whose turn has come. Gives the notices to send. */
export async function giveTurns(tx: Tx, turns: Turns): Promise<string[]> {
  const { organizationId, batchId, order, actor } = turns;
  const due = dueApprovals(await readApprovals(tx, organizationId, batchId), order);
  await moveApprovals(tx, organizationId, due, 'pending', actor);
  return askSignatories(tx, organizationId, due, turns);
}

/** Approvals of something else than the content are void, and so are requests that come before their turn now; new ones take their places. Gives the notices to send. */
export async function renewApprovals(tx: Tx, turns: Turns): Promise<string[]> {
  const { organizationId, batchId, order } = turns;
  const hash = await readContentHash(tx, organizationId, batchId);
  const stale = (await readApprovals(tx, organizationId, batchId)).filter(
    ({ status, shownHash }) => status === 'approved' && !shownHash?.equals(hash),
  );
  await replaceApprovals(tx, turns, stale, hash, 'content_changed');
  const early = askedTooEarly(await readApprovals(tx, organizationId, batchId), order);
  await replaceApprovals(tx, turns, early, hash, 'not_their_turn');
  return giveTurns(tx, turns);
}

/** The new ones wait for their turn; who approves automatically has approved what is there now. */
async function replaceApprovals(
  tx: Tx,
  { organizationId, batchId, actor }: Turns,
  approvals: readonly ApprovalRow[],
  hash: Buffer,
  cause: string,
): Promise<void> {
  if (approvals.length === 0) return;
  await moveApprovals(tx, organizationId, approvals, 'void', actor, { cause });
  await supersedeLinks(tx, organizationId, approvals);
  await insertApprovals(tx, organizationId, batchId, hash);
}
