/** What of a mailing is printed: its jobs with what their pieces cost, and which piece is in which run. */

import type { Issue } from '../domain/issue.ts';
import type { Status } from '../domain/lifecycle.ts';
import type { PrintProduct } from '../domain/print-product.ts';
import type { RunSlices } from '../domain/run-slices.ts';
import type { Tx } from './open.ts';
import { mayBecome } from './transition.ts';

export interface PrintableJob {
  id: string;
  index: number;
  status: Status<'mail_job'>;
  product: PrintProduct | null;
  total: number;
  /** Pieces that can be printed, what they cost, and the sheets of each. */
  pieces: number;
  price: number;
  sheets: number;
}

/** Jobs that are being processed, in order. */
export async function listPrintableJobs(tx: Tx, organizationId: string, mailingId: string): Promise<PrintableJob[]> {
  const { rows } = await tx.query<PrintableJob>(
    `select mail_job.id, mail_job.index, mail_job.status, mail_job.product, mail_job.total, coalesce(counted.pieces, 0) as pieces,
       coalesce(counted.price, 0) as price, coalesce(counted.sheets, 0) as sheets
     from mail_job left join (select job_id, count(*)::int as pieces, sum(price)::int8 as price, max(sheets) as sheets from mail_piece
       where organization_id = $1 and mailing_id = $2 and status = 'accepted' group by job_id) counted on counted.job_id = mail_job.id
     where mail_job.organization_id = $1 and mail_job.mailing_id = $2 and mail_job.status = 'processing' order by mail_job.index`,
    [organizationId, mailingId],
  );
  return rows;
}

/** What is wrong with the first recipient of each of these jobs, by the job's id. */
export async function listFirstFaults(
  tx: Tx,
  { organizationId, id }: { organizationId: string; id: string },
  jobIds: readonly string[],
): Promise<Map<string, Issue>> {
  const { rows } = await tx.query<{ jobId: string; issue: Issue | null }>(
    `select distinct on (job_id) job_id as "jobId", issues -> 0 as issue from mail_piece
     where organization_id = $1 and mailing_id = $2 and job_id = any($3) and status = 'failed' order by job_id, seq`,
    [organizationId, id, jobIds],
  );
  return new Map(rows.flatMap(({ jobId, issue }) => (issue ? [[jobId, issue] as const] : [])));
}

/** They are done but for the printing. */
export async function awaitProduction(tx: Tx, organizationId: string, ids: readonly string[]): Promise<void> {
  await tx.query(
    `update mail_job set status = 'awaiting_production', updated_at = clock_timestamp()
     where organization_id = $1 and id = any($2) and ${mayBecome('mail_job', 'awaiting_production')}`,
    [organizationId, ids],
  );
}

/** Jobs that cannot be done, each with its sentence; they cost nothing. */
export async function failJobs(
  tx: Tx,
  organizationId: string,
  jobs: readonly { id: string; fault: string }[],
): Promise<void> {
  if (jobs.length === 0) return;
  await tx.query(
    `update mail_job set status = 'failed', fault = failing.fault, price = 0, completed_at = clock_timestamp(), updated_at = clock_timestamp()
     from jsonb_to_recordset($2::jsonb) as failing(id uuid, fault text)
     where mail_job.organization_id = $1 and mail_job.id = failing.id and ${mayBecome('mail_job', 'failed')}`,
    [organizationId, JSON.stringify(jobs)],
  );
}

/** Puts the next pieces of each job that are in no run into this one, numbered from 1; gives how many. */
export async function putIntoRun(
  tx: Tx,
  organizationId: string,
  runId: string,
  slices: RunSlices['slices'],
): Promise<number> {
  const { rowCount } = await tx.query(
    `update mail_piece set run_id = $2, run_seq = chosen.place
     from (select one.mailing_id, one.seq, row_number() over (order by slice.at, one.seq) as place
       from jsonb_array_elements($3::jsonb) with ordinality as slice(job, at) cross join lateral
         (select mailing_id, seq from mail_piece where organization_id = $1 and job_id = (slice.job->>'job')::uuid and status = 'accepted'
            and run_id is null order by seq limit (slice.job->>'count')::int) one) chosen
     where mail_piece.organization_id = $1 and mail_piece.mailing_id = chosen.mailing_id and mail_piece.seq = chosen.seq`,
    [organizationId, runId, JSON.stringify(slices)],
  );
  return rowCount;
}

/** Runs that hold pieces of a job that are still to be printed. */
export async function listRunsOfJob(
  tx: Tx,
  organizationId: string,
  jobId: string,
): Promise<{ id: string; status: Status<'print_run'> }[]> {
  const { rows } = await tx.query<{ id: string; status: Status<'print_run'> }>(
    `select id, status from print_run where organization_id = $1
       and id in (select run_id from mail_piece where organization_id = $1 and job_id = $2 and run_id is not null) order by index`,
    [organizationId, jobId],
  );
  return rows;
}
