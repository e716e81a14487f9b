/** Templates as their organization sees them, and the achievement of a version as everyone may. */

import type { App } from '../../app.ts';
import { findOrganizationOf, readOrganization } from '../../db/organizations.ts';
import {
  findTemplate,
  listTemplates as readTemplates,
  readTemplateVersion,
  type TemplateRow,
  type TemplateSummary,
} from '../../db/templates.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import type { Achievement } from '../../domain/template.ts';
import { isUuid } from '../../domain/uuid.ts';
import { notFound } from '../../errors.ts';

/** `builtIn`: also one that the server made for itself, as the template of a batch. */
export async function getTemplate(app: App, actor: Actor, id: string, { builtIn = false } = {}): Promise<TemplateRow> {
  requirePermission(actor, 'certificate-templates:view');
  const template = isUuid(id)
    ? await app.db.organization(actor.organizationId, (tx) => findTemplate(tx, actor.organizationId, id, { builtIn }))
    : undefined;
  if (!template) throw notFound('template', id);
  return template;
}

/** A page of templates without their artwork, newest first. */
export async function listTemplates(
  app: App,
  actor: Actor,
  filter: { search?: string; limit: number; offset: number },
): Promise<{ templates: TemplateSummary[]; total: number }> {
  requirePermission(actor, 'certificate-templates:list');
  return app.db.organization(actor.organizationId, (tx) => readTemplates(tx, actor.organizationId, filter));
}

/** What the `achievement.id` of a credential leads to. */
export async function viewAchievement(
  app: App,
  versionId: string,
): Promise<{ achievement: Achievement; organizationName: string; language: string }> {
  const organizationId = isUuid(versionId)
    ? await app.db.anonymous((tx) => findOrganizationOf(tx, 'templateVersion', versionId))
    : undefined;
  if (!organizationId) throw notFound('achievement', versionId);
  return app.db.organization(organizationId, async (tx) => {
    const version = await readTemplateVersion(tx, organizationId, versionId);
    if (!version) throw notFound('achievement', versionId);
    const { name } = await readOrganization(tx, organizationId);
    return { achievement: version.content.achievement, organizationName: name, language: version.content.language };
  });
}
