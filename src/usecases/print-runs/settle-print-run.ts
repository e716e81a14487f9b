/** A person says what became of a print run: that the carrier has it, that it is to be sent again, that it is printed, or that it will not be. */

import type { App } from '../../app.ts';
import { lockMailing } from '../../db/mailings.ts';
import type { Tx } from '../../db/open.ts';
import type { PrintRunRow } from '../../db/print-runs.ts';
import { decideRun, hasMailedPieces, hurryRun } from '../../db/run-settling.ts';
import type { Status } from '../../domain/lifecycle.ts';
import type { Actor } from '../../domain/permissions.ts';
import { ChanceryError } from '../../errors.ts';
import { runIsNotPrinted, runIsWithCarrier } from '../../pipeline/end-run.ts';
import { carrierOf, enqueuePost } from '../../pipeline/post-run.ts';
import { getPrintRun } from './get-print-run.ts';

/** `submitted`: the carrier has it after all. `again`: it does not, send it again, or do not wait any longer. */
export const runOutcomes = ['submitted', 'again', 'printed', 'cancelled'] as const;
export type RunOutcome = (typeof runOutcomes)[number];

/** Throws `illegal_transition` where that cannot be said of a run in its status, or its carrier does not give it back. */
export async function settlePrintRun(app: App, actor: Actor, id: string, outcome: RunOutcome): Promise<PrintRunRow> {
  const run = await getPrintRun(app, actor, id, 'print-runs:settle');
  const isTakenBack = outcome === 'cancelled' && run.status === 'submitted' && (await takeBack(app, run));
  await app.db.organization(actor.organizationId, async (tx) => {
    await lockMailing(tx, run.organizationId, run.mailingId);
    if (!(await acts[outcome](app, tx, run, actor.label, isTakenBack))) throw refused(run, outcome);
  });
  return getPrintRun(app, actor, id, 'print-runs:settle');
}

async function takeBack(app: App, run: PrintRunRow): Promise<boolean> {
  const { organizationId, id, reference } = run;
  const isMailed = await app.db.organization(organizationId, (tx) => hasMailedPieces(tx, organizationId, id));
  if (!isMailed && reference !== null && (await carrierOf(app, run).cancel(reference))) return true;
  throw new ChanceryError('illegal_transition', 'the carrier does not give the print run back', {
    details: { id: run.id, status: run.status, carrier: run.carrier },
  });
}

type Act = (app: App, tx: Tx, run: PrintRunRow, actor: string, isTakenBack: boolean) => Promise<boolean>;

const acts: Record<RunOutcome, Act> = {
  async submitted(_, tx, run, actor) {
    const said = await decide(tx, run, actor, ['unknown'], 'submitted');
    if (said) await runIsWithCarrier(tx, run);
    return said;
  },
  async again(app, tx, run, actor) {
    const { organizationId, id } = run;
    const said = (await decide(tx, run, actor, ['unknown'], 'deferred')) || (await hurryRun(tx, organizationId, id));
    if (said) await enqueuePost(app, tx, run);
    return said;
  },
  printed: (_, tx, run, actor) => decide(tx, run, actor, ['submitted'], 'printed'),
  async cancelled(_, tx, run, actor, isTakenBack) {
    const from = [
      'planned',
      'composed',
      'deferred',
      'unknown',
      ...(isTakenBack ? ['submitted' as const] : []),
    ] as const;
    const said = await decide(tx, run, actor, from, 'cancelled');
    if (said) await runIsNotPrinted(tx, run, { to: 'cancelled', reason: 'the print run was cancelled' });
    return said;
  },
};

function decide(
  tx: Tx,
  { organizationId, id }: PrintRunRow,
  actor: string,
  from: readonly Status<'print_run'>[],
  to: 'submitted' | 'deferred' | 'printed' | 'cancelled',
): Promise<boolean> {
  return decideRun(tx, { organizationId, id, from, to, response: `settled by ${actor}`, actor });
}

function refused({ id, status }: PrintRunRow, outcome: RunOutcome): ChanceryError {
  return new ChanceryError('illegal_transition', `a print run that is ${status} cannot be settled as ${outcome}`, {
    details: { id, status, outcome },
  });
}
