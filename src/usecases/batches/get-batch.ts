/** One batch with its progress. */

import type { App } from '../../app.ts';
import { type BatchFigures, type BatchWithProgress, findBatch, readBatchFigures } from '../../db/batches.ts';
import { sharedRead } from '../../db/shared-read.ts';
import { readTemplateVersion } from '../../db/templates.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { isUuid } from '../../domain/uuid.ts';
import { notFound } from '../../errors.ts';

/** Throws `not_found` for an unknown, malformed or foreign id alike, and for one of the other mode. */
export async function getBatch(app: App, actor: Actor, id: string): Promise<BatchWithProgress> {
  requirePermission(actor, 'batches:view');
  const batch = isUuid(id)
    ? await app.db.organization(actor.organizationId, (tx) => findBatch(tx, actor.organizationId, id))
    : undefined;
  if (batch?.test !== actor.test) throw notFound('batch', id);
  return batch;
}

/** The template version the batch was handed in with. */
export async function getBatchTemplate(app: App, actor: Actor, batch: BatchWithProgress) {
  return app.db.organization(actor.organizationId, (tx) =>
    readTemplateVersion(tx, actor.organizationId, batch.templateVersionId),
  );
}

const figures = new WeakMap<App['db'], ReturnType<typeof sharedRead<BatchFigures | undefined>>>();

/** Status and figures, for those who ask every second: however many ask for the same batch, it is read once. Throws as `getBatch`. */
export async function getBatchFigures(app: App, actor: Actor, id: string): Promise<BatchFigures> {
  requirePermission(actor, 'batches:view');
  const { organizationId } = actor;
  const share = figures.get(app.db) ?? sharedRead<BatchFigures | undefined>();
  figures.set(app.db, share);
  const found = isUuid(id)
    ? await share(`${organizationId} ${id}`, () =>
        app.db.organization(organizationId, (tx) => readBatchFigures(tx, organizationId, id)),
      )
    : undefined;
  if (found?.test !== actor.test) throw notFound('batch', id);
  return found;
}
