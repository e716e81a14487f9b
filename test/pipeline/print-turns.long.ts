/** Several jobs for one print run, and several transactions over one organization's credits: none takes another for dead, none waits for another for ever. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeFairTags } from '../../src/db/fair-tags.ts';
import { lockBalance } from '../../src/db/ledger.ts';
import type { Carrier } from '../../src/deliver/print/carrier.ts';
import { composePrintRun } from '../../src/pipeline/compose-run.ts';
import { postPrintRun } from '../../src/pipeline/post-run.ts';
import { sortMailing } from '../../src/pipeline/sort-mailing.ts';
import type { Job } from '../../src/queue/open-queue.ts';
import { cancelMailJob } from '../../src/usecases/mailings/cancel-mail-job.ts';
import { listMailJobs } from '../../src/usecases/mailings/get-mailing.ts';
import { settlePrintRun } from '../../src/usecases/print-runs/settle-print-run.ts';
import { assertInvariants } from '../support/invariants.ts';
import { addMailAccount, handInMailing, jobLine, pieceLine } from '../support/mailings.ts';
import { openTestApp, type TestApp } from '../support/open-test-app.ts';
import { plantRun, readRun, waitForRun } from '../support/print-run.ts';
import { sortedMailing, sortJob, submitAlone } from '../support/sorted-mailing.ts';

const jobs = (count: number) => Array.from({ length: count }, (_, at) => [jobLine(), pieceLine(`P${at}`)]).flat();

async function runOf(belt: TestApp, mailingId: string) {
  const [run] = await belt.sql<{ id: string; status: string; deaths: number; jobs: number }>(
    `select id, status, deaths, (select count(*)::int from pgboss.job where state <= 'active' and data->>'stage' = 'compose'
       and data->>'chunkId' = print_run.id::text) as jobs from print_run where mailing_id = $1`,
    [mailingId],
  );
  assert.ok(run);
  return run;
}

test('however many jobs of a run are cancelled, it is composed by one job, and none of it counts as a death', async () => {
  await using belt = await openTestApp();
  const tenant = await belt.addTenant({ credits: 10_000 });
  const actor = await addMailAccount(belt, tenant);
  const number = await sortedMailing(belt.app, actor, jobs(7));
  const [first, ...others] = await listMailJobs(belt.app, actor, number);
  assert.ok(first);
  for (const job of others.slice(0, 5)) await cancelMailJob(belt.app, actor, job.number);
  const { id, ...planned } = await runOf(belt, first.mailingId);
  assert.deepEqual(planned, { status: 'planned', deaths: 0, jobs: 1 });
  const compose = { stage: 'compose', organizationId: tenant.organizationId, chunkId: id };
  await composePrintRun(belt.app, compose);
  assert.equal((await runOf(belt, first.mailingId)).status, 'composed');
  await belt.sql(`delete from pgboss.job where data->>'chunkId' = $1`, [id]);
  await cancelMailJob(belt.app, actor, others[5]?.number ?? 0);
  assert.deepEqual(await runOf(belt, first.mailingId), { id, status: 'planned', deaths: 0, jobs: 1 });
  await belt.startBelt();
  await waitForRun(
    belt,
    { id, mailingId: first.mailingId, jobId: first.id, pieces: 1 },
    ({ status }) => status === 'submitted',
  );
  await assertInvariants(belt.database);
});

test('an attempt that lost its run or mailing to another has not died', async () => {
  await using belt = await openTestApp();
  const tenant = await belt.addTenant({ credits: 10_000 });
  const { id } = await plantRun(belt, tenant);
  const compose = { stage: 'compose', organizationId: tenant.organizationId, chunkId: id };
  const [both, meet] = [Promise.withResolvers<void>(), { count: 0 }];
  const stuck = {
    ...belt.app,
    blobs: {
      ...belt.app.blobs,
      stream: async () => {
        if (++meet.count === 2) both.resolve();
        await both.promise;
        throw new Error('no such disk');
      },
    },
  };
  await Promise.allSettled([composePrintRun(stuck, compose), composePrintRun(stuck, compose)]);
  const [run] = await belt.sql('select attempt, deaths from print_run where id = $1', [id]);
  assert.deepEqual(run, { attempt: 2, deaths: 0 });
});

test('a second job that posts a run leaves the first alone while it sends', async () => {
  await using belt = await openTestApp();
  const tenant = await belt.addTenant({ credits: 10_000 });
  const sent = { times: 0, asked: 0 };
  const carrier: Carrier = {
    name: 'slow',
    reports: false,
    quote: async () => ({ status: 'possible', name: 'slow' }),
    async submit(run, begun) {
      sent.times++;
      await begun(run.id);
      await sleep(1_500);
      return { status: 'submitted', reference: run.id, response: 'taken' };
    },
    async find() {
      sent.asked++;
      return { status: 'unsure', reason: 'who knows' };
    },
    status: async () => 'unknown',
    cancel: async () => false,
    close: async () => {},
  };
  belt.app.carriers.slow = carrier;
  const run = await plantRun(belt, tenant, { carrier: 'slow' });
  const compose = { stage: 'compose', organizationId: tenant.organizationId, chunkId: run.id };
  await composePrintRun(belt.app, compose);
  // As after a cancelled job: composed once more, while the first job waits to post it.
  await belt.sql(`update print_run set status = 'planned' where id = $1`, [run.id]);
  await composePrintRun(belt.app, compose);
  const [older, newest] = (
    await belt.sql<{ data: Job }>(`select data from pgboss.job where data->>'stage' = 'post' order by created_on`)
  ).map(({ data }) => data);
  assert.ok(older && newest);
  const sending = postPrintRun(belt.app, newest);
  while (sent.times === 0) await sleep(10);
  await postPrintRun(belt.app, older);
  await sending;
  assert.equal((await readRun(belt, run)).status, 'submitted');
  assert.deepEqual(sent, { times: 1, asked: 0 });
  assert.equal((await readRun(belt, run)).attempts, 1);
  await assertInvariants(belt.database);
});

test('cancelling and planning take credits before their place in line, as everybody does', async () => {
  await using belt = await openTestApp();
  const tenant = await belt.addTenant({ credits: 10_000 });
  const { organizationId } = tenant;
  const actor = await addMailAccount(belt, tenant);
  const number = await sortedMailing(belt.app, actor, jobs(2));
  const [job] = await listMailJobs(belt.app, actor, number);
  assert.ok(job);
  await composePrintRun(belt.app, { stage: 'compose', organizationId, chunkId: (await runOf(belt, job.mailingId)).id });
  const other = await handInMailing(belt.app, actor, jobs(1));
  await submitAlone(belt.app, actor, other);
  const sorted = await sortJob(belt.app, actor, other);
  for (const act of [() => cancelMailJob(belt.app, actor, job.number), () => sortMailing(belt.app, sorted)]) {
    let acting: Promise<unknown> = Promise.resolve();
    let times = 0;
    await belt.app.db.organization(organizationId, async (tx) => {
      times++;
      await lockBalance(tx, organizationId);
      if (times === 1) acting = act();
      // Until it waits for the credits.
      for (let tries = 0; tries < 500; tries++) {
        const [waiting] = await belt.sql<{ count: number }>(
          'select count(*)::int as count from pg_locks where not granted',
        );
        if (waiting?.count) break;
        await sleep(20);
      }
      // PostgreSQL looks for deadlocks after a second of waiting: from now on this transaction would be the one that is ended.
      await sleep(1_300);
      await takeFairTags(tx, organizationId, 'belt', 1);
    });
    await acting;
    assert.equal(times, 1);
  }
  await assertInvariants(belt.database);
});

test('a run of a carrier that is not configured any more is certainly not sent, and goes when the carrier is back', async () => {
  await using belt = await openTestApp();
  const tenant = await belt.addTenant({ credits: 10_000 });
  const run = await plantRun(belt, tenant, { carrier: 'away' });
  await belt.startBelt();
  const { response } = await waitForRun(belt, run, ({ status }) => status === 'deferred');
  assert.equal(response, 'the carrier away is not configured');
  belt.app.carriers.away = belt.app.carriers.folder as Carrier;
  await settlePrintRun(belt.app, tenant.actor, run.id, 'again');
  await waitForRun(belt, run, ({ status }) => status === 'submitted');
  await assertInvariants(belt.database);
});
