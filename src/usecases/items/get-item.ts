/** One item: a certificate, as the organization sees it. */

import type { App } from '../../app.ts';
import { findItem, type ItemRow } from '../../db/items.ts';
import { readBatchTemplate } from '../../db/templates.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import type { Template } from '../../domain/template.ts';
import { isUuid } from '../../domain/uuid.ts';
import { notFound } from '../../errors.ts';

/** Throws `not_found` for an unknown, malformed or foreign id alike, and for one of the other mode. */
export async function getItem(app: App, actor: Actor, id: string): Promise<ItemRow> {
  requirePermission(actor, 'certificates:view');
  const item = isUuid(id)
    ? await app.db.organization(actor.organizationId, (tx) => findItem(tx, actor.organizationId, id))
    : undefined;
  if (item?.test !== actor.test) throw notFound('certificate', id);
  return item;
}

/** The template version it was made from. */
export async function getItemTemplate(app: App, { organizationId }: Actor, item: ItemRow): Promise<Template> {
  return app.db.organization(organizationId, (tx) => readBatchTemplate(tx, organizationId, item.batchId));
}
