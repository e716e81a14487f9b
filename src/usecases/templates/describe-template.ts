/** What doors show beside a template: the organization's number, and who signs unless others are named. */

import type { App } from '../../app.ts';
import { type MemberRow, readMembers } from '../../db/members.ts';
import { readOrganization } from '../../db/organizations.ts';
import { type DefaultSignatory, listDefaultSignatories } from '../../db/templates.ts';
import type { Actor } from '../../domain/permissions.ts';

export type NamedSignatory = DefaultSignatory & { member: MemberRow };

/** `defaultsOf` gives them by place; none for a template that names none. */
export async function describeTemplate(
  app: App,
  actor: Actor,
): Promise<{ organizationNumber: number; defaultsOf(templateId: string): NamedSignatory[] }> {
  return app.db.organization(actor.organizationId, async (tx) => {
    const defaults = await listDefaultSignatories(tx, actor.organizationId);
    const ids = [...new Set(defaults.map(({ memberId }) => memberId))];
    const members = new Map((await readMembers(tx, actor.organizationId, ids)).map((member) => [member.id, member]));
    return {
      organizationNumber: (await readOrganization(tx, actor.organizationId)).number,
      defaultsOf: (templateId) =>
        defaults
          .filter((one) => one.templateId === templateId)
          .map((one) => ({ ...one, member: members.get(one.memberId) as MemberRow })),
    };
  });
}
