/** Approvals: whose turn it is by the template's order. A place that is void has been taken by a newer approval and does not come here. */

import type { Issue } from './issue.ts';
import type { Status } from './lifecycle.ts';

export type ApprovalOrder = 'any' | 'sequential';

interface Turn {
  slot: number;
  status: Status<'approval'>;
}

const bySlot = (a: Turn, b: Turn) => a.slot - b.slot;

/** Those whose turn has come and who have not been asked yet. */
export function dueApprovals<T extends Turn>(approvals: readonly T[], order: ApprovalOrder): T[] {
  if (order === 'any') return approvals.filter(({ status }) => status === 'waiting');
  const first = [...approvals].sort(bySlot).find(({ status }) => status !== 'approved');
  return first?.status === 'waiting' ? [first] : [];
}

/** Those who were asked before somebody ahead of them had to be asked again. */
export function askedTooEarly<T extends Turn>(approvals: readonly T[], order: ApprovalOrder): T[] {
  if (order === 'any') return [];
  const open = [...approvals].sort(bySlot).filter(({ status }) => status !== 'approved');
  return open.slice(1).filter(({ status }) => status === 'pending');
}

/** Whether a batch may be made: all who are asked have approved, or nobody is. */
export const isApproved = ({
  approvedAt,
  signatories,
}: {
  approvedAt: Date | null;
  signatories: readonly { autoApprove: boolean }[];
}): boolean => approvedAt !== null || signatories.every(({ autoApprove }) => autoApprove);

/** What an item says that was rejected, alone or with its batch. */
export const rejectionIssue = (reason: string): Issue => ({ path: 'row', code: 'rejected', params: { reason } });
