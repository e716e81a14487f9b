/** From the link in a signatory's mail to whoever it stands for. Opening uses nothing up: mail scanners open links too; the decision does. */

import type { App } from '../../app.ts';
import { type ApprovalLinkRow, findApprovalLink } from '../../db/approval-links.ts';
import { findOrganizationOf } from '../../db/organizations.ts';
import { linkIdOf } from '../../domain/approval-link.ts';
import type { Actor, Permission } from '../../domain/permissions.ts';
import { ChanceryError, notFound } from '../../errors.ts';

/** What a signatory may do by the link; the pages behind it show that one batch only. */
const scopes: Permission[] = [
  'approvals:decide',
  'approvals:list',
  'batches:view',
  'certificates:list',
  'certificates:view',
];

/** Why a link opens nothing any more: `details.link` of the error. */
export type ClosedLink = 'used' | 'superseded' | 'expired' | 'archived';

/**
 * Throws `not_found` for a token nobody was sent, and `conflict` for a link that was good once, with `details.link` saying why it
 * is not any more, and for a used one `details.status` and `details.decidedAt`.
 */
export async function openApprovalLink(app: App, token: string): Promise<{ actor: Actor; approvalId: string }> {
  const linkId = linkIdOf(app.masterKey, token);
  const organizationId = linkId && (await app.db.anonymous((tx) => findOrganizationOf(tx, 'approvalLink', linkId)));
  const link =
    organizationId && (await app.db.organization(organizationId, (tx) => findApprovalLink(tx, organizationId, linkId)));
  // The token is not repeated: errors are logged.
  if (!link) throw notFound('approval link', '');
  const closed = closedBy(link);
  if (closed) {
    const { approvalStatus: status, decidedAt } = link;
    throw new ChanceryError('conflict', `this link is ${closed}`, { details: { link: closed, status, decidedAt } });
  }
  const { memberId, approvalId } = link;
  return { actor: { organizationId, memberId, scopes, label: `member:${memberId}` }, approvalId };
}

function closedBy(link: ApprovalLinkRow): ClosedLink | undefined {
  if (link.used || link.approvalStatus === 'approved' || link.approvalStatus === 'rejected') return 'used';
  if (link.superseded || link.approvalStatus !== 'pending') return 'superseded';
  if (link.memberIsArchived) return 'archived';
  return link.expired ? 'expired' : undefined;
}
