/** A signatory takes single certificates out: they fail with the reason, their credits come back at once, and everybody's approval of the rest stands. */

import type { App } from '../../app.ts';
import { countRejected, listAcceptedChunks } from '../../db/chunks.ts';
import { recordEvents } from '../../db/events.ts';
import { readItemsOf, rejectItems as storeRejections } from '../../db/items.ts';
import { moveCredits } from '../../db/ledger.ts';
import { rejectionIssue } from '../../domain/approval.ts';
import type { Issue } from '../../domain/issue.ts';
import type { Actor } from '../../domain/permissions.ts';
import { isUuid } from '../../domain/uuid.ts';
import { invalidInput } from '../../errors.ts';
import { callOff } from './call-off.ts';
import { type Decision, decide } from './decide.ts';
import { oneLine, reasonIssue } from './reason.ts';

export interface Rejection {
  itemId: string;
  reason: string;
}

/** In one call; more need more calls. */
export const maxRejections = 1_000;

export interface RejectedItems {
  /** How many were rejected by this call; those that had failed before keep their first reason. */
  rejected: number;
  /** How many the batch still has to issue; with none left it ends `failed`. */
  left: number;
}

/** All or none. Throws `invalid_input` at `items.N.id` or `items.N.reason`. */
export async function rejectItems(
  app: App,
  actor: Actor,
  approvalId: string,
  rejections: readonly Rejection[],
): Promise<RejectedItems> {
  checkRejections(rejections);
  return decide(app, actor, approvalId, async (decision) => {
    const { tx, turns } = decision;
    const { organizationId, batchId } = turns;
    const ids = rejections.map(({ itemId }) => itemId.toLowerCase());
    const known = await readItemsOf(tx, organizationId, batchId, ids);
    const unknown = ids.flatMap((id, at) => (known.has(id) ? [] : [notOfThisBatch(at)]));
    if (unknown.length > 0) throw invalidInput('some certificates are not of this batch', unknown);
    // The first reason of an id that is named twice.
    const reasons = new Map(rejections.toReversed().map((one) => [one.itemId.toLowerCase(), oneLine(one.reason)]));
    const rejected = await storeRejections(
      tx,
      organizationId,
      batchId,
      [...reasons].map(([id, reason]) => ({ id, issues: [rejectionIssue(reason)] })),
    );
    if (rejected.length > 0) await settle(decision, rejected, reasons);
    const chunks = await listAcceptedChunks(tx, organizationId, batchId);
    const left = chunks.reduce((sum, { accepted }) => sum + accepted, 0);
    if (left === 0) await callOff(app, decision, { reason: 'every certificate was rejected' });
    return { rejected: rejected.length, left };
  });
}

/** Sums, credits and the audit trail. */
async function settle(
  { tx, approval, turns }: Decision,
  rejected: readonly { id: string; chunkId: string }[],
  reasons: ReadonlyMap<string, string>,
): Promise<void> {
  const { organizationId, batchId, actor } = turns;
  await countRejected(tx, organizationId, rejected);
  const back = { organizationId, batchId, from: 'reserved', to: 'available' } as const;
  await moveCredits(tx, { ...back, kind: 'release_reject_item', amount: rejected.length });
  await recordEvents(
    tx,
    organizationId,
    rejected.map(({ id }) => ({
      subject: 'item',
      subjectId: id,
      kind: 'item.rejected',
      actor,
      data: { batchId, approvalId: approval.id, slot: approval.slot, reason: reasons.get(id) },
    })),
  );
}

function checkRejections(rejections: readonly Rejection[]): void {
  const issues: Issue[] = [];
  if (rejections.length === 0) issues.push({ path: 'items', code: 'required' });
  if (rejections.length > maxRejections) {
    const reason = `at most ${maxRejections} can be rejected at once`;
    issues.push({ path: 'items', code: 'invalid', params: { reason } });
  } else
    for (const [at, { itemId, reason }] of rejections.entries()) {
      if (!isUuid(itemId)) issues.push(notOfThisBatch(at));
      const issue = reasonIssue(reason, `items.${at}.reason`);
      if (issue) issues.push(issue);
    }
  if (issues.length > 0) throw invalidInput('the rejections are not valid', issues);
}

const notOfThisBatch = (at: number): Issue => ({
  path: `items.${at}.id`,
  code: 'invalid',
  params: { reason: 'it is not a certificate of this batch' },
});
