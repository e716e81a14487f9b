/** What becomes of a mailing that is received: jobs and pieces, faults of single ones, credits, barcodes and print runs, all of it once. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { moveCredits } from '../../src/db/ledger.ts';
import type { OrderLine } from '../../src/domain/mail-order.ts';
import type { Actor } from '../../src/domain/permissions.ts';
import { sortMailing } from '../../src/pipeline/sort-mailing.ts';
import { getMailing, listMailJobs } from '../../src/usecases/mailings/get-mailing.ts';
import type { HandedInFile } from '../../src/usecases/mailings/keep-document.ts';
import { assertInvariants } from '../support/invariants.ts';
import { letterProduct } from '../support/letter-product.ts';
import { addMailAccount, fileOf, handInMailing, jobLine, pieceLine } from '../support/mailings.ts';
import { openTestApp, type Tenant } from '../support/open-test-app.ts';
import { longTest } from '../support/rounds.ts';
import { sortedMailing, sortJob, submitAlone } from '../support/sorted-mailing.ts';

const belt = await openTestApp();
const { app } = belt;
after(() => belt[Symbol.asyncDispose]());

const sorted = (actor: Actor, lines: readonly OrderLine[], document?: HandedInFile) =>
  sortedMailing(app, actor, lines, document);
const submitted = (actor: Actor, number: number) => submitAlone(app, actor, number);
const jobOf = (actor: Actor, number: number) => sortJob(app, actor, number);

const piecesOf = (number: number) =>
  belt.sql<{
    seq: number;
    status: string;
    barcode: string | null;
    price: number;
    run: string;
    at: number;
    kind: string;
  }>(
    `select seq, mail_piece.status, barcode, price, run_id as run, run_seq as at, address_kind as kind, issues from mail_piece
     join mailing on mailing.id = mailing_id where number = $1 order by seq`,
    [number],
  );

const runsOf = (number: number) =>
  belt.sql<{ pieces: number; name: string }>(
    `select print_run.pieces, product->>'name' as name, print_run.status, carrier from print_run join mailing on mailing.id = mailing_id
     where mailing.number = $1 order by index`,
    [number],
  );

const mixed = [
  jobLine({ lastPage: 2 }),
  pieceLine('Ann'),
  pieceLine('Bob', { country: 'Germany', city: 'Berlin', state: '', postalCode: '10115' }),
  pieceLine('Nowhere', { address1: '' }),
  jobLine({ firstPage: 3, lastPage: 4 }),
  pieceLine('Carl'),
  jobLine({ product: null, fault: 'There is no product "Papyrus".' }),
  pieceLine('Dora'),
  jobLine({
    product: letterProduct({ envelopes: [{ name: 'Tiny', capacity: 2, hasReturnWindow: true }] }),
    lastPage: 3,
  }),
  pieceLine('Emil'),
  jobLine(),
  pieceLine('Void', { state: 'ZZ' }),
  jobLine(),
  jobLine({ firstPage: 3, lastPage: 3, product: letterProduct({ name: 'Other' }) }),
  pieceLine('Fay'),
  jobLine({ firstPage: 0, lastPage: 0 }),
  jobLine({ firstPage: 3, lastPage: 2 }),
];

test('each job and each recipient fails alone, with its reason and unbilled; the others are printed', async () => {
  const tenant = await belt.addTenant({ credits: 10_000 });
  const actor = await addMailAccount(belt, tenant);
  const number = await sorted(actor, mixed);
  const mailing = await getMailing(app, actor, number);
  assert.deepEqual([mailing.status, mailing.hasErrors, mailing.fault], ['printing', true, null]);
  assert.deepEqual([mailing.jobs, mailing.pieces], [9, 8]);
  const jobs = await listMailJobs(app, actor, number);
  assert.deepEqual(
    jobs.map(({ status, fault, total, mailable, failed }) => [status, fault, total, mailable, failed]),
    [
      ['awaiting_production', null, 3, 2, 1],
      ['failed', 'Its pages 3 to 4 reach beyond the document, which has 3 pages.', 1, 1, 1],
      ['failed', 'There is no product "Papyrus".', 1, 1, 1],
      ['failed', jobs[3]?.fault, 1, 1, 1],
      ['failed', jobs[4]?.fault, 1, 0, 1],
      ['failed', 'It has no recipients.', 0, 0, 0],
      ['awaiting_production', null, 1, 1, 0],
      ['failed', jobs[7]?.fault, 0, 0, 0],
      ['failed', jobs[8]?.fault, 0, 0, 0],
    ],
  );
  assert.match(jobs[3]?.fault ?? '', /^Tiny takes at most 2 sheets; this job has 4/);
  assert.match(
    jobs[4]?.fault ?? '',
    /^None of its recipients .* mailed to\. The first: state is not valid: "ZZ" is no state/,
  );
  assert.match(jobs[7]?.fault ?? '', /pages count from 1/);
  const pieces = await piecesOf(number);
  assert.deepEqual(
    pieces.map(({ status }) => status),
    ['accepted', 'accepted', 'failed', 'failed', 'failed', 'failed', 'failed', 'accepted'],
  );
  // Abroad there is no such barcode.
  assert.deepEqual(
    pieces.map(({ barcode }) => barcode !== null),
    [true, false, false, false, false, false, false, true],
  );
  const codes = pieces.flatMap(({ barcode }) => barcode ?? []);
  assert.equal(new Set(codes).size, 2);
  for (const code of codes) assert.match(code, /^00310000000\d{9}$/);
  const price = pieces.reduce((sum, one) => sum + one.price, 0);
  assert.equal(
    jobs.reduce((sum, job) => sum + job.price, 0),
    price,
  );
  assert.ok(price > 0);
  assert.deepEqual(await belt.balance(tenant), { available: 10_000 - price, reserved: price, spent: 0 });
  assert.deepEqual(
    (await runsOf(number)).map(({ name, pieces: count }) => [name, count]),
    [
      ['Letter', 2],
      ['Other', 1],
    ],
  );
  assert.deepEqual(
    pieces.map(({ run, at }) => (run ? at : null)),
    [1, 2, null, null, null, null, null, 1],
  );
  await assertInvariants(belt.database);
});

test('a mailing that is sorted again stays as it is', async () => {
  const actor = await addMailAccount(belt, await belt.addTenant({ credits: 10_000 }));
  const number = await sorted(actor, mixed);
  const [pieces, runs, jobs] = [await piecesOf(number), await runsOf(number), await listMailJobs(app, actor, number)];
  await sortMailing(app, await jobOf(actor, number));
  assert.deepEqual(await piecesOf(number), pieces);
  assert.deepEqual(await runsOf(number), runs);
  assert.deepEqual(await listMailJobs(app, actor, number), jobs);
});

test('a staging account goes the same way up to the printing, and has neither runs, barcodes nor costs', async () => {
  const tenant = await belt.addTenant({ credits: 0 });
  const actor = await addMailAccount(belt, tenant, { test: true });
  const number = await sorted(actor, mixed);
  const mailing = await getMailing(app, actor, number);
  assert.deepEqual([mailing.status, mailing.hasErrors, mailing.completedAt !== null], ['completed', true, true]);
  const jobs = await listMailJobs(app, actor, number);
  assert.deepEqual(
    jobs.map(({ status }) => status),
    [
      'awaiting_production',
      'failed',
      'failed',
      'failed',
      'failed',
      'failed',
      'awaiting_production',
      'failed',
      'failed',
    ],
  );
  assert.deepEqual(await runsOf(number), []);
  assert.ok((await piecesOf(number)).every(({ barcode, run }) => barcode === null && run === null));
  assert.deepEqual(await belt.balance(tenant), { available: 0, reserved: 0, spent: 0 });
  await assertInvariants(belt.database);
});

test('credits go to the jobs in their order as far as they reach, and a job without them fails alone', async () => {
  const lines = [
    jobLine(),
    pieceLine('Ann'),
    jobLine(),
    ...['B', 'C', 'D'].map((name) => pieceLine(name)),
    jobLine(),
    pieceLine('Eve'),
  ];
  const rich: Tenant = await belt.addTenant({ credits: 10_000 });
  const dear = await listMailJobs(app, rich.actor, await sorted(await addMailAccount(belt, rich), lines));
  const [one, three] = dear.map(({ price }) => price) as [number, number];
  const tenant = await belt.addTenant({ credits: 2 * one + three - 1 });
  const actor = await addMailAccount(belt, tenant);
  const number = await sorted(actor, lines);
  const jobs = await listMailJobs(app, actor, number);
  assert.deepEqual(
    jobs.map(({ status, fault, price }) => [status, fault, price]),
    [
      ['awaiting_production', null, one],
      ['awaiting_production', null, three],
      ['failed', `Not enough credits: it costs ${one}, and ${one - 1} are left.`, 0],
    ],
  );
  assert.deepEqual(await belt.balance(tenant), { available: one - 1, reserved: one + three, spent: 0 });
  const poor = await belt.addTenant({ credits: 0 });
  const other = await addMailAccount(belt, poor);
  const failed = await getMailing(app, other, await sorted(other, lines));
  assert.deepEqual([failed.status, failed.hasErrors], ['completed', true]);
  await assertInvariants(belt.database);
});

test('a document that nobody can print fails the mailing with a sentence, and costs nothing', async () => {
  const tenant = await belt.addTenant({ credits: 1_000 });
  const actor = await addMailAccount(belt, tenant);
  const number = await sorted(actor, [jobLine(), pieceLine('Ann')], fileOf(Buffer.from('%PDF-1.7 no more')));
  const mailing = await getMailing(app, actor, number);
  assert.deepEqual([mailing.status, mailing.hasErrors, mailing.completedAt !== null], ['failed', true, true]);
  assert.match(mailing.fault ?? '', /^The document cannot be printed: .*\.$/);
  assert.deepEqual(await listMailJobs(app, actor, number), []);
  assert.deepEqual(await belt.balance(tenant), { available: 1_000, reserved: 0, spent: 0 });
  await assertInvariants(belt.database);
});

test('mailings of one account are received in the order of submission, those of another when they come', async () => {
  const tenant = await belt.addTenant({ credits: 10_000 });
  const [actor, other] = [await addMailAccount(belt, tenant), await addMailAccount(belt, tenant)];
  const lines = [jobLine(), pieceLine('Ann')];
  const numbers = await Promise.all([1, 2, 3, 4].map(() => handInMailing(app, actor, lines)));
  const foreign = await handInMailing(app, other, lines);
  for (const number of numbers.toReversed()) await submitted(actor, number);
  await submitted(other, foreign);
  const sorting = numbers.map(async (number) => sortMailing(app, await jobOf(actor, number)));
  await sortMailing(app, await jobOf(other, foreign));
  await Promise.all(sorting);
  const received = await belt.sql<{ number: number }>(
    'select number from mailing where number = any($1) order by received_at',
    [numbers],
  );
  assert.deepEqual(
    received.map(({ number }) => number),
    numbers.toReversed(),
  );
});

longTest('whoever comes too early for long comes again later, and holds nobody up', async () => {
  const actor = await addMailAccount(belt, await belt.addTenant());
  const lines = [jobLine(), pieceLine('Ann')];
  const [first, second] = [await handInMailing(app, actor, lines), await handInMailing(app, actor, lines)];
  await submitted(actor, first);
  await submitted(actor, second);
  const job = await jobOf(actor, second);
  await sortMailing(app, job);
  assert.equal((await getMailing(app, actor, second)).status, 'submitted');
  const inLine = await belt.sql(`select 1 from pgboss.job where data->>'chunkId' = $1 and state < 'active'`, [
    job.chunkId,
  ]);
  assert.equal(inLine.length, 2);
  await sortMailing(app, await jobOf(actor, first));
  await sortMailing(app, job);
  assert.equal((await getMailing(app, actor, second)).status, 'printing');
});

longTest(
  'a mailing that has stopped the program too often fails, and what was stored of it costs nothing',
  async () => {
    const tenant = await belt.addTenant({ credits: 1_000 });
    const actor = await addMailAccount(belt, tenant);
    const number = await handInMailing(app, actor, [jobLine(), pieceLine('Ann')]);
    await submitted(actor, number);
    await belt.sql('update mailing set deaths = 3 where number = $1', [number]);
    await sortMailing(app, await jobOf(actor, number));
    const mailing = await getMailing(app, actor, number);
    assert.deepEqual([mailing.status, mailing.fault], ['failed', 'Processing it has stopped the program 3 times.']);
    assert.deepEqual(await belt.balance(tenant), { available: 1_000, reserved: 0, spent: 0 });
  },
);

longTest('credits that are spent while the printing is planned are not spent twice', async () => {
  const tenant = await belt.addTenant({ credits: 1_000 });
  const actor = await addMailAccount(belt, tenant);
  const number = await handInMailing(app, actor, [jobLine(), pieceLine('Ann'), jobLine(), pieceLine('Bob')]);
  await submitted(actor, number);
  const { organizationId } = tenant;
  let spent = 0;
  const spend = async () => {
    const [{ available } = { available: 0 }] = await belt.sql<{ available: number }>(
      'select available from credit_balance where organization_id = $1',
      [organizationId],
    );
    // Enough for one of both jobs is left.
    const amount = spent > 0 ? 0 : available - 100;
    spent += amount;
    const batch = { kind: 'test', from: 'available', to: 'spent', organizationId, amount } as const;
    await app.db.organization(organizationId, (tx) => moveCredits(tx, batch));
  };
  const organization: typeof app.db.organization = (id, work, options) =>
    app.db.organization(
      id,
      (tx) =>
        work({
          async query(text, values) {
            if (text.startsWith('insert into print_run')) await spend();
            return tx.query(text, values);
          },
        }),
      options,
    );
  await sortMailing({ ...app, db: { ...app.db, organization } }, await jobOf(actor, number));
  const jobs = await listMailJobs(app, actor, number);
  assert.deepEqual(
    jobs.map(({ status }) => status),
    ['awaiting_production', 'failed'],
  );
  const price = jobs[0]?.price ?? 0;
  assert.deepEqual(await belt.balance(tenant), { available: 100 - price, reserved: price, spent });
  assert.equal((await runsOf(number)).length, 1);
});

longTest('characters that were cut in half, and zeros, do not keep an order from being sorted', async () => {
  const actor = await addMailAccount(belt, await belt.addTenant({ credits: 1_000 }));
  const half = 'x\ud83d';
  const job = jobLine({
    terms: { documentClass: half, [half]: 'a\0b' },
    warnings: [{ path: half, code: 'invalid', params: { value: half } }],
  });
  const piece = { piece: { ...pieceLine('Ann').piece, uniqueId: half } };
  const number = await sorted(actor, [job, piece]);
  const [stored] = await listMailJobs(app, actor, number);
  assert.deepEqual(stored?.terms, { documentClass: 'x\ufffd', 'x\ufffd': 'a\ufffdb' });
  assert.deepEqual(
    (await piecesOf(number)).map(({ status }) => status),
    ['accepted'],
  );
});

test('a serial number is given once in 45 days, and again after them', async () => {
  const take = async (wanted: number) => {
    const [row] = await belt.sql<{ first: number | null }>(
      `select take_mail_serials('900000001', $1, 10)::int as first`,
      [wanted],
    );
    return row?.first;
  };
  assert.deepEqual([await take(4), await take(4), await take(4), await take(2), await take(1)], [0, 4, null, 8, null]);
  await belt.sql(
    `update mail_serial_range set taken_at = taken_at - interval '46 days' where mailer_id = '900000001' and first = 0`,
  );
  assert.deepEqual([await take(3), await take(3), await take(1), await take(1)], [0, null, 3, null]);
  // A range that begins before the place reaches into it.
  await belt.sql(`update mail_serial set next = 6 where mailer_id = '900000001'`);
  assert.deepEqual([await take(1), await take(11), await take(0)], [null, null, null]);
});
