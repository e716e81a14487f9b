/** The queue: pg-boss behind three verbs. It is told about chunks, never about items, and enqueues inside the caller's transaction. */

import { PgBoss } from 'pg-boss';
import { readNextTag, takeFairTags } from '../db/fair-tags.ts';
import type { Database, Tx } from '../db/open.ts';
import { type Running, runJobs } from './run-jobs.ts';

/** Work of the belt and deliveries wait in separate lines, so that a slow mail server does not hold up production. */
export const queueNames = ['belt', 'deliver'] as const;
export type QueueName = (typeof queueNames)[number];

export interface Job {
  stage: string;
  organizationId: string;
  /** What the stage works on: a chunk; for `notify` a notice, for the stages of the post a mailing or print run. */
  chunkId: string;
  /** Deliveries only: which part of the chunk, over which channel. */
  part?: { batchId: string; channel: string; fromSeq: number; toSeq: number };
  /** `post` only: which of the run's jobs it is; only the newest does anything. */
  postJob?: number;
  /** Somebody waits before a screen: it comes next, ahead of what its organization has in line. */
  urgent?: true;
}

/** A stage: a plain function; `undefined` jobs are never given. `stopping` is aborted when the process is to end: what has not begun is then better left to the next one. */
export type Stage = (job: Job, stopping: AbortSignal) => Promise<void>;

export interface Queue {
  /** Puts jobs of one organization, all urgent or none, in line within the caller's transaction, each with its fair start tag. */
  enqueue(tx: Tx, name: QueueName, jobs: readonly Job[], startAfterSeconds?: number): Promise<void>;
  /** Runs jobs until stopped; `slots` at once for each queue. */
  run(stages: Record<QueueName, Stage>, slots: Record<QueueName, number>): Promise<Running>;
  /** Jobs waiting and running, for metrics. */
  depth(): Promise<Record<string, { waiting: number; active: number }>>;
  close(): Promise<void>;
}

export interface QueueLog {
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}

/** Wakes every process's runner at commit; polling once a second is the floor. */
export const wakeChannel = 'chancery_jobs';

/**
 * Opens the queue on connections of its own; creates its schema when it is missing. `supervise` looks after dead workers' jobs.
 * While it may not work, no job is begun.
 */
export async function openQueue(
  database: Database,
  log: QueueLog,
  options: { supervise: boolean; mayWork?: () => boolean },
): Promise<Queue> {
  const boss = new PgBoss({
    db: {
      executeSql: (text, values) =>
        (isFrequent(text) ? database.queuePrepared : database.queueQuery)(text, values as unknown[]),
    },
    schema: 'pgboss',
    schedule: false,
    supervise: options.supervise,
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
    maintenanceIntervalSeconds: 60,
    queueCacheIntervalSeconds: 3600,
  });
  boss.on('error', (error) => log.warn({ error: error.message }, 'queue'));
  await boss.start();
  for (const name of queueNames) {
    await boss.createQueue(name, {
      heartbeatSeconds: 10,
      expireInSeconds: 3600,
      // A job is retried for ever; the belt itself sets a chunk aside that kills its workers.
      retryLimit: 1_000_000,
      retryDelay: 1,
      retryBackoff: true,
      retryDelayMax: 30,
      retentionSeconds: 365 * 86_400,
      deleteAfterSeconds: 3600,
    });
    // Warms the cache: the first look-up inside a caller's transaction would use another connection.
    await boss.getQueue(name);
  }
  await grantToApplication(database);
  return {
    async enqueue(tx, name, jobs, startAfterSeconds = 0) {
      if (jobs.length === 0) return;
      const { organizationId, urgent } = jobs[0] as Job;
      const tags = urgent
        ? new Array<number>(jobs.length).fill(await readNextTag(tx, name))
        : await takeFairTags(tx, organizationId, name, jobs.length);
      const startAfter = startAfterSeconds > 0 ? { startAfter: Math.ceil(startAfterSeconds) } : {};
      const inserts = jobs.map((job, at) => ({
        data: { ...job, tag: tags[at] },
        priority: -(tags[at] as number),
        ...startAfter,
      }));
      await boss.insert(name, inserts, { db: { executeSql: (text, values) => tx.query(text, values as unknown[]) } });
      await tx.query('select pg_notify($1, $2)', [wakeChannel, `${name} ${jobs.length}`]);
    },
    run: (stages, slots) => runJobs({ boss, database, log, stages, mayWork: options.mayWork ?? (() => true) }, slots),
    depth: () => readDepth(database),
    close: () => boss.stop({ graceful: false, close: false }),
  };
}

async function readDepth(database: Database): ReturnType<Queue['depth']> {
  const { rows } = await database.queueQuery<{ name: string; waiting: number; active: number }>(
    `select name, count(*) filter (where state < 'active')::int as waiting, count(*) filter (where state = 'active')::int as active
     from pgboss.job where state <= 'active' and name = any($1) group by name`,
    [[...queueNames]],
  );
  return Object.fromEntries(rows.map(({ name, waiting, active }) => [name, { waiting, active }]));
}

/** Fetching and completing jobs: texts that are the same each time, and dear to plan (0.7 ms a fetch). */
function isFrequent(text: string): boolean {
  return /^\s*with\s+(?:next|results) as/i.test(text);
}

/** The application role enqueues inside its own transactions. */
async function grantToApplication(database: Database): Promise<void> {
  await database.queueQuery('grant usage on schema pgboss to chancery_app');
  await database.queueQuery('grant select, insert, update, delete on all tables in schema pgboss to chancery_app');
}
