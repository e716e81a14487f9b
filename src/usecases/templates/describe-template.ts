/** What doors show beside a template: the organization's number, and which templates have default signatories. */

import type { App } from '../../app.ts';
import { readOrganization } from '../../db/organizations.ts';
import { listTemplatesWithDefaults } from '../../db/templates.ts';
import type { Actor } from '../../domain/permissions.ts';

export async function describeTemplate(
  app: App,
  actor: Actor,
): Promise<{ organizationNumber: number; withDefaults: Set<string> }> {
  return app.db.organization(actor.organizationId, async (tx) => ({
    organizationNumber: (await readOrganization(tx, actor.organizationId)).number,
    withDefaults: new Set(await listTemplatesWithDefaults(tx, actor.organizationId)),
  }));
}
