/** From the link in a signatory's mail to whoever it stands for. Opening uses nothing up: mail scanners open links too; the decision does. */

import type { App } from '../../app.ts';
import { type ApprovalLinkRow, findApprovalLink } from '../../db/approval-links.ts';
import { findOrganizationOf } from '../../db/organizations.ts';
import type { Actor, Permission } from '../../domain/permissions.ts';
import { unsealId } from '../../domain/sealed-id.ts';
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
export async function openApprovalLink(
  app: App,
  token: string,
): Promise<{ actor: Actor; approvalId: string; expiresAt: Date }> {
  const found = await findLink(app, token);
  // The token is not repeated: errors are logged.
  if (!found) throw notFound('approval link', '');
  const { organizationId, link } = found;
  const closed = closedBy(link);
  if (closed) {
    const { approvalStatus: status, decidedAt } = link;
    throw new ChanceryError('conflict', `this link is ${closed}`, { details: { link: closed, status, decidedAt } });
  }
  const { approvalId, expiresAt } = link;
  return { actor: actorOf(organizationId, link), approvalId, expiresAt };
}

/** Whatever state it is in; undefined for a token nobody was sent. */
export async function findLink(
  app: App,
  token: string,
): Promise<{ organizationId: string; link: ApprovalLinkRow } | undefined> {
  const linkId = unsealId(app.masterKey, 'approvalLink', token);
  const organizationId = linkId && (await app.db.anonymous((tx) => findOrganizationOf(tx, 'approvalLink', linkId)));
  if (!organizationId) return undefined;
  const link = await app.db.organization(organizationId, (tx) => findApprovalLink(tx, organizationId, linkId));
  return link && { organizationId, link };
}

export function actorOf(organizationId: string, { memberId, test }: ApprovalLinkRow): Actor {
  return { organizationId, memberId, scopes, test, label: `member:${memberId}` };
}

export function closedBy(link: ApprovalLinkRow): ClosedLink | undefined {
  if (link.used || link.approvalStatus === 'approved' || link.approvalStatus === 'rejected') return 'used';
  if (link.superseded || link.approvalStatus !== 'pending') return 'superseded';
  if (link.memberIsArchived) return 'archived';
  return link.expired ? 'expired' : undefined;
}
