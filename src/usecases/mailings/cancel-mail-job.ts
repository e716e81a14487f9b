/** Cancels a mail job as long as no carrier has any of it: its pieces are not printed and cost nothing, and print runs that hold some are made anew. */

import type { App } from '../../app.ts';
import { moveCredits, readReserved } from '../../db/ledger.ts';
import { endMailJob, findMailJob, type MailJobRow, settleMailJobs } from '../../db/mail-jobs.ts';
import { endPieces } from '../../db/mail-pieces.ts';
import { type LockedMailing, lockMailing } from '../../db/mailings.ts';
import type { Tx } from '../../db/open.ts';
import { listRunsOfJob } from '../../db/print-plans.ts';
import { reviseRun } from '../../db/run-composing.ts';
import { transition } from '../../db/transition.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { ChanceryError, notFound } from '../../errors.ts';
import { fault } from '../../fault.ts';
import { finishMailing } from '../../pipeline/finish-mailing.ts';
import { knownNumber, mailScope } from './mail-scope.ts';

/** Idempotent. Throws `not_found`, and `illegal_transition` when it is at its end or a carrier has, or may have, some of it. */
export async function cancelMailJob(app: App, actor: Actor, number: number): Promise<MailJobRow> {
  requirePermission(actor, 'mailings:create');
  const key = { number: knownNumber('mail job', number) };
  const scope = mailScope(actor);
  const { organizationId } = actor;
  const job = await app.db.organization(organizationId, async (tx) => {
    const found = await findMailJob(tx, scope, key);
    if (!found) throw notFound('mail job', String(number));
    const mailing = (await lockMailing(tx, organizationId, found.mailingId)) as LockedMailing;
    const current = (await findMailJob(tx, scope, key)) as MailJobRow;
    if (current.status === 'cancelled') return current;
    await cancel(app, tx, actor, mailing, current);
    await fault('withdraw-before-commit');
    return (await findMailJob(tx, scope, key)) as MailJobRow;
  });
  await fault('withdraw-after-commit');
  return job;
}

/** Under the mailing's lock. */
async function cancel(app: App, tx: Tx, actor: Actor, mailing: LockedMailing, job: MailJobRow): Promise<void> {
  const { organizationId, label } = actor;
  const { id: mailingId, status } = mailing;
  const change = { organizationId, actor: label, to: 'cancelled', completes: true } as const;
  await transition(tx, { ...change, subject: 'mail_job', id: job.id });
  const end = { from: 'accepted', to: 'cancelled', issues: [{ path: 'job', code: 'job_cancelled' }] } as const;
  const { credits } = await endPieces(tx, organizationId, { jobId: job.id }, { ...end, issues: [...end.issues] });
  // A single job's credits are set aside at submission, those of the others when all pieces are known.
  const isSingle = mailing.kind === 'job' && status !== 'printing';
  const amount = isSingle ? await readReserved(tx, organizationId, mailingId) : status === 'printing' ? credits : 0;
  const release = { kind: 'mail_release', from: 'reserved', to: 'available' } as const;
  await moveCredits(tx, { ...release, organizationId, mailingId, amount });
  await endMailJob(tx, organizationId, job.id);
  await settleMailJobs(tx, organizationId, mailingId, '');
  if (isSingle && (status === 'editing' || status === 'submitted' || status === 'received'))
    await transition(tx, { ...change, subject: 'mailing', id: mailingId });
  // Behind the credits, as with all who put jobs in line: two who took both in different orders would wait for each other.
  await takeOutOfRuns(app, tx, organizationId, job.id);
  if (status === 'printing') await finishMailing(tx, organizationId, mailingId);
}

async function takeOutOfRuns(app: App, tx: Tx, organizationId: string, jobId: string): Promise<void> {
  for (const { id, status } of await listRunsOfJob(tx, organizationId, jobId)) {
    if (status === 'cancelled' || status === 'failed') continue;
    const revised = await reviseRun(tx, organizationId, id);
    if (!revised)
      throw new ChanceryError('illegal_transition', 'the carrier has, or may have, some of the job', {
        details: { run: id, status },
      });
    const compose = { stage: 'compose', organizationId, chunkId: id };
    if (revised.needsJob) await app.queue.enqueue(tx, 'belt', [compose]);
  }
}
