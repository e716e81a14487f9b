/** A spreadsheet with good and bad rows: the good ones are issued, the bad ones come back with row, column, value and reason. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { exportFailedRows, listFailedRows } from '../../src/usecases/batches/failed-rows.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { goodRow, header, overflowingName } from '../support/sample-template.ts';

const belt = await openTestApp();
after(() => belt[Symbol.asyncDispose]());
await belt.startBelt();

/** Rows 2 to 9 of a spreadsheet; 3, 5, 6, 7 and 8 are bad. */
const sheet = [
  header,
  goodRow(1),
  ['Bad Mail', 'no-address', 'Botany', '2026-03-01'],
  goodRow(3),
  ['', 'noname@example.com', 'Botany', '2026-03-01'],
  [overflowingName, 'wide@example.com', 'Botany', '2026-03-01'],
  ['Two Faults', 'two@', 'x'.repeat(61), '2026-03-01'],
  ['Bad Day', 'day@example.com', 'Botany', '31-02-2026'],
  goodRow(8),
];

async function collect(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

test('a batch of good and bad rows ends partially completed and lists each bad row by row number, column, value and code', async () => {
  const tenant = await belt.addTenant();
  const id = await belt.createBatch(tenant, csv(sheet));
  const batch = await belt.waitForBatch(tenant, id);
  assert.deepEqual([batch.status, batch.issued, batch.failed, batch.total], ['partially_completed', 3, 5, 8]);
  const rows = await listFailedRows(belt.app, tenant.actor, id, -1, 100);
  const listed = rows.map(({ row, issues }) => [
    row,
    ...issues.map(({ path, code, params }) => [path, code, params?.value]),
  ]);
  assert.deepEqual(listed, [
    [3, ['email', 'not_an_email', 'no-address']],
    [5, ['name', 'required', undefined]],
    [6, ['name', 'text_overflow', overflowingName.slice(0, 200)]],
    [7, ['email', 'not_an_email', 'two@'], ['Course', 'too_long', 'x'.repeat(61)]],
    [8, ['Held on', 'not_a_date', '31-02-2026']],
  ]);
  assert.ok(rows.every((row) => !row.retryable && row.issues.every(({ sentence }) => !sentence.includes('?'))));
  assert.deepEqual(await belt.balance(tenant), { available: 100_000 - 3, reserved: 0, spent: 3 });
  await assertInvariants(belt.database);
});

test('T-FIXROWS: the file of failed rows has the same columns and _error, and once corrected it issues only those rows', async () => {
  const tenant = await belt.addTenant();
  const first = await belt.createBatch(tenant, csv(sheet));
  await belt.waitForBatch(tenant, first);
  const text = await collect(await exportFailedRows(belt.app, tenant.actor, first));
  const lines = text.replace('\ufeff', '').trimEnd().split('\r\n');
  assert.equal(lines[0], [...header, '_error'].join(','));
  assert.equal(lines.length, 6);
  assert.match(lines[1] as string, /^Bad Mail,no-address,Botany,2026-03-01,email is not an e-mail address/);

  const corrected = text
    .replace('no-address', 'mail@example.com')
    .replace('\r\n,noname', '\r\nNow Named,noname')
    .replace(overflowingName, 'Wolfe S.')
    .replace('two@', 'two@example.com')
    .replace('x'.repeat(61), 'Zoology')
    .replace('31-02-2026', '2026-02-28');
  const second = await belt.createBatch(tenant, corrected);
  const batch = await belt.waitForBatch(tenant, second);
  assert.deepEqual([batch.status, batch.issued, batch.total], ['completed', 5, 5]);
  const names = await belt.sql<{ name: string }>('select name from item where batch_id = $1 order by seq', [second]);
  assert.deepEqual(
    names.map(({ name }) => name),
    ['Bad Mail', 'Now Named', 'Wolfe S.', 'Two Faults', 'Bad Day'],
  );
  assert.deepEqual(await belt.balance(tenant), { available: 100_000 - 8, reserved: 0, spent: 8 });
  await assertInvariants(belt.database);
});

test('a batch in which no row is good has failed, costs nothing and sends nothing', async () => {
  const tenant = await belt.addTenant();
  const id = await belt.createBatch(tenant, csv([header, ['', 'a@example.com', 'Botany', ''], ['', '', '', '']]));
  const batch = await belt.waitForBatch(tenant, id);
  assert.deepEqual([batch.status, batch.issued, batch.failed, batch.mails], ['failed', 0, batch.total, 0]);
  assert.deepEqual(await belt.balance(tenant), { available: 100_000, reserved: 0, spent: 0 });
  await assertInvariants(belt.database);
});
