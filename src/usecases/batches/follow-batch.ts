/** What has become of a batch: figures for those who ask every two seconds, its rows for those who ask once it is over. */

import type { App } from '../../app.ts';
import {
  type FailedOutcome,
  type IssuedOutcome,
  type OutcomeFigures,
  readFailedOutcomes,
  readFirstFailedOutcomes,
  readIssuedOutcomes,
  readOneMoment,
  readOutcomeFigures,
} from '../../db/batch-outcomes.ts';
import { sharedRead } from '../../db/shared-read.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { isUuid } from '../../domain/uuid.ts';
import { notFound } from '../../errors.ts';

type Figures = OutcomeFigures | undefined;

const shares = new WeakMap<App['db'], ReturnType<typeof sharedRead<Figures>>>();

/** However many ask for the same batch at once, it is read twice at most. Throws `not_found` for an unknown, malformed or foreign id alike. */
export async function followBatch(app: App, actor: Actor, id: string): Promise<OutcomeFigures> {
  requirePermission(actor, 'batches:view');
  const { organizationId } = actor;
  const share = shares.get(app.db) ?? sharedRead<Figures>();
  shares.set(app.db, share);
  const found = isUuid(id)
    ? await share(`${organizationId} ${id}`, () =>
        app.db.organization(organizationId, (tx) => readOutcomeFigures(tx, organizationId, id)),
      )
    : undefined;
  return seenBy(actor, found, id);
}

export interface BatchOutcome {
  figures: OutcomeFigures;
  failed: FailedOutcome[];
  issued: IssuedOutcome[];
}

/** Figures and at most the first `limit` rows of either kind, all of one moment. Throws as `followBatch`. */
export async function readOutcome(app: App, actor: Actor, id: string, limit: number): Promise<BatchOutcome> {
  requirePermission(actor, 'batches:view');
  if (!isUuid(id)) throw notFound('batch', id);
  const { organizationId } = actor;
  return app.db.organization(organizationId, async (tx) => {
    await readOneMoment(tx);
    const figures = seenBy(actor, await readOutcomeFigures(tx, organizationId, id), id);
    return {
      figures,
      failed: await readFirstFailedOutcomes(tx, organizationId, id, limit),
      issued: await readIssuedOutcomes(tx, organizationId, id, limit),
    };
  });
}

/** A page of the rows that have failed so far, and how many have. Throws as `followBatch`. */
export async function listFailedOutcomes(
  app: App,
  actor: Actor,
  id: string,
  range: { limit: number; offset: number },
): Promise<{ failed: FailedOutcome[]; total: number }> {
  requirePermission(actor, 'batches:view');
  if (!isUuid(id)) throw notFound('batch', id);
  const { organizationId } = actor;
  return app.db.organization(organizationId, async (tx) => {
    await readOneMoment(tx);
    const { failed: total } = seenBy(actor, await readOutcomeFigures(tx, organizationId, id), id);
    return { failed: await readFailedOutcomes(tx, organizationId, id, range), total };
  });
}

function seenBy(actor: Actor, found: Figures, id: string): OutcomeFigures {
  if (found?.test !== actor.test) throw notFound('batch', id);
  return found;
}
