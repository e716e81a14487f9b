/** What follows for pieces, jobs, credits and the mailing when a print run is with its carrier, or never will be. The caller holds the mailing's lock. */

import { moveCredits } from '../db/ledger.ts';
import { settleMailJobs } from '../db/mail-jobs.ts';
import { endPieces, printPieces } from '../db/mail-pieces.ts';
import type { Tx } from '../db/open.ts';
import type { PrintRunRow } from '../db/print-runs.ts';
import { finishMailing } from './finish-mailing.ts';

/** The carrier has it: its pieces are printed and paid for. */
export async function runIsWithCarrier(tx: Tx, { organizationId, mailingId, id }: PrintRunRow): Promise<void> {
  const { credits } = await printPieces(tx, organizationId, id);
  const movement = { organizationId, mailingId, amount: credits };
  await moveCredits(tx, { ...movement, kind: 'mail_capture', from: 'reserved', to: 'spent' });
  await settleMailJobs(tx, organizationId, mailingId, '');
  await finishMailing(tx, organizationId, mailingId);
}

/** It is not printed after all: its pieces cost nothing. A piece that is in the mail stays there. */
export async function runIsNotPrinted(
  tx: Tx,
  { organizationId, mailingId, id }: PrintRunRow,
  { to, reason }: { to: 'failed' | 'cancelled'; reason: string },
): Promise<void> {
  const issues = [{ path: '', code: 'not_printed' as const, params: { reason } }];
  const movement = { organizationId, mailingId };
  const reserved = await endPieces(tx, organizationId, { runId: id }, { from: 'accepted', to, issues });
  const release = { kind: 'mail_release', from: 'reserved', to: 'available', amount: reserved.credits } as const;
  await moveCredits(tx, { ...movement, ...release });
  const spent = await endPieces(tx, organizationId, { runId: id }, { from: 'printed', to, issues });
  const refund = { kind: 'mail_refund', from: 'spent', to: 'available', amount: spent.credits } as const;
  await moveCredits(tx, { ...movement, ...refund });
  await settleMailJobs(tx, organizationId, mailingId, `It was not printed: ${reason}.`);
  await finishMailing(tx, organizationId, mailingId);
}
