/** Twenty thousand recipients in one order: each is there once, in one run, with one barcode, paid once. Killed meanwhile: test/faults/sort-crash.long.ts. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { sortMailing } from '../../src/pipeline/sort-mailing.ts';
import { getMailing, listMailJobs } from '../../src/usecases/mailings/get-mailing.ts';
import { assertInvariants } from '../support/invariants.ts';
import { largeOrder } from '../support/large-order.ts';
import { addMailAccount, handInMailing } from '../support/mailings.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { sortJob, submitAlone } from '../support/sorted-mailing.ts';

test('20,000 recipients are stored in blocks and planned into runs that a printer can handle', async () => {
  await using belt = await openTestApp();
  const { app } = belt;
  const tenant = await belt.addTenant({ credits: 10_000_000 });
  const actor = await addMailAccount(belt, tenant);
  const number = await handInMailing(app, actor, [...largeOrder(20, 1_000)]);
  await submitAlone(app, actor, number);
  let longest = 0;
  const { organization } = app.db;
  const watched: typeof app = {
    ...app,
    db: {
      ...app.db,
      organization: async (id, work, options) => {
        const started = performance.now();
        const result = await organization(id, work, options);
        longest = Math.max(longest, performance.now() - started);
        return result;
      },
    },
  };
  const started = performance.now();
  await sortMailing(watched, await sortJob(app, actor, number));
  process.stderr.write(
    `20,000 recipients sorted in ${Math.round(performance.now() - started)} ms, the longest transaction ${Math.round(longest)} ms\n`,
  );
  const mailing = await getMailing(app, actor, number);
  assert.deepEqual([mailing.status, mailing.jobs, mailing.pieces], ['printing', 20, 20_000]);
  const jobs = await listMailJobs(app, actor, number);
  assert.ok(jobs.every(({ total, mailable, failed }) => total === 1_000 && mailable === 980 && failed === 20));
  const runs = await belt.sql<{ pieces: number; sheets: number; products: number }>(
    `select print_run.pieces, sum(sheets)::int as sheets, count(distinct mail_job.product)::int as products from print_run
     join mail_piece on run_id = print_run.id join mail_job on mail_job.id = job_id group by print_run.id order by print_run.index`,
  );
  assert.equal(
    runs.reduce((sum, { pieces }) => sum + pieces, 0),
    19_600,
  );
  assert.ok(runs.every(({ pieces, sheets, products }) => pieces <= 2_000 && sheets <= 10_000 && products === 1));
  assert.equal(runs.length, 10);
  const [codes] = await belt.sql<{ codes: number }>('select count(distinct barcode)::int as codes from mail_piece');
  assert.equal(codes?.codes, 19_600);
  await assertInvariants(belt.database);
});
