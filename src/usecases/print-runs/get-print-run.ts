/** The organization's print runs, one or all. */

import type { App } from '../../app.ts';
import {
  findPrintRun,
  type PrintRunFilter,
  type PrintRunRow,
  listPrintRuns as readPrintRuns,
} from '../../db/print-runs.ts';
import { type Actor, type Permission, requirePermission } from '../../domain/permissions.ts';
import { isUuid } from '../../domain/uuid.ts';
import { notFound } from '../../errors.ts';

/** Newest first. */
export async function listPrintRuns(app: App, actor: Actor, filter: PrintRunFilter): Promise<PrintRunRow[]> {
  requirePermission(actor, 'print-runs:view');
  return app.db.organization(actor.organizationId, (tx) => readPrintRuns(tx, actor, filter));
}

/** Throws `not_found` for an unknown, malformed or foreign id alike. */
export async function getPrintRun(
  app: App,
  actor: Actor,
  id: string,
  permission: Permission = 'print-runs:view',
): Promise<PrintRunRow> {
  requirePermission(actor, permission);
  const run = isUuid(id)
    ? await app.db.organization(actor.organizationId, (tx) => findPrintRun(tx, actor, id))
    : undefined;
  if (!run) throw notFound('print run', id);
  return run;
}
