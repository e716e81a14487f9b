/** A page of an organization's batches, newest first. */

import type { App } from '../../app.ts';
import { type BatchFilter, type BatchWithProgress, listBatches as readBatches } from '../../db/batches.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';

export async function listBatches(
  app: App,
  actor: Actor,
  filter: Omit<BatchFilter, 'test'>,
): Promise<{ batches: BatchWithProgress[]; total: number }> {
  requirePermission(actor, 'batches:list');
  return app.db.organization(actor.organizationId, (tx) =>
    readBatches(tx, actor.organizationId, { ...filter, test: actor.test }),
  );
}
