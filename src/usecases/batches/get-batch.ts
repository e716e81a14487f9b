/** One batch with its progress. */

import type { App } from '../../app.ts';
import { type BatchWithProgress, findBatch } from '../../db/batches.ts';
import { readTemplateVersion } from '../../db/templates.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { isUuid } from '../../domain/uuid.ts';
import { notFound } from '../../errors.ts';

/** Throws `not_found` for an unknown, malformed or foreign id alike. */
export async function getBatch(app: App, actor: Actor, id: string): Promise<BatchWithProgress> {
  requirePermission(actor, 'batches:view');
  const batch = isUuid(id)
    ? await app.db.organization(actor.organizationId, (tx) => findBatch(tx, actor.organizationId, id))
    : undefined;
  if (!batch) throw notFound('batch', id);
  return batch;
}

/** The template version the batch was handed in with. */
export async function getBatchTemplate(app: App, actor: Actor, batch: BatchWithProgress) {
  return app.db.organization(actor.organizationId, (tx) =>
    readTemplateVersion(tx, actor.organizationId, batch.templateVersionId),
  );
}
