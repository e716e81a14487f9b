/** Who has been asked for what: a page of an organization's approvals, newest first. */

import type { App } from '../../app.ts';
import { type NamedApproval, readApprovals, listApprovals as readList } from '../../db/approvals.ts';
import type { BatchRow } from '../../db/batches.ts';
import { findMember } from '../../db/members.ts';
import type { Status } from '../../domain/lifecycle.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { isUuid } from '../../domain/uuid.ts';

export interface ApprovalQuery {
  /** UUID or number; `me` is the member the key belongs to. */
  member?: string;
  batchId?: string;
  statuses?: readonly Status<'approval'>[];
  limit: number;
  offset: number;
}

export interface ApprovalPage {
  approvals: (NamedApproval & { batchName: string })[];
  total: number;
}

/** A member or a batch that there is not has none. */
export async function listApprovals(app: App, actor: Actor, query: ApprovalQuery): Promise<ApprovalPage> {
  requirePermission(actor, 'approvals:list');
  const { organizationId, test } = actor;
  const { member, batchId, ...asked } = query;
  const rest = { ...asked, test };
  const nothing: ApprovalPage = { approvals: [], total: 0 };
  if (batchId !== undefined && !isUuid(batchId)) return nothing;
  return app.db.organization(organizationId, async (tx) => {
    if (member === undefined) return readList(tx, organizationId, { batchId, ...rest });
    const memberId = member === 'me' ? actor.memberId : await memberIdOf(member);
    return memberId ? readList(tx, organizationId, { memberId, batchId, ...rest }) : nothing;

    async function memberIdOf(text: string) {
      if (!isUuid(text) && !/^\d{1,9}$/.test(text)) return undefined;
      return (await findMember(tx, organizationId, text))?.id;
    }
  });
}

/** Whether the batch waits, or will wait, for the word of the key's owner. */
export async function awaitsMember(app: App, { organizationId, memberId }: Actor, batch: BatchRow): Promise<boolean> {
  const { status, signatories } = batch;
  if (memberId === null) return false;
  if (status === 'pending' || status === 'accepting')
    return signatories.some((one) => one.memberId === memberId && !one.autoApprove);
  if (status !== 'waiting_for_approval') return false;
  const approvals = await app.db.organization(organizationId, (tx) => readApprovals(tx, organizationId, batch.id));
  return approvals.some((one) => one.memberId === memberId && (one.status === 'pending' || one.status === 'waiting'));
}
