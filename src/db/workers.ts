/** Workers: which process runs which job. A worker's session holds an advisory lock on its number until the process is gone. */

import type { Tx } from './open.ts';

/** First half of the two-part advisory lock key. */
export const workerLockSpace = 0x6368_6e63;

export async function insertWorker(tx: Tx, host: string, pid: number): Promise<number> {
  const { rows } = await tx.query<{ number: number }>(
    'insert into worker (host, pid) values ($1, $2) returning number',
    [host, pid],
  );
  return rows[0]?.number as number;
}

export async function insertWorkerJob(
  tx: Pick<Tx, 'query'>,
  jobId: string,
  queue: string,
  worker: number,
): Promise<void> {
  await tx.query(
    'insert into worker_job (job_id, queue, worker_number) values ($1, $2, $3) on conflict (job_id) do update set worker_number = excluded.worker_number',
    [jobId, queue, worker],
  );
}

export async function deleteWorkerJob(tx: Pick<Tx, 'query'>, jobId: string, worker: number): Promise<void> {
  await tx.query('delete from worker_job where job_id = $1 and worker_number = $2', [jobId, worker]);
}

/** Removes and returns the jobs of workers whose session is gone, and forgets those workers. */
export async function takeJobsOfDeadWorkers(tx: Tx): Promise<{ jobId: string; queue: string }[]> {
  const alive = `select objid::int from pg_locks where locktype = 'advisory' and classid = ${workerLockSpace} and objsubid = 2 and granted
    and database = (select oid from pg_database where datname = current_database())`;
  const { rows } = await tx.query<{ jobId: string; queue: string }>(
    `delete from worker_job where worker_number not in (${alive}) returning job_id as "jobId", queue`,
  );
  await tx.query(
    `delete from worker where number not in (${alive}) and started_at < clock_timestamp() - interval '1 minute'`,
  );
  return rows;
}
