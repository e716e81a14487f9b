/** Handing in a mailing: either part first, the last one wins, nothing after submission, and nobody sees another's. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import type { OrderLine } from '../../src/domain/mail-order.ts';
import type { Actor } from '../../src/domain/permissions.ts';
import { createMailing } from '../../src/usecases/mailings/create-mailing.ts';
import { getMailing, listMailJobs } from '../../src/usecases/mailings/get-mailing.ts';
import { putDocument } from '../../src/usecases/mailings/put-document.ts';
import { putOrder } from '../../src/usecases/mailings/put-order.ts';
import { submitMailing } from '../../src/usecases/mailings/submit-mailing.ts';
import { addMailAccount, anywhere, factsOf, fileOf, linesOf } from '../support/mailings.ts';
import { openTestApp } from '../support/open-test-app.ts';

const belt = await openTestApp();
const { app } = belt;
after(() => belt[Symbol.asyncDispose]());

const pdf = (text: string) => fileOf(Buffer.from(`%PDF-1.7 ${text}`));
const job: OrderLine = {
  job: { firstPage: 1, lastPage: 1, terms: {}, product: null, returnAddress: null, warnings: [], fault: 'None.' },
};
const order = [job, { piece: { uniqueId: 'a', address: anywhere('Ann') } }] satisfies OrderLine[];
const put = (actor: Actor, number: number, lines: readonly OrderLine[] = order) =>
  putOrder(app, actor, number, linesOf(lines), () => factsOf(lines));

test('document and order come in either order and replace what was there; neither leaves a file behind', async () => {
  const actor = await addMailAccount(belt, await belt.addTenant());
  const { number, status } = await createMailing(app, actor);
  assert.equal(status, 'editing');
  await put(actor, number, [job]);
  await putDocument(app, actor, number, pdf('first'), '/tmp/first.pdf');
  await putDocument(app, actor, number, pdf('second'), 'second.pdf');
  await put(actor, number);
  const mailing = await getMailing(app, actor, number);
  assert.deepEqual(
    [mailing.documentName, mailing.orderFacts, mailing.hasErrors],
    ['second.pdf', factsOf(order), false],
  );
  const documents = await belt.blobFiles('mail-documents');
  assert.deepEqual(documents, [`mail-documents/${mailing.documentId}.pdf`]);
  assert.deepEqual(await belt.blobFiles('mailings'), [mailing.orderKey]);
  const stored = (await app.blobs.get(mailing.orderKey as string)).toString().trim().split('\n');
  assert.deepEqual(
    stored.map((line) => JSON.parse(line)),
    order,
  );
});

test('an order that breaks off, and a body that breaks off, leave what was there', async () => {
  const actor = await addMailAccount(belt, await belt.addTenant());
  const { number } = await createMailing(app, actor);
  await put(actor, number);
  await putDocument(app, actor, number, pdf('whole'), 'whole.pdf');
  const before = await getMailing(app, actor, number);
  const files = await belt.blobFiles('mail');
  async function* broken() {
    yield job;
    throw new Error('broken off');
  }
  const halfFile = {
    size: 10,
    async *open() {
      yield Buffer.from('%PDF');
      throw new Error('broken off');
    },
  };
  await assert.rejects(
    putOrder(app, actor, number, broken(), () => factsOf([])),
    /broken off/,
  );
  await assert.rejects(putDocument(app, actor, number, halfFile, 'half.pdf'), /broken off/);
  assert.deepEqual(await getMailing(app, actor, number), before);
  assert.deepEqual(await belt.blobFiles('mail'), files);
});

test('nothing can be submitted without both, submitting twice is once, and afterwards nothing is replaced', async () => {
  const actor = await addMailAccount(belt, await belt.addTenant());
  const { number, id } = await createMailing(app, actor);
  await assert.rejects(submitMailing(app, actor, number), { code: 'invalid_input', message: /document and no order/ });
  await put(actor, number);
  await assert.rejects(submitMailing(app, actor, number), { code: 'invalid_input', message: /no document/ });
  await putDocument(app, actor, number, pdf('x'), 'x.pdf');
  await Promise.all([submitMailing(app, actor, number), submitMailing(app, actor, number)]);
  const jobs = await belt.sql(`select 1 from pgboss.job where data->>'chunkId' = $1`, [id]);
  assert.equal(jobs.length, 1);
  const files = await belt.blobFiles('mail');
  await assert.rejects(put(actor, number), { code: 'conflict' });
  await assert.rejects(putDocument(app, actor, number, pdf('y'), 'y.pdf'), { code: 'conflict' });
  assert.deepEqual(await belt.blobFiles('mail'), files);
});

test('nobody sees or touches the mailing of another account, another organization or the other mode', async () => {
  const tenant = await belt.addTenant();
  const owner = await addMailAccount(belt, tenant);
  const { number } = await createMailing(app, owner);
  const strangers = [
    await addMailAccount(belt, tenant),
    await addMailAccount(belt, tenant, { test: true }),
    await addMailAccount(belt, await belt.addTenant()),
    { ...tenant.actor, test: true },
    (await belt.addTenant()).actor,
  ];
  for (const stranger of strangers) {
    const calls = [
      () => getMailing(app, stranger, number),
      () => listMailJobs(app, stranger, number),
      () => put(stranger, number),
      () => putDocument(app, stranger, number, pdf('x'), 'x.pdf'),
      () => submitMailing(app, stranger, number),
    ];
    for (const call of calls) await assert.rejects(call, { code: 'not_found' });
  }
  assert.equal((await getMailing(app, tenant.actor, number)).number, number);
  for (const nobody of [0, -1, 1.5, 2 ** 31, Number.NaN])
    await assert.rejects(getMailing(app, owner, nobody), { code: 'not_found' });
});
