/** Follow: asks a carrier that can tell whether a run it has is printed, until it is, or was stopped there. */

import type { App } from '../app.ts';
import { lockMailing } from '../db/mailings.ts';
import type { Tx } from '../db/open.ts';
import { findPrintRun, type PrintRunRow } from '../db/print-runs.ts';
import { decideRun } from '../db/run-settling.ts';
import type { RunState } from '../deliver/print/carrier.ts';
import type { Job } from '../queue/open-queue.ts';
import { runIsNotPrinted } from './end-run.ts';

/** After a week nobody tells any more; the run stays with the carrier. */
const followSeconds = 7 * 86_400;

export async function followPrintRun(app: App, job: Job): Promise<void> {
  const { organizationId, chunkId: id } = job;
  const run = await app.db.organization(organizationId, (tx) => findPrintRun(tx, { organizationId, test: false }, id));
  if (run?.status !== 'submitted' || run.reference === null || run.sentAt === null) return;
  // Whoever takes a carrier out of the configuration may put it back.
  const state = (await app.carriers[run.carrier]?.status(run.reference)) ?? 'unknown';
  const age = (Date.now() - run.sentAt.getTime()) / 1_000;
  await app.db.organization(organizationId, async (tx) => {
    await lockMailing(tx, organizationId, run.mailingId);
    if (state === 'printed' || state === 'failed' || state === 'cancelled') return conclude(tx, run, state);
    if (age > followSeconds) return;
    await app.queue.enqueue(tx, 'deliver', [job], Math.min(600, Math.max(2, age / 10)));
  });
}

async function conclude(
  tx: Tx,
  run: PrintRunRow,
  state: Extract<RunState, 'printed' | 'failed' | 'cancelled'>,
): Promise<void> {
  const { organizationId, id } = run;
  const response =
    state === 'printed'
      ? 'printed'
      : `the printer says that the job ${state === 'failed' ? 'failed' : 'was cancelled'}`;
  const decision = { organizationId, id, from: ['submitted'], to: state, response, actor: 'system' } as const;
  if ((await decideRun(tx, decision)) && state !== 'printed')
    await runIsNotPrinted(tx, run, { to: state, reason: response });
}
