/** What doors show beside templates: the organization, and who signs unless others are named. */

import type { App } from '../../app.ts';
import { type MemberRow, readMembers } from '../../db/members.ts';
import { type OrganizationRow, readOrganization } from '../../db/organizations.ts';
import { type DefaultSignatory, listDefaultSignatories } from '../../db/templates.ts';
import type { Actor } from '../../domain/permissions.ts';

export type NamedSignatory = DefaultSignatory & { member: MemberRow };

export interface TemplateSurroundings {
  organization: OrganizationRow;
  /** By place; none for a template that names none. */
  defaultsOf(templateId: string): NamedSignatory[];
}

export async function describeTemplates(
  app: App,
  actor: Actor,
  templateIds: readonly string[],
): Promise<TemplateSurroundings> {
  return app.db.organization(actor.organizationId, async (tx) => {
    const defaults = await listDefaultSignatories(tx, actor.organizationId, templateIds);
    const ids = [...new Set(defaults.map(({ memberId }) => memberId))];
    const members = new Map((await readMembers(tx, actor.organizationId, ids)).map((member) => [member.id, member]));
    return {
      organization: await readOrganization(tx, actor.organizationId),
      defaultsOf: (templateId) =>
        defaults
          .filter((one) => one.templateId === templateId)
          .map((one) => ({ ...one, member: members.get(one.memberId) as MemberRow })),
    };
  });
}
