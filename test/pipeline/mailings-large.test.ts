/** Twenty thousand recipients in one order, and a run of kills while they are sorted: each is there once, in one run, with one barcode, paid once. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderLine } from '../../src/domain/mail-order.ts';
import type { FaultPoint } from '../../src/fault.ts';
import { sortMailing } from '../../src/pipeline/sort-mailing.ts';
import { getMailing, listMailJobs } from '../../src/usecases/mailings/get-mailing.ts';
import { assertInvariants } from '../support/invariants.ts';
import { addMailAccount, handInMailing, jobLine, letter, pieceLine } from '../support/mailings.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { openPlace, untilSessionsEnd } from '../support/snapshot.ts';
import { sortJob, submitAlone } from '../support/sorted-mailing.ts';
import { startHost } from '../support/test-host.ts';

/** Every seventh job is of another product, every fiftieth recipient cannot be mailed to. */
function* order(jobs: number, recipients: number): Generator<OrderLine> {
  let at = 0;
  for (let job = 0; job < jobs; job++) {
    yield jobLine({ firstPage: 1 + (job % 3), lastPage: 3, product: letter(job % 7 === 6 ? { name: 'Other' } : {}) });
    for (let left = recipients; left > 0; left--, at++)
      yield pieceLine(`Recipient ${at}`, at % 50 === 49 ? { state: 'ZZ' } : {});
  }
}

test('20,000 recipients are stored in blocks and planned into runs that a printer can handle', async () => {
  await using belt = await openTestApp();
  const { app } = belt;
  const tenant = await belt.addTenant({ credits: 10_000_000 });
  const actor = await addMailAccount(belt, tenant);
  const number = await handInMailing(app, actor, [...order(20, 1_000)]);
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

/** Submitted, and nobody has begun with it. */
const snapshot = await (async () => {
  const belt = await openTestApp();
  const actor = await addMailAccount(belt, await belt.addTenant({ credits: 1_000_000 }));
  await submitAlone(belt.app, actor, await handInMailing(belt.app, actor, [...order(14, 300)]));
  return belt.intoSnapshot();
})();
after(() => snapshot.end());

test('killed at every step of sorting, the mailing is sorted once', async () => {
  await using place = await openPlace(snapshot);
  const kills: [FaultPoint, number][] = [
    ['sort-after-take', 1],
    ['sort-after-judge', 1],
    ['sort-after-block', 2],
    ['sort-before-commit', 1],
    ['sort-after-commit', 1],
  ];
  for (const [point, passage] of kills) {
    await using host = startHost('worker', place, { FAULTS: `${point}:kill@${passage}`, CHUNK_DEATHS: '1000' });
    const died = host.ended.then(({ signal }) => assert.equal(signal, 'SIGKILL', host.log()));
    await Promise.race([died, sleep(60_000).then(() => assert.fail(`${point} was not passed: ${host.log()}`))]);
    await untilSessionsEnd(place);
    await assertInvariants(place.database, `after the kill at ${point}`);
  }
  const [mailing] = await place.sql<{ id: string; status: string; attempt: number; organization: string }>(
    'select id, status, attempt, organization_id as organization from mailing order by number desc limit 1',
  );
  assert.ok(mailing);
  assert.deepEqual([mailing.status, mailing.attempt], ['printing', 5]);
  const [pieces] = await place.sql(
    `select count(*)::int as all, count(distinct seq)::int as places, max(seq) as last, count(distinct barcode)::int as barcodes,
       count(distinct unique_id)::int as keys, count(*) filter (where run_id is not null)::int as planned from mail_piece where mailing_id = $1`,
    [mailing.id],
  );
  assert.deepEqual(pieces, { all: 4_200, places: 4_200, last: 4_200, barcodes: 4_116, keys: 4_200, planned: 4_116 });
  const [paid] = await place.sql<{ reserved: number; price: number }>(
    `select reserved, (select sum(price)::int8 from mail_job where mailing_id = $2) as price from credit_balance where organization_id = $1`,
    [mailing.organization, mailing.id],
  );
  assert.ok(paid && paid.reserved > 0);
  assert.equal(paid.reserved, paid.price);
});
