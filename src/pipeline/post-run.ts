/** Post: gives a composed print run to its carrier. That it is about to is committed before, what became of it after; what a dead attempt left behind is asked for first. */

import { randomUUID } from 'node:crypto';
import type { App } from '../app.ts';
import { lockMailing } from '../db/mailings.ts';
import type { Tx } from '../db/open.ts';
import type { PrintRunRow } from '../db/print-runs.ts';
import {
  claimRun,
  type HeldRun,
  holdRun,
  markRunUnknown,
  noteReference,
  numberPostJob,
  type RunResult,
  runDueIn,
  settleRun,
  takeUnknownRun,
} from '../db/run-posting.ts';
import type { Carrier, Found, Submission } from '../deliver/print/carrier.ts';
import { ChanceryError } from '../errors.ts';
import { fault } from '../fault.ts';
import type { Job } from '../queue/open-queue.ts';
import { runIsWithCarrier } from './end-run.ts';
import { outgoingRun } from './outgoing-run.ts';

/** Seconds to wait after the nth attempt, and then each time: a printer that is off is waited for, and nothing of it costs anything meanwhile. */
const schedule = [30, 60, 120, 300, 600, 1_800];
const lastWait = 3_600;
const askAgainSeconds = 5;
/** So often a run that certainly did not arrive is sent again at once: workers that died are no reason to wait. */
const atOnce = 3;

export async function postPrintRun(app: App, job: Job): Promise<void> {
  const { organizationId, chunkId: id } = job;
  const held = { organizationId, id, run: randomUUID(), job: job.postJob ?? null };
  const unknown = await app.db.organization(organizationId, async (tx) => {
    await holdRun(tx, held);
    await markRunUnknown(tx, held);
    return takeUnknownRun(tx, held);
  });
  if (unknown) await ask(app, held, unknown);
  const claimed = await app.db.organization(organizationId, (tx) => claimRun(tx, held));
  if (claimed) await send(app, held, claimed);
  await app.db.organization(organizationId, async (tx) => {
    const due = await runDueIn(tx, held);
    if (due !== null) await enqueuePost(app, tx, held, Math.max(1, due));
  });
}

/** Has it posted after so many seconds, by this job and none that is in line already. */
export async function enqueuePost(
  app: App,
  tx: Tx,
  { organizationId, id }: Pick<PrintRunRow, 'organizationId' | 'id'>,
  seconds = 0,
): Promise<void> {
  const postJob = await numberPostJob(tx, organizationId, id);
  await app.queue.enqueue(tx, 'deliver', [{ stage: 'post', organizationId, chunkId: id, postJob }], seconds);
}

export function carrierOf({ carriers }: App, run: PrintRunRow): Carrier {
  const carrier = carriers[run.carrier];
  if (!carrier) throw new ChanceryError('not_ready', notConfigured(run));
  return carrier;
}

const notConfigured = ({ carrier }: PrintRunRow) => `the carrier ${carrier} is not configured`;

async function ask(app: App, held: HeldRun, run: PrintRunRow): Promise<void> {
  const carrier = app.carriers[run.carrier];
  const found = carrier
    ? await carrier.find(outgoingRun(app, run), run.reference)
    : ({ status: 'unreachable', reason: notConfigured(run) } as const);
  await settle(app, held, run, resultOfAsking(found, run));
}

function resultOfAsking(found: Found, { attempts }: PrintRunRow): RunResult {
  if (found.status === 'found') {
    const { reference, response } = found;
    return { to: 'submitted', response, reference, retryInSeconds: null };
  }
  const response = found.reason;
  if (found.status === 'absent')
    return {
      to: 'deferred',
      response,
      retryInSeconds: attempts <= atOnce ? 0 : (schedule[attempts - atOnce - 1] ?? lastWait),
    };
  return { to: 'unknown', response, retryInSeconds: found.status === 'unreachable' ? askAgainSeconds : null };
}

async function send(app: App, held: HeldRun, run: PrintRunRow): Promise<void> {
  await fault('post-after-claim');
  const submission = await submit(app, held, run);
  await fault('post-after-send');
  await settle(app, held, run, resultOfSending(submission, run));
}

async function submit(app: App, held: HeldRun, run: PrintRunRow): Promise<Submission> {
  const carrier = app.carriers[run.carrier];
  if (!carrier) return { status: 'deferred', reason: notConfigured(run) };
  const outgoing = outgoingRun(app, run);
  const quote = await carrier.quote(outgoing);
  if (quote.status === 'refused') return { status: 'deferred', reason: quote.reason };
  return carrier.submit(outgoing, async (reference) => {
    if (!(await app.db.organization(held.organizationId, (tx) => noteReference(tx, held, reference))))
      throw new ChanceryError('conflict', 'another attempt holds the print run');
    await fault('post-after-begin');
  });
}

function resultOfSending(submission: Submission, { attempts }: PrintRunRow): RunResult {
  if (submission.status === 'submitted') {
    const { reference, response } = submission;
    return { to: 'submitted', response, reference, retryInSeconds: null };
  }
  const { status: to, reason: response } = submission;
  const wait = schedule[attempts - 1] ?? lastWait;
  return { to, response, retryInSeconds: to === 'unknown' ? 1 : wait };
}

async function settle(app: App, held: HeldRun, run: PrintRunRow, result: RunResult): Promise<void> {
  const { organizationId, mailingId, id, number } = run;
  const { to, response } = result;
  const isSettled = await app.db.organization(organizationId, async (tx) => {
    await lockMailing(tx, organizationId, mailingId);
    if (!(await settleRun(tx, held, result))) return false;
    if (to === 'submitted') {
      await runIsWithCarrier(tx, run);
      if (carrierOf(app, run).reports)
        await app.queue.enqueue(tx, 'deliver', [{ stage: 'follow', organizationId, chunkId: id }], 2);
    }
    await fault('post-before-commit');
    return true;
  });
  await fault('post-after-commit');
  if (!isSettled) return;
  const facts = { organizationId, printRun: number, carrier: run.carrier, status: to, response };
  if (to === 'submitted') app.log.info(facts, 'print run is with the carrier');
  else app.log.warn(facts, 'print run is not with the carrier');
}
