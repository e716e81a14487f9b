/** Runs jobs: fetch one, keep its heartbeat, settle it. A job whose worker died is given back at once by its lost advisory lock. */

import { hostname } from 'node:os';
import type { PgBoss } from 'pg-boss';
import { advanceFairClock } from '../db/fair-tags.ts';
import type { Database } from '../db/open.ts';
import {
  deleteWorkerJob,
  insertWorker,
  insertWorkerJob,
  takeJobsOfDeadWorkers,
  workerLockSpace,
} from '../db/workers.ts';
import { type Job, type QueueLog, type QueueName, queueNames, type Stage, wakeChannel } from './open-queue.ts';

export interface Running {
  /** Takes no new job and waits for those under way, at most `graceSeconds`. */
  stop(graceSeconds: number): Promise<void>;
}

const heartbeatMilliseconds = 3_000;
const pollMilliseconds = 1_000;

interface Runner {
  boss: PgBoss;
  database: Database;
  log: QueueLog;
  stages: Record<QueueName, Stage>;
  mayWork: () => boolean;
  /** This process's number. */
  worker: number;
  stopping: AbortSignal;
}

export async function runJobs(
  parts: Omit<Runner, 'worker' | 'stopping'>,
  slots: Record<QueueName, number>,
): Promise<Running> {
  const { database, log, mayWork } = parts;
  const worker = await database.owner((tx) => insertWorker(tx, hostname(), process.pid));
  const stop = new AbortController();
  const stopping = stop.signal;
  const runner: Runner = { ...parts, worker, stopping };
  const bells = Object.fromEntries(queueNames.map((name) => [name, new Bell()])) as Record<QueueName, Bell>;
  // A message names a queue and how many jobs came; one without asks everybody to look.
  const wake = (message: string) => {
    const [name = '', jobs] = message.split(' ');
    for (const queue of queueNames)
      if (!queueNames.includes(name as QueueName) || queue === name) bells[queue].ring(jobs ? Number(jobs) : undefined);
  };
  // The listening session also holds this worker's lock: when the process dies, both are gone at once.
  const lock = `select pg_advisory_lock(${workerLockSpace}, ${worker})`;
  const stopListening = await database.listen(wakeChannel, wake, lock);
  const slot = async (name: QueueName): Promise<void> => {
    while (!stopping.aborted) {
      const ran =
        mayWork() &&
        (await runOne(runner, name).catch(async (error: Error) => {
          log.warn({ queue: name, error: error.message }, 'queue is not reachable');
          await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
          return false;
        }));
      if (!ran && !stopping.aborted) await bells[name].wait(pollMilliseconds);
    }
  };
  const reaper = setInterval(() => {
    giveBackJobsOfTheDead(runner).catch((error: Error) =>
      log.warn({ error: error.message }, 'looking for dead workers'),
    );
  }, pollMilliseconds);
  const running = queueNames.flatMap((name) => Array.from({ length: slots[name] }, () => slot(name)));
  return {
    async stop(graceSeconds) {
      stop.abort();
      clearInterval(reaper);
      wake('');
      const patience = new Promise<void>((resolve) => setTimeout(resolve, graceSeconds * 1_000).unref());
      await Promise.race([Promise.all(running), patience]);
      await stopListening();
    },
  };
}

/** Fetches and runs one job; false when there is none. */
async function runOne(
  { boss, database, log, stages, mayWork, worker, stopping }: Runner,
  name: QueueName,
): Promise<boolean> {
  const [job] = await boss.fetch<Job & { tag: number }>(name, { batchSize: 1 });
  if (!job) return false;
  // The connection may have been a new one, by which it was seen that nothing may be done.
  if (!mayWork()) {
    await boss.fail(name, job, { message: 'nothing may be done now' });
    return false;
  }
  await insertWorkerJob({ query: database.queueQuery }, job.id, name, worker);
  await advanceFairClock({ query: database.queueQuery }, name, job.data.tag);
  const heartbeat = setInterval(() => void boss.touch(name, job).catch(() => {}), heartbeatMilliseconds);
  try {
    await stages[name](job.data, stopping);
    // Settled as the attempt that was fetched: one that lost its job to another must not end the other's.
    await boss.complete(name, job);
  } catch (error) {
    const { stage, organizationId, chunkId } = job.data;
    const facts = { queue: name, stage, organizationId, chunkId, error: describe(error) };
    log.error(facts, 'stage failed; it will be tried again');
    await boss.fail(name, job, { message: (error as Error).message });
  } finally {
    clearInterval(heartbeat);
    await deleteWorkerJob({ query: database.queueQuery }, job.id, worker);
  }
  return true;
}

async function giveBackJobsOfTheDead({ boss, database }: Runner): Promise<void> {
  await database.owner(async (tx) => {
    const db = { executeSql: (text: string, values?: unknown[]) => tx.query(text, values) };
    for (const { queue, jobId } of await takeJobsOfDeadWorkers(tx)) {
      await boss.fail(queue, jobId, { message: 'the worker died' }, { db });
      // At once, not after the usual back-off.
      await tx.query(
        `update pgboss.job set start_after = clock_timestamp() where name = $1 and id = $2 and state = 'retry'`,
        [queue, jobId],
      );
      await tx.query('select pg_notify($1, $2)', [wakeChannel, queue]);
    }
  });
}

function describe(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}

/** Lets idle slots sleep until a job arrives. */
class Bell {
  #waiting = new Set<() => void>();

  /** Wakes so many; default: all. */
  ring(count = this.#waiting.size): void {
    for (const wake of [...this.#waiting].slice(0, count)) wake();
  }

  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => wake(), milliseconds);
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
    });
  }
}
