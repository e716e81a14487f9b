/** Credits over our own API: the balance, every movement behind it, and grants that count once. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ChanceryError } from '../../src/errors.ts';
import { grantCredits } from '../../src/usecases/credits/grant-credits.ts';
import { assertInvariants } from '../support/invariants.ts';
import type { Tenant } from '../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../support/open-test-server.ts';
import { goodRow, header } from '../support/sample-template.ts';

let doors: TestDoors;
let tenant: Tenant;
let token: string;
let batchId: string;

before(async () => {
  doors = await openTestServer();
  tenant = await doors.test.addTenant({ credits: 10 });
  token = await doors.key(tenant);
  const stop = await doors.test.startBelt();
  const file = `${header}\n${goodRow(1)}\n${goodRow(2)}\nBad,no address,x,2026-01-01\n`;
  batchId = await doors.test.createBatch(tenant, file, { channels: [] });
  await doors.test.waitForBatch(tenant, batchId);
  await stop();
});
after(() => doors?.[Symbol.asyncDispose]());

interface Credits {
  available: number;
  reserved: number;
  spent: number;
  total: number;
  ledger: { id: number; kind: string; from: string; to: string; amount: number; batchId: string | null; at: string }[];
}

async function credits(query = ''): Promise<Credits> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${doors.url}/chancery/v1/credits${query}`, { headers });
  assert.equal(response.status, 200);
  return (await response.json()) as Credits;
}

test('the ledger tells, newest first, how the balance came to be', async () => {
  const { available, reserved, spent, ledger, total } = await credits();
  assert.deepEqual([available, reserved, spent, total], [8, 0, 2, 4]);
  assert.deepEqual(
    ledger.map(({ kind, from, to, amount, batchId: batch }) => [kind, from, to, amount, batch]),
    [
      ['capture', 'reserved', 'spent', 2, batchId],
      ['release_accept', 'reserved', 'available', 1, batchId],
      ['reserve', 'available', 'reserved', 3, batchId],
      ['grant', 'granted', 'available', 10, null],
    ],
  );
  for (const { at } of ledger) assert.ok(!Number.isNaN(Date.parse(at)));
});

test('the ledger is paged and filtered by batch and kind; what fits nothing is empty', async () => {
  const second = await credits('?limit=1&offset=1');
  assert.deepEqual([second.ledger.map(({ kind }) => kind), second.total], [['release_accept'], 4]);
  assert.equal((await credits(`?batch_id=${batchId}`)).total, 3);
  assert.deepEqual(
    (await credits(`?batch_id=${batchId}&kind=capture`)).ledger.map(({ amount }) => amount),
    [2],
  );
  for (const query of ['kind=theft', 'kind=%00', 'batch_id=x', 'batch_id=9e7860e3-7c0a-401f-98f6-b98e316934f4'])
    assert.deepEqual([(await credits(`?${query}`)).ledger, (await credits(`?${query}`)).available], [[], 8], query);
  for (const query of ['kind=', 'kind=a&kind=b', 'limit=-1', 'offset=x'])
    assert.ok((await credits(`?${query}`)).ledger);
});

test('a grant under one reference counts once, however often and at once it is made', async () => {
  const other = await doors.test.addTenant({ credits: 1 });
  const { app } = doors.test;
  const grant = { organizationId: other.organizationId, amount: 500, reference: 'invoice 17', note: 'paid' };
  const ends = await Promise.all(Array.from({ length: 10 }, () => grantCredits(app, grant)));
  assert.equal(ends.filter(({ granted }) => granted).length, 1);
  for (const { available } of ends) assert.equal(available, 501);
  await assert.rejects(
    grantCredits(app, { ...grant, amount: 501 }),
    (error: ChanceryError) => error.code === 'conflict' && /500 credits/.test(error.message),
  );
  await grantCredits(app, { ...grant, reference: undefined });
  await grantCredits(app, { ...grant, reference: undefined });
  assert.equal((await doors.test.balance(other)).available, 1_501);
  for (const amount of [0, -1, 1.5, Number.NaN, 1e10])
    await assert.rejects(grantCredits(app, { ...grant, amount }), ChanceryError);
  await assert.rejects(grantCredits(app, { ...grant, note: 'a\u0000b' }), ChanceryError);
  await assertInvariants(doors.test.database);
});

test('VEC’s refusal for want of credits is the usual 422, to the letter, and nothing is stored', async () => {
  const poor = await doors.test.addTenant({ credits: 2 });
  const form = new FormData();
  form.set('name', 'Too many');
  form.set('template_id', poor.templateId);
  const text = `RecipientsName,RecipientsEmail,Course\nA,a@b.example,C\nB,b@b.example,C\nC,c@b.example,C\n`;
  form.set('csv_file', new Blob([text]), 'r.csv');
  const headers = { authorization: `Bearer ${await doors.key(poor)}` };
  const response = await fetch(`${doors.url}/business/batches`, { method: 'POST', headers, body: form });
  const sentence = 'Insufficient certificate credits: 3 needed, 2 available.';
  assert.deepEqual(
    [response.status, await response.text()],
    [422, JSON.stringify({ message: sentence, errors: { balance: [sentence] } })],
  );
  const stored = await doors.test.sql('select 1 from batch where organization_id = $1', [poor.organizationId]);
  assert.deepEqual([stored.length, await doors.test.balance(poor)], [0, { available: 2, reserved: 0, spent: 0 }]);
});
