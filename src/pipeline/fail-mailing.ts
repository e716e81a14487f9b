/** A mailing of which nothing can be printed: it fails as a whole, and what was set aside for it is given back. */

import type { App } from '../app.ts';
import { moveCredits, readReserved } from '../db/ledger.ts';
import { settleMailJobs } from '../db/mail-jobs.ts';
import { endPieces } from '../db/mail-pieces.ts';
import { holdMailing, type TakenMailing } from '../db/mail-sorting.ts';
import { setMailingFault } from '../db/mailings.ts';
import { failJobs, listPrintableJobs } from '../db/print-plans.ts';
import { transition } from '../db/transition.ts';
import { ChanceryError } from '../errors.ts';
import { jobFailed } from './judge-mail-piece.ts';

/** `fault` is a sentence. Throws `conflict` when another attempt holds the mailing. */
export async function failMailing(app: App, mailing: TakenMailing, fault: string): Promise<void> {
  const { organizationId, id } = mailing;
  await app.db.organization(organizationId, async (tx) => {
    if (!(await holdMailing(tx, mailing))) throw new ChanceryError('conflict', 'another attempt holds the mailing');
    const issues = [jobFailed(fault)];
    await endPieces(tx, organizationId, { mailingId: id }, { from: 'accepted', to: 'failed', issues });
    const jobs = await listPrintableJobs(tx, organizationId, id);
    await failJobs(
      tx,
      organizationId,
      jobs.map((job) => ({ id: job.id, fault })),
    );
    await settleMailJobs(tx, organizationId, id, fault);
    const amount = await readReserved(tx, organizationId, id);
    const release = { kind: 'mail_release', from: 'reserved', to: 'available' } as const;
    await moveCredits(tx, { ...release, organizationId, mailingId: id, amount });
    await setMailingFault(tx, organizationId, id, fault);
    const change = { organizationId, subject: 'mailing', id, to: 'failed', actor: 'system', completes: true } as const;
    await transition(tx, { ...change, data: { fault } });
  });
  app.log.warn({ organizationId, mailingId: id, fault }, 'mailing failed');
}
