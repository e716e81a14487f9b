/** Submits a single job: what it costs is set aside at once, and without that it stays as it was. */

import type { App } from '../../app.ts';
import { moveCredits } from '../../db/ledger.ts';
import { findMailJob, type MailJobRow, setMailJobSubmitted } from '../../db/mail-jobs.ts';
import { lockMailing, setMailingTurn } from '../../db/mailings.ts';
import type { Tx } from '../../db/open.ts';
import { transition } from '../../db/transition.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { ChanceryError, notFound } from '../../errors.ts';
import { fault } from '../../fault.ts';
import { knownNumber, mailScope } from './mail-scope.ts';

/**
 * Idempotent. Throws `not_found`, `limit_exceeded` when there are not enough credits, which leaves it in `editing`, and `illegal_transition` for one
 * that was cancelled.
 */
export async function submitMailJob(app: App, actor: Actor, number: number): Promise<MailJobRow> {
  requirePermission(actor, 'mailings:create');
  const key = { number: knownNumber('mail job', number) };
  const scope = mailScope(actor);
  const job = await app.db.organization(actor.organizationId, async (tx) => {
    const found = await findMailJob(tx, scope, key);
    if (!found) throw notFound('mail job', String(number));
    await lockMailing(tx, actor.organizationId, found.mailingId);
    const current = (await findMailJob(tx, scope, key)) as MailJobRow;
    if (current.status === 'cancelled') throw new ChanceryError('illegal_transition', 'the job was cancelled');
    if (current.status !== 'editing') return current;
    await submit(app, tx, actor, current);
    await fault('submit-before-commit');
    return (await findMailJob(tx, scope, key)) as MailJobRow;
  });
  await fault('submit-after-commit');
  return job;
}

/** Under the mailing's lock. */
async function submit(app: App, tx: Tx, { organizationId, label: actor }: Actor, job: MailJobRow): Promise<void> {
  const { mailingId, price } = job;
  const reserve = { kind: 'mail_reserve', from: 'available', to: 'reserved' } as const;
  await moveCredits(tx, { ...reserve, organizationId, mailingId, amount: price });
  await transition(tx, { organizationId, subject: 'mailing', id: mailingId, to: 'submitted', actor });
  await transition(tx, { organizationId, subject: 'mail_job', id: job.id, to: 'submitted', actor });
  await setMailJobSubmitted(tx, organizationId, job.id);
  await setMailingTurn(tx, organizationId, mailingId);
  await app.queue.enqueue(tx, 'belt', [{ stage: 'sort', organizationId, chunkId: mailingId }]);
}
