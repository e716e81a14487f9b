/** What became of the pieces of a mailing, read a page at a time however many there are. */

import type { App } from '../../app.ts';
import { listTrackedPieces, type TrackedPiece, type TrackingFilter } from '../../db/mail-events.ts';
import { findMailJob } from '../../db/mail-jobs.ts';
import { findMailing, type MailKey } from '../../db/mailings.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { isUuid } from '../../domain/uuid.ts';
import { notFound } from '../../errors.ts';
import { knownNumber, mailScope } from '../mailings/mail-scope.ts';

export interface TrackingQuery {
  /** One of the three. */
  mailingNumber?: number;
  mailingId?: string;
  jobNumber?: number;
  /** The 20 digits. */
  barcode?: string;
  /** All events of a piece, not its newest alone. */
  allScans?: boolean;
}

const pageSize = 1_000;

/** Pieces of which something is known, in the order of the hand-in. Throws `not_found` before the first of them is read. */
export async function readTracking(app: App, actor: Actor, query: TrackingQuery): Promise<AsyncIterable<TrackedPiece>> {
  requirePermission(actor, 'mailings:track');
  const { barcode, allScans } = query;
  return pages(app, actor, { ...(await placeOf(app, actor, query)), barcode, allScans });
}

async function placeOf(
  app: App,
  actor: Actor,
  { mailingNumber, mailingId, jobNumber }: TrackingQuery,
): Promise<Pick<TrackingFilter, 'mailingId' | 'jobId'>> {
  const { organizationId } = actor;
  if (jobNumber !== undefined) {
    const number = knownNumber('mail job', jobNumber);
    const job = await app.db.organization(organizationId, (tx) => findMailJob(tx, mailScope(actor), { number }));
    if (!job) throw notFound('mail job', String(number));
    return { mailingId: job.mailingId, jobId: job.id };
  }
  const named = mailingId ?? String(mailingNumber ?? '');
  if (mailingId !== undefined && !isUuid(mailingId)) throw notFound('mailing', mailingId);
  const key: MailKey =
    mailingId !== undefined ? { id: mailingId } : { number: knownNumber('mailing', mailingNumber ?? 0) };
  const mailing = await app.db.organization(organizationId, (tx) => findMailing(tx, mailScope(actor), key));
  if (!mailing) throw notFound('mailing', named);
  return { mailingId: mailing.id };
}

async function* pages(app: App, { organizationId }: Actor, filter: TrackingFilter): AsyncGenerator<TrackedPiece> {
  for (let afterSeq = 0; ; ) {
    const page = { afterSeq, limit: pageSize };
    const pieces = await app.db.organization(organizationId, (tx) =>
      listTrackedPieces(tx, organizationId, filter, page),
    );
    yield* pieces;
    const last = pieces.at(-1);
    if (!last || pieces.length < pageSize) return;
    afterSeq = last.seq;
  }
}
