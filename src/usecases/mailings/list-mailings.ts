/** Mailings as our own API shows them: by id, page by page, with their jobs and pieces. */

import type { App } from '../../app.ts';
import { listMailJobsOf, type MailJobRow } from '../../db/mail-jobs.ts';
import { listMailPieces, type MailPieceRow } from '../../db/mail-pieces.ts';
import { findMailing, type MailingRow, listMailings as readMailings } from '../../db/mailings.ts';
import type { Status } from '../../domain/lifecycle.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { isUuid } from '../../domain/uuid.ts';
import { notFound } from '../../errors.ts';
import { mailScope } from './mail-scope.ts';

/** Newest first. */
export async function listMailings(
  app: App,
  actor: Actor,
  filter: { statuses?: readonly Status<'mailing'>[]; limit: number; offset: number },
): Promise<{ mailings: MailingRow[]; total: number }> {
  requirePermission(actor, 'mailings:view');
  return app.db.organization(actor.organizationId, (tx) => readMailings(tx, mailScope(actor), filter));
}

/** Throws `not_found`. */
export async function getMailingById(app: App, actor: Actor, id: string): Promise<MailingRow> {
  requirePermission(actor, 'mailings:view');
  const mailing = isUuid(id)
    ? await app.db.organization(actor.organizationId, (tx) => findMailing(tx, mailScope(actor), { id }))
    : undefined;
  if (!mailing) throw notFound('mailing', id);
  return mailing;
}

/** In the order of the hand-in. Throws `not_found`. */
export async function listJobsOfMailing(
  app: App,
  actor: Actor,
  id: string,
  page: { limit: number; offset: number },
): Promise<{ jobs: MailJobRow[]; total: number }> {
  const { jobs: total } = await getMailingById(app, actor, id);
  const { organizationId } = actor;
  const jobs = await app.db.organization(organizationId, (tx) => listMailJobsOf(tx, organizationId, id, page));
  return { jobs, total };
}

/** In the order of the hand-in, after `afterSeq`. Throws `not_found`. */
export async function listPiecesOfMailing(
  app: App,
  actor: Actor,
  id: string,
  page: { afterSeq: number; limit: number },
): Promise<{ pieces: MailPieceRow[]; total: number }> {
  const { pieces: total } = await getMailingById(app, actor, id);
  const { organizationId } = actor;
  const pieces = await app.db.organization(organizationId, (tx) => listMailPieces(tx, organizationId, id, page));
  return { pieces, total };
}
