/** Single jobs put together from a stored document and a stored list, and jobs that are cancelled in time or too late. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import type { OrderedPiece } from '../../src/domain/mail-order.ts';
import type { Actor } from '../../src/domain/permissions.ts';
import { sortMailing } from '../../src/pipeline/sort-mailing.ts';
import { createAddressList } from '../../src/usecases/address-lists/create-address-list.ts';
import { grantCredits } from '../../src/usecases/credits/grant-credits.ts';
import { cancelMailJob } from '../../src/usecases/mailings/cancel-mail-job.ts';
import { createMailJob } from '../../src/usecases/mailings/create-mail-job.ts';
import { getMailing, getMailJob, listMailJobs } from '../../src/usecases/mailings/get-mailing.ts';
import { storeDocument } from '../../src/usecases/mailings/store-document.ts';
import { submitMailJob } from '../../src/usecases/mailings/submit-mail-job.ts';
import { assertInvariants } from '../support/invariants.ts';
import { letterProduct } from '../support/letter-product.ts';
import { addMailAccount, anywhere, documentOf, fileOf, jobLine, pieceLine } from '../support/mailings.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { longTest } from '../support/rounds.ts';
import { sortedMailing } from '../support/sorted-mailing.ts';

const belt = await openTestApp();
const { app } = belt;
after(() => belt[Symbol.asyncDispose]());

async function* addresses(...names: string[]): AsyncGenerator<OrderedPiece> {
  for (const name of names) yield { uniqueId: name, address: anywhere(name, name === 'Void' ? { state: 'ZZ' } : {}) };
}

async function madeJob(actor: Actor, ...names: string[]) {
  const document = await storeDocument(app, actor, { name: 'l.pdf', terms: { kind: 'Letter' }, body: documentOf(2) });
  const list = await createAddressList(app, actor, addresses(...names), () => ({ name: 'l', terms: {} }));
  const { job } = jobLine();
  const { firstPage, lastPage, ...whole } = job;
  return createMailJob(app, actor, { documentNumber: document.number, listNumber: list.number, job: whole });
}

const sort = async ({ organizationId }: Actor, chunkId: string) =>
  sortMailing(app, { stage: 'sort', organizationId, chunkId });

test('a document is judged before it is kept, and of one that is refused nothing stays', async () => {
  const actor = await addMailAccount(belt, await belt.addTenant());
  const { pages, status, terms } = await storeDocument(app, actor, {
    name: 'a',
    terms: { a: 'b' },
    body: documentOf(4),
  });
  assert.deepEqual([pages, status, terms], [4, 'readable', { a: 'b' }]);
  const files = await belt.blobFiles('mail-documents');
  const refused = storeDocument(app, actor, { name: 'a', terms: {}, body: fileOf(Buffer.from('%PDF-1.4 nothing')) });
  await assert.rejects(refused, { code: 'invalid_input' });
  assert.deepEqual(await belt.blobFiles('mail-documents'), files);
});

test('a single job costs what its list says, sets that aside when it is submitted, and is printed', async () => {
  const tenant = await belt.addTenant({ credits: 1_000 });
  const actor = await addMailAccount(belt, tenant);
  const job = await madeJob(actor, 'Ann', 'Bob', 'Void');
  assert.deepEqual(
    [job.status, job.firstPage, job.lastPage, job.total, job.mailable, job.mailingKind],
    ['editing', 1, 2, 3, 2, 'job'],
  );
  await assertInvariants(belt.database);
  const submitted = await submitMailJob(app, actor, job.number);
  assert.equal(submitted.status, 'submitted');
  assert.deepEqual(await belt.balance(tenant), { available: 1_000 - job.price, reserved: job.price, spent: 0 });
  await submitMailJob(app, actor, job.number);
  await assertInvariants(belt.database);
  await sort(actor, job.mailingId);
  const sorted = await getMailJob(app, actor, job.number);
  assert.deepEqual(
    [sorted.status, sorted.total, sorted.mailable, sorted.failed, sorted.price],
    ['awaiting_production', 3, 2, 1, job.price],
  );
  assert.deepEqual(await belt.balance(tenant), { available: 1_000 - job.price, reserved: job.price, spent: 0 });
  const runs = await belt.sql('select pieces from print_run where mailing_id = $1', [job.mailingId]);
  assert.deepEqual(runs, [{ pieces: 2 }]);
  await assertInvariants(belt.database);
});

test('without enough credits a job stays as it was, and can be submitted again', async () => {
  const tenant = await belt.addTenant({ credits: 1 });
  const actor = await addMailAccount(belt, tenant);
  const job = await madeJob(actor, 'Ann');
  await assert.rejects(submitMailJob(app, actor, job.number), { code: 'limit_exceeded' });
  assert.deepEqual(await getMailJob(app, actor, job.number), job);
  await grantCredits(app, { organizationId: tenant.organizationId, amount: 1_000 });
  assert.equal((await submitMailJob(app, actor, job.number)).status, 'submitted');
});

test('a job that cannot be printed, and parts of others, are refused at once', async () => {
  const tenant = await belt.addTenant();
  const actor = await addMailAccount(belt, tenant);
  const document = await storeDocument(app, actor, { name: 'l', terms: {}, body: documentOf(9) });
  const list = await createAddressList(app, actor, addresses('Ann'), () => ({ name: 'l', terms: {} }));
  const parts = { documentNumber: document.number, listNumber: list.number, job: jobLine().job };
  const whole = { ...jobLine().job, lastPage: 9 };
  await assert.rejects(createMailJob(app, actor, { ...parts, job: whole }), {
    code: 'invalid_input',
    message: /takes at most 5 sheets/,
  });
  for (const stranger of [
    await addMailAccount(belt, tenant),
    await addMailAccount(belt, tenant, { test: true }),
    await addMailAccount(belt, await belt.addTenant()),
  ])
    await assert.rejects(createMailJob(app, stranger, parts), { code: 'not_found' });
  const { number } = await createMailJob(app, actor, parts);
  for (const use of [getMailJob, submitMailJob, cancelMailJob])
    await assert.rejects(use(app, await addMailAccount(belt, tenant), number), { code: 'not_found' });
});

test('a single job can be cancelled before and after it is submitted, and while it is being sorted', async () => {
  const tenant = await belt.addTenant({ credits: 1_000 });
  const actor = await addMailAccount(belt, tenant);
  const [draft, inLine, inHand, planned] = [
    await madeJob(actor, 'Ann'),
    await madeJob(actor, 'Ann'),
    await madeJob(actor, 'Ann'),
    await madeJob(actor, 'Ann'),
  ];
  for (const { number } of [inLine, inHand, planned]) await submitMailJob(app, actor, number);
  const { stream } = app.blobs;
  const half: typeof app = {
    ...app,
    blobs: {
      ...app.blobs,
      stream: async (key, range) => {
        if (key.startsWith('mailings/')) await cancelMailJob(app, actor, inHand.number);
        return stream(key, range);
      },
    },
  };
  await cancelMailJob(app, actor, draft.number);
  await cancelMailJob(app, actor, inLine.number);
  await sort(actor, inLine.mailingId);
  const { organizationId } = tenant;
  await assert.rejects(sortMailing(half, { stage: 'sort', organizationId, chunkId: inHand.mailingId }), {
    code: 'conflict',
  });
  await sort(actor, inHand.mailingId);
  await sort(actor, planned.mailingId);
  await cancelMailJob(app, actor, planned.number);
  for (const { number } of [draft, inLine, inHand, planned]) {
    const { status, price, completedAt, mailingNumber } = await cancelMailJob(app, actor, number);
    assert.deepEqual([status, price, completedAt === null], ['cancelled', 0, false]);
    const mailing = await getMailing(app, actor, mailingNumber);
    assert.equal(mailing.status, number === planned.number ? 'completed' : 'cancelled');
    await assert.rejects(submitMailJob(app, actor, number), { code: 'illegal_transition' });
  }
  assert.deepEqual(await belt.balance(tenant), { available: 1_000, reserved: 0, spent: 0 });
  await assertInvariants(belt.database);
});

longTest(
  'a cancelled job leaves the run it shares with others, which is made anew; what the carrier has stays',
  async () => {
    const tenant = await belt.addTenant({ credits: 10_000 });
    const actor = await addMailAccount(belt, tenant);
    const lines = [
      jobLine(),
      pieceLine('A'),
      pieceLine('B'),
      jobLine(),
      pieceLine('C'),
      jobLine({ product: letterProduct({ name: 'X' }) }),
    ];
    const number = await sortedMailing(app, actor, [...lines, pieceLine('D')]);
    const [first, second, other] = await listMailJobs(app, actor, number);
    assert.ok(first && second && other);
    const runs = () =>
      belt.sql('select status, pieces, revision from print_run where mailing_id = $1 order by index', [
        first.mailingId,
      ]);
    await cancelMailJob(app, actor, first.number);
    assert.deepEqual(await runs(), [
      { status: 'planned', pieces: 1, revision: 2 },
      { status: 'planned', pieces: 1, revision: 1 },
    ]);
    await cancelMailJob(app, actor, other.number);
    assert.deepEqual(await runs(), [
      { status: 'planned', pieces: 1, revision: 2 },
      { status: 'cancelled', pieces: 0, revision: 2 },
    ]);
    assert.deepEqual(await belt.balance(tenant), {
      available: 10_000 - second.price,
      reserved: second.price,
      spent: 0,
    });
    await assertInvariants(belt.database);
    await belt.sql(`update print_run set status = 'sending' where mailing_id = $1 and status = 'planned'`, [
      first.mailingId,
    ]);
    await assert.rejects(cancelMailJob(app, actor, second.number), { code: 'illegal_transition' });
    assert.equal((await getMailJob(app, actor, second.number)).status, 'awaiting_production');
    await assertInvariants(belt.database);
  },
);
