/** What is thrown away of mailings, and when: files go after their days, rows and tracking stay, and nothing that is still needed goes. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import type { OrderedPiece } from '../../src/domain/mail-order.ts';
import type { Actor } from '../../src/domain/permissions.ts';
import { createAddressList } from '../../src/usecases/address-lists/create-address-list.ts';
import { type EventRow, importMailEvents } from '../../src/usecases/mail-events/import-mail-events.ts';
import { createMailJob } from '../../src/usecases/mailings/create-mail-job.ts';
import { createMailing } from '../../src/usecases/mailings/create-mailing.ts';
import { getMailing, getMailJob, listMailJobs } from '../../src/usecases/mailings/get-mailing.ts';
import { storeDocument } from '../../src/usecases/mailings/store-document.ts';
import { submitMailing } from '../../src/usecases/mailings/submit-mailing.ts';
import { sweepMailings } from '../../src/usecases/upkeep/sweep-mailings.ts';
import { assertInvariants } from '../support/invariants.ts';
import {
  addMailAccount,
  anywhere,
  documentOf,
  handInMailing,
  jobLine,
  pieceLine,
  sendMailing,
  untilMailing,
} from '../support/mailings.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { longTest } from '../support/rounds.ts';

const belt = await openTestApp({ environment: { MAIL_DOCUMENT_DAYS: '3', MAIL_DRAFT_DAYS: '2' } });
const { app } = belt;
after(() => belt[Symbol.asyncDispose]());

const files = async () => [
  ...(await belt.blobFiles('mail')),
  ...(await belt.blobFiles('print-runs')),
  ...(await belt.blobFiles('address-lists')),
];

/** As if everything had happened so many days before. */
async function age(days: number): Promise<void> {
  for (const [table, columns] of Object.entries({
    mailing: ['created_at', 'updated_at', 'completed_at'],
    mail_document: ['created_at'],
    address_list: ['created_at', 'used_at'],
  }))
    for (const column of columns)
      await belt.sql(`update ${table} set ${column} = ${column} - make_interval(days => $1)`, [days]);
}

async function* onlyRow(row: EventRow): AsyncGenerator<EventRow[]> {
  yield [row];
}

async function* addresses(): AsyncGenerator<OrderedPiece> {
  yield { uniqueId: '', address: anywhere('Ann') };
}

async function partsOf(actor: Actor) {
  const document = await storeDocument(app, actor, { name: 'a.pdf', terms: {}, body: documentOf(1) });
  const list = await createAddressList(app, actor, addresses(), () => ({ name: 'l', terms: {} }));
  return { documentNumber: document.number, listNumber: list.number, job: jobLine().job };
}

test('files of a printed mailing stay for their days, then go; its pieces and their tracking stay', async () => {
  const actor = await addMailAccount(belt, await belt.addTenant());
  const stop = await belt.startBelt();
  const number = await sendMailing(app, actor, [jobLine(), pieceLine('Ann'), pieceLine('Bob')]);
  await untilMailing(app, actor, number, ({ status }) => status === 'completed');
  await stop();
  const kept = await files();
  assert.equal(kept.length, 5, kept.join());
  const before = await getMailing(app, actor, number);
  const [piece] = await belt.sql<{ id: string }>('select id from mail_piece where mailing_id = $1 and seq = 1', [
    before.id,
  ]);
  const told = { pieceId: piece?.id, status: 'Delivered', at: new Date().toISOString() };
  const { imported } = await importMailEvents(app, actor, onlyRow({ row: 1, cells: told }));
  assert.equal(imported, 1);
  await age(2);
  assert.deepEqual(await sweepMailings(app), { mailings: 0, documents: 0 });
  assert.deepEqual(await files(), kept);
  await age(2);
  assert.deepEqual(await sweepMailings(app), { mailings: 1, documents: 1 });
  assert.deepEqual(await files(), []);
  const swept = await getMailing(app, actor, number);
  assert.ok(swept.sweptAt);
  assert.deepEqual([swept.status, swept.jobs, swept.pieces], [before.status, 1, 2]);
  assert.equal((await listMailJobs(app, actor, number))[0]?.status, 'in_production');
  assert.equal((await belt.sql('select 1 from mail_piece where mailing_id = $1', [swept.id])).length, 2);
  assert.equal((await belt.sql('select 1 from mail_event where mailing_id = $1', [swept.id])).length, 1);
  assert.deepEqual(await sweepMailings(app), { mailings: 0, documents: 0 });
  await assertInvariants(belt.database);
});

longTest('a mailing that nobody submits is thrown away with all it holds; one that is in line stays', async () => {
  const actor = await addMailAccount(belt, await belt.addTenant());
  const draft = await handInMailing(app, actor, [jobLine(), pieceLine('Ann')]);
  const { number: empty } = await createMailing(app, actor);
  const single = await createMailJob(app, actor, await partsOf(actor));
  const inLine = await handInMailing(app, actor, [jobLine(), pieceLine('Ann')]);
  await submitMailing(app, actor, inLine);
  const needed = await getMailing(app, actor, inLine);
  await age(1);
  await sweepMailings(app);
  for (const number of [draft, empty, single.mailingNumber])
    assert.equal((await getMailing(app, actor, number)).status, 'editing');
  await age(2);
  await sweepMailings(app);
  for (const number of [draft, empty, single.mailingNumber])
    assert.equal((await getMailing(app, actor, number)).status, 'cancelled');
  assert.equal((await getMailJob(app, actor, single.number)).status, 'cancelled');
  await assert.rejects(submitMailing(app, actor, draft), { code: 'illegal_transition' });
  assert.equal((await getMailing(app, actor, inLine)).status, 'submitted');
  const left = await files();
  for (const file of [`mail-documents/${needed.documentId}.pdf`, needed.orderKey as string])
    assert.ok(left.includes(file), file);
  await assertInvariants(belt.database);
});

longTest('stored parts go when no job was made with them for their days, and cannot be used afterwards', async () => {
  const actor = await addMailAccount(belt, await belt.addTenant());
  const before = await files();
  const parts = await partsOf(actor);
  await age(2);
  const { number } = await createMailJob(app, actor, parts);
  await age(1);
  await sweepMailings(app);
  // The job, which is a draft of today, still needs its document.
  assert.equal((await getMailJob(app, actor, number)).status, 'editing');
  assert.equal((await files()).filter((file) => !before.includes(file)).length, 3);
  await age(2);
  await sweepMailings(app);
  await sweepMailings(app);
  assert.deepEqual(
    (await files()).filter((file) => !before.includes(file)),
    [],
  );
  await assert.rejects(createMailJob(app, actor, parts), { code: 'not_found' });
});

test('bytes whose row a crash left behind go, and a sweep that broke off is done again', async () => {
  const tenant = await belt.addTenant();
  const before = await files();
  await belt.sql(
    `insert into mail_document (id, organization_id, test, name, size, created_at) values ('00000000-0000-4000-8000-00000000000a', $1, false, 'x', 1,
       now() - interval '2 days')`,
    [tenant.organizationId],
  );
  await app.blobs.put('mail-documents/00000000-0000-4000-8000-00000000000a.pdf', Buffer.from('x'));
  const failing = {
    ...app,
    blobs: { ...app.blobs, delete: () => Promise.reject(new Error('the store is away')) },
  };
  await assert.rejects(sweepMailings(failing), /away/);
  await sweepMailings(app);
  assert.deepEqual(
    (await files()).filter((file) => !before.includes(file)),
    [],
  );
});

test('a draft that is filled at the moment it would be thrown away stays', async () => {
  const actor = await addMailAccount(belt, await belt.addTenant());
  const { number } = await createMailing(app, actor);
  await age(3);
  const organization: typeof app.db.organization = async (id, work, options) => {
    await belt.sql('update mailing set updated_at = clock_timestamp() where number = $1', [number]);
    return app.db.organization(id, work, options);
  };
  await sweepMailings({ ...app, db: { ...app.db, organization } });
  assert.equal((await getMailing(app, actor, number)).status, 'editing');
});
