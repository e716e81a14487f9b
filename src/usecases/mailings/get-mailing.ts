/** One mailing, its jobs, and one job, as far as the asker may see them. */

import type { App } from '../../app.ts';
import { findMailJob, listMailJobsOf, type MailJobRow } from '../../db/mail-jobs.ts';
import { findMailing, type MailingRow } from '../../db/mailings.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { notFound } from '../../errors.ts';
import { knownNumber, mailScope } from './mail-scope.ts';

/** Throws `not_found` for an unknown number and for another's alike. */
export async function getMailing(app: App, actor: Actor, number: number): Promise<MailingRow> {
  requirePermission(actor, 'mailings:view');
  const key = { number: knownNumber('mailing', number) };
  const mailing = await app.db.organization(actor.organizationId, (tx) => findMailing(tx, mailScope(actor), key));
  if (!mailing) throw notFound('mailing', String(number));
  return mailing;
}

/** In the order of the hand-in; none before the mailing is received. Throws as `getMailing`. */
export async function listMailJobs(app: App, actor: Actor, number: number): Promise<MailJobRow[]> {
  const { id } = await getMailing(app, actor, number);
  return app.db.organization(actor.organizationId, (tx) => listMailJobsOf(tx, actor.organizationId, id));
}

/** Throws `not_found` for an unknown number and for another's alike. */
export async function getMailJob(app: App, actor: Actor, number: number): Promise<MailJobRow> {
  requirePermission(actor, 'mailings:view');
  const key = { number: knownNumber('mail job', number) };
  const job = await app.db.organization(actor.organizationId, (tx) => findMailJob(tx, mailScope(actor), key));
  if (!job) throw notFound('mail job', String(number));
  return job;
}
