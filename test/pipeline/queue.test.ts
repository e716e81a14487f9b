/** The queue: a job is there exactly when its transaction was committed, and is never lost with the process that ran it. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { after } from 'node:test';
import { insertWorker, insertWorkerJob } from '../../src/db/workers.ts';
import type { Job, Stage } from '../../src/queue/open-queue.ts';
import { openTestApp } from '../support/open-test-app.ts';

const belt = await openTestApp();
after(() => belt[Symbol.asyncDispose]());
const { queue, db } = belt.app;
const { organizationId } = await belt.addTenant();
const newJob = (stage = 'test'): Job => ({ stage, organizationId, chunkId: randomUUID() });

/** Runs the queue with one stage until `act` ends. */
async function withStage(stage: Stage, act: () => Promise<void>): Promise<void> {
  const running = await queue.run({ belt: stage, deliver: stage }, { belt: 1, deliver: 1 });
  try {
    await act();
  } finally {
    await running.stop(5);
  }
}

const jobsOf = (chunkId: string) =>
  belt.sql<{ id: string; state: string; retry_count: number }>(
    `select id, state, retry_count from pgboss.job where data->>'chunkId' = $1`,
    [chunkId],
  );

test('a job put in line by a transaction that is rolled back is not there', async () => {
  const job = newJob();
  const refusal = new Error('changed my mind');
  const attempt = db.organization(organizationId, async (tx) => {
    await queue.enqueue(tx, 'belt', [job]);
    throw refusal;
  });
  await assert.rejects(attempt, refusal);
  assert.deepEqual(await jobsOf(job.chunkId), []);
});

test('a committed job is run once and is settled', async () => {
  const job = newJob();
  const runs: string[] = [];
  const ran = Promise.withResolvers<void>();
  const stage: Stage = async ({ chunkId }) => {
    runs.push(chunkId);
    ran.resolve();
  };
  await withStage(stage, async () => {
    await db.organization(organizationId, (tx) => queue.enqueue(tx, 'belt', [job]));
    await ran.promise;
  });
  assert.deepEqual(runs, [job.chunkId]);
  assert.deepEqual(
    (await jobsOf(job.chunkId)).map(({ state }) => state),
    ['completed'],
  );
});

test('the job of a worker whose process is gone is given to another without waiting for its heartbeat', async () => {
  const job = newJob();
  await db.organization(organizationId, (tx) => queue.enqueue(tx, 'belt', [job]));
  const [row] = await jobsOf(job.chunkId);
  const jobId = row?.id as string;
  // Taken by a process that holds no lock any more; its heartbeat would be missed in an hour.
  await belt.sql(
    `update pgboss.job set state = 'active', started_on = clock_timestamp(), heartbeat_on = clock_timestamp() + interval '1 hour' where id = $1`,
    [jobId],
  );
  const dead = await belt.database.owner((tx) => insertWorker(tx, 'gone', 1));
  await insertWorkerJob({ query: belt.database.ownerQuery }, jobId, 'belt', dead);
  const ran = Promise.withResolvers<void>();
  await withStage(
    async () => ran.resolve(),
    () => ran.promise,
  );
  assert.deepEqual(await jobsOf(job.chunkId), [{ id: jobId, state: 'completed', retry_count: 1 }]);
  assert.deepEqual(await belt.sql('select 1 from worker_job'), []);
});

test('a run that has lost its job to another neither completes nor fails it', async () => {
  for (const end of ['returns', 'throws']) {
    const job = newJob();
    const begun = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const stage: Stage = async () => {
      begun.resolve();
      await gate.promise;
      if (end === 'throws') throw new Error('too late');
    };
    await withStage(stage, async () => {
      await db.organization(organizationId, (tx) => queue.enqueue(tx, 'belt', [job]));
      await begun.promise;
      // Its heartbeat was missed and another process fetched the job.
      await belt.sql(
        `update pgboss.job set retry_count = retry_count + 1, started_on = clock_timestamp() where data->>'chunkId' = $1`,
        [job.chunkId],
      );
      gate.resolve();
    });
    assert.deepEqual(
      (await jobsOf(job.chunkId)).map(({ state, retry_count }) => [state, retry_count]),
      [['active', 1]],
      end,
    );
  }
});

test('jobs of a small batch are put between those of a large one, and a queue’s clock moves by what was begun', async () => {
  const other = await belt.addTenant();
  const large = Array.from({ length: 50 }, () => newJob('large'));
  await db.organization(organizationId, (tx) => queue.enqueue(tx, 'belt', large));
  const order: string[] = [];
  const late: Job = { stage: 'small', organizationId: other.organizationId, chunkId: randomUUID() };
  const all = Promise.withResolvers<void>();
  const stage: Stage = async (job) => {
    if (order.length === 10) await db.organization(other.organizationId, (tx) => queue.enqueue(tx, 'belt', [late]));
    order.push(job.stage);
    if (order.length === 51) all.resolve();
  };
  await withStage(stage, () => all.promise);
  const place = order.indexOf('small');
  assert.ok(place >= 11 && place <= 13, `it was job ${place}`);
});
