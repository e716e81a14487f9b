/** Members as their organization sees them. */

import type { App } from '../../app.ts';
import { findMember, type MemberFilter, type MemberRow, listMembers as readMembers } from '../../db/members.ts';
import { readOrganization } from '../../db/organizations.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { notFound } from '../../errors.ts';

export type MemberSeen = MemberRow & { organizationNumber: number };

/** By UUID or number. Throws `not_found` for an unknown, malformed or foreign one alike. */
export async function getMember(app: App, actor: Actor, idOrNumber: string): Promise<MemberSeen> {
  requirePermission(actor, 'users:view');
  const { organizationId } = actor;
  return app.db.organization(organizationId, async (tx) => {
    const found = idOrNumber.includes('\0') ? undefined : await findMember(tx, organizationId, idOrNumber);
    if (!found) throw notFound('member', idOrNumber);
    return { ...found, organizationNumber: (await readOrganization(tx, organizationId)).number };
  });
}

export async function listMembers(
  app: App,
  actor: Actor,
  filter: MemberFilter,
): Promise<{ members: MemberSeen[]; total: number }> {
  requirePermission(actor, 'users:list');
  const { organizationId } = actor;
  return app.db.organization(organizationId, async (tx) => {
    const { members, total } = await readMembers(tx, organizationId, filter);
    const { number } = await readOrganization(tx, organizationId);
    return { members: members.map((member) => ({ ...member, organizationNumber: number })), total };
  });
}
