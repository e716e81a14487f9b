/** What every decision has in common: the batch is locked, it waits, it is the signatory's turn, and the signatory decides. */

import type { App } from '../../app.ts';
import type { Turns } from '../../db/approval-turns.ts';
import { findApproval, type NamedApproval } from '../../db/approvals.ts';
import { lockBatch } from '../../db/batches.ts';
import { readContentHash } from '../../db/content-hash.ts';
import type { Tx } from '../../db/open.ts';
import { readBatchTemplate } from '../../db/templates.ts';
import { type Actor, type Permission, requirePermission } from '../../domain/permissions.ts';
import { isUuid } from '../../domain/uuid.ts';
import { ChanceryError, notFound } from '../../errors.ts';

export interface Decision {
  tx: Tx;
  approval: NamedApproval;
  turns: Turns;
}

/** Runs `work` with the batch locked. Throws `not_found`, and `conflict` with `details.batch` once the batch does not wait any more. */
export async function withWaitingBatch<T>(
  app: App,
  actor: Actor,
  permission: Permission,
  approvalId: string,
  work: (decision: Decision) => Promise<T>,
): Promise<T> {
  requirePermission(actor, permission);
  const { organizationId } = actor;
  if (!isUuid(approvalId)) throw notFound('approval', approvalId);
  return app.db.organization(organizationId, async (tx) => {
    const found = await findApproval(tx, organizationId, approvalId);
    if (found?.test !== actor.test) throw notFound('approval', approvalId);
    const { batchId } = found;
    const batch = await lockBatch(tx, organizationId, batchId);
    // Read again: whoever held the lock may have decided.
    const approval = (await findApproval(tx, organizationId, approvalId)) as NamedApproval;
    if (batch !== 'waiting_for_approval') {
      const details = { batch, status: approval.status };
      throw new ChanceryError('conflict', 'the batch does not wait for approval any more', { details });
    }
    const template = await readBatchTemplate(tx, organizationId, batchId);
    const turns: Turns = {
      organizationId,
      batchId,
      order: template.approvalOrder ?? 'any',
      actor: actor.label,
      linkDays: app.config.APPROVAL_LINK_DAYS,
      mailDomain: app.config.MAIL_DOMAIN,
    };
    return work({ tx, approval, turns });
  });
}

/** As `withWaitingBatch`, for the signatory's own word. Throws `forbidden` for anybody else and for a member who is archived. */
export function decide<T>(
  app: App,
  actor: Actor,
  approvalId: string,
  work: (decision: Decision) => Promise<T>,
): Promise<T> {
  return withWaitingBatch(app, actor, 'approvals:decide', approvalId, (decision) => {
    const { approval } = decision;
    if (actor.memberId !== approval.memberId)
      throw new ChanceryError('forbidden', 'only the signatory decides', { details: { signatory: approval.memberId } });
    if (approval.isArchived)
      throw new ChanceryError('forbidden', 'an archived member cannot decide', { details: { archived: true } });
    if (approval.status !== 'pending')
      throw new ChanceryError('conflict', refusals[approval.status], { details: { status: approval.status } });
    return work(decision);
  });
}

const refusals = {
  waiting: 'another signatory has to approve first',
  approved: 'this has been decided',
  rejected: 'this has been decided',
  void: 'this approval does not count any more; there is a newer one',
};

/** Throws `conflict` with `details.hash` unless what was shown is what there is. */
export async function requireShown({ tx, turns }: Decision, shownHash: string): Promise<Buffer> {
  const hash = await readContentHash(tx, turns.organizationId, turns.batchId);
  if (hash.toString('hex') === shownHash.toLowerCase()) return hash;
  const details = { hash: hash.toString('hex'), shown: shownHash.slice(0, 64) };
  throw new ChanceryError('conflict', 'what was shown has changed since; look at it again', { details });
}

/** The mails of people who are asked now. */
export async function enqueueNotices(
  app: App,
  tx: Tx,
  organizationId: string,
  notices: readonly string[],
): Promise<void> {
  await app.queue.enqueue(
    tx,
    'deliver',
    notices.map((chunkId) => ({ stage: 'notify', organizationId, chunkId })),
  );
}
