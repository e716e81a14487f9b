/** The end of sorting: credits are reserved, print runs planned and put in line, all in one transaction. A job without credits fails alone. */

import { randomUUID } from 'node:crypto';
import type { App } from '../app.ts';
import { lockBalance, moveCredits, readBalance, readReserved } from '../db/ledger.ts';
import { settleMailJobs } from '../db/mail-jobs.ts';
import { failPiecesOf } from '../db/mail-pieces.ts';
import type { TakenMailing } from '../db/mail-sorting.ts';
import type { Tx } from '../db/open.ts';
import {
  awaitProduction,
  failJobs,
  listFirstFaults,
  listPrintableJobs,
  type PrintableJob,
  putIntoRun,
} from '../db/print-plans.ts';
import { insertPrintRuns } from '../db/print-runs.ts';
import { tryTransition } from '../db/transition.ts';
import { describeIssue, type Issue } from '../domain/issue.ts';
import type { PrintProduct } from '../domain/print-product.ts';
import { sliceRuns } from '../domain/run-slices.ts';
import { ChanceryError } from '../errors.ts';
import { jobFailed } from './judge-mail-piece.ts';

interface FailingJob {
  id: string;
  fault: string;
}

/**
 * Under `holdMailing`, when all pieces are stored. `faults`: of jobs that were there before the mailing was sorted. Of staging nothing is printed.
 * Planning takes seconds for tens of thousands of pieces, in which nobody else is to wait for the organization's credits: they are looked at first and
 * moved last. Throws `limit_exceeded` when others took them meanwhile; `patient` keeps the others waiting instead.
 */
export async function planPrinting(
  app: App,
  tx: Tx,
  mailing: TakenMailing,
  faults: ReadonlyMap<string, string>,
  patient: boolean,
): Promise<void> {
  const { organizationId, id, test } = mailing;
  const jobs = await listPrintableJobs(tx, organizationId, id);
  const empty = await emptyJobs(
    tx,
    mailing,
    jobs.filter(({ pieces }) => pieces === 0),
    faults,
  );
  const printable = jobs.filter(({ pieces }) => pieces > 0);
  if (patient) await lockBalance(tx, organizationId);
  const { unpaid, more } = test ? free : await afford(tx, mailing, printable);
  const failing = unpaid.map((job) => ({ id: job.id, issues: [jobFailed(job.fault)] }));
  await failPiecesOf(tx, organizationId, failing);
  await failJobs(tx, organizationId, [...empty, ...unpaid]);
  const left = new Set(unpaid.map((job) => job.id));
  const ready = printable.filter((job) => !left.has(job.id));
  await awaitProduction(
    tx,
    organizationId,
    ready.map((job) => job.id),
  );
  await settleMailJobs(tx, organizationId, id, '');
  const runs = test ? [] : await planRuns(app, tx, mailing, ready);
  const to = runs.length > 0 ? 'printing' : 'completed';
  const data = { jobs: ready.length, failed: empty.length + unpaid.length, runs: runs.length };
  const change = { organizationId, subject: 'mailing', id, to, actor: 'system', data } as const;
  await tryTransition(tx, { ...change, completes: to === 'completed' });
  const movement = { organizationId, mailingId: id, amount: Math.abs(more) };
  if (more > 0) await moveCredits(tx, { ...movement, kind: 'mail_reserve', from: 'available', to: 'reserved' });
  if (more < 0) await moveCredits(tx, { ...movement, kind: 'mail_release', from: 'reserved', to: 'available' });
  // Behind the credits, as with all who put jobs in line: two who took both in different orders would wait for each other.
  const compose = runs.map((chunkId) => ({ stage: 'compose', organizationId, chunkId }));
  await app.queue.enqueue(tx, 'belt', compose);
}

/** Each with its sentence: its own fault, else what is wrong with its recipients. */
async function emptyJobs(
  tx: Tx,
  mailing: TakenMailing,
  jobs: readonly PrintableJob[],
  faults: ReadonlyMap<string, string>,
): Promise<FailingJob[]> {
  if (jobs.length === 0) return [];
  const ids = jobs.map(({ id }) => id);
  const firsts = await listFirstFaults(tx, mailing, ids);
  return jobs.map((job) => ({ id: job.id, fault: faults.get(job.id) ?? emptySentence(job, firsts.get(job.id)) }));
}

function emptySentence({ total }: PrintableJob, first: Issue | undefined): string {
  if (total === 0) return 'It has no recipients.';
  const said = first ? ` The first: ${first.path} ${describeIssue(first)}.` : '';
  return `None of its recipients has an address that can be mailed to.${said}`;
}

interface Affordable {
  /** Jobs that the credits do not reach for. */
  unpaid: FailingJob[];
  /** To be set aside for the others, beyond what is. */
  more: number;
}

const free: Affordable = { unpaid: [], more: 0 };

/** In the order of the jobs, as far as the credits reach. */
async function afford(
  tx: Tx,
  { organizationId, id }: TakenMailing,
  jobs: readonly PrintableJob[],
): Promise<Affordable> {
  const { available } = await readBalance(tx, organizationId);
  const before = await readReserved(tx, organizationId, id);
  const unpaid: FailingJob[] = [];
  let left = available + before;
  for (const job of jobs)
    if (job.price <= left) left -= job.price;
    else unpaid.push({ id: job.id, fault: `Not enough credits: it costs ${job.price}, and ${left} are left.` });
  return { unpaid, more: available - left };
}

/** Their ids. */
async function planRuns(
  app: App,
  tx: Tx,
  { organizationId, id: mailingId }: TakenMailing,
  jobs: readonly PrintableJob[],
): Promise<string[]> {
  const runnable = jobs.map((job) => ({ ...job, product: job.product as PrintProduct }));
  const runs = sliceRuns(runnable).map((run, index) => ({ ...run, id: randomUUID(), index }));
  const { CARRIER: carrier } = app.config;
  const rows = runs.map(({ id, index, product, pieces }) => ({ id, index, product, pieces, carrier }));
  await insertPrintRuns(tx, organizationId, mailingId, rows);
  for (const { id, pieces, slices } of runs)
    if ((await putIntoRun(tx, organizationId, id, slices)) !== pieces)
      throw new ChanceryError('internal', 'a print run did not get its pieces');
  return runs.map(({ id }) => id);
}
