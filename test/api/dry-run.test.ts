/** `dry_run=true` at both doors: the whole report of what would happen, and not a trace of it afterwards. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Tenant } from '../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../support/open-test-server.ts';
import { goodRow, header } from '../support/sample-template.ts';

let doors: TestDoors;
let tenant: Tenant;
let token: string;

before(async () => {
  doors = await openTestServer();
  tenant = await doors.test.addTenant({ credits: 1_000 });
  token = await doors.key(tenant);
});
after(() => doors?.[Symbol.asyncDispose]());

async function post(door: 'vec' | 'own', file: string, fields: Record<string, string> = {}, query = '') {
  const form = new FormData();
  for (const [name, value] of Object.entries({ name: 'N', template_id: tenant.templateId, ...fields }))
    form.set(name, value);
  form.set(door === 'vec' ? 'csv_file' : 'file', new Blob([file]), 'r.csv');
  const path = door === 'vec' ? '/business/batches' : '/chancery/v1/batches';
  const response = await fetch(`${doors.url}${path}${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: form,
  });
  return { status: response.status, body: (await response.json()) as Record<string, never> };
}

/** Everything that a hand-in could leave behind. */
async function traces() {
  const [rows] = await doors.test.sql(
    `select (select count(*)::int from batch) as batches, (select count(*)::int from chunk) as chunks,
       (select count(*)::int from event where subject = 'batch') as events, (select count(*)::int from ledger_entry) as entries,
       (select next_reference::int from instance) as reference, (select coalesce(sum(next_position), 0)::int from status_list) as places,
       (select count(*)::int from pgboss.job) as jobs, (select count(*)::int from idempotency_key) as keys`,
  );
  return { ...rows, files: await doors.test.blobFiles(''), balance: await doors.test.balance(tenant) };
}

const own = `${header},Extra`;
const mixed = `${own}
${goodRow(1)},x
Bob,not an address,Engines,2026-01-05,x
${goodRow(2)},x
${goodRow(1)},x
`;

test('our own API reports every fault, duplicates, unused columns, credits and signatories, and stores nothing', async () => {
  const before = await traces();
  const { status, body } = await post('own', mixed, {}, '?dry_run=true');
  assert.equal(status, 200, JSON.stringify(body));
  const { faults, ...rest } = body as unknown as { faults: Record<string, unknown>[] };
  assert.deepEqual(rest, {
    dryRun: true,
    wouldBeAccepted: true,
    refusals: [],
    total: 4,
    valid: 3,
    failed: 1,
    duplicates: 1,
    repeated: [{ row: 5, repeats: 'row 2' }],
    unusedColumns: ['Extra'],
    credits: { needed: 4, available: 1_000 },
    signatories: [],
  });
  assert.deepEqual(faults, [
    { row: 3, column: 'email', code: 'not_an_email', value: 'not an address', sentence: 'is not an e-mail address' },
  ]);
  assert.deepEqual(await traces(), before);
});

test('VEC’s door says the same in its style, as a query or as a field of the form', async () => {
  const before = await traces();
  const text = mixed.replace('name,email', 'RecipientsName,RecipientsEmail');
  for (const [fields, query] of [
    [{}, '?dry_run=true'],
    [{ dry_run: '1' }, ''],
  ] as const) {
    const { status, body } = await post('vec', text, fields, query);
    assert.equal(status, 200, JSON.stringify(body));
    const { data } = body as unknown as { data: Record<string, unknown> };
    assert.deepEqual(
      [
        data.dry_run,
        data.would_be_accepted,
        data.total_certificates,
        data.valid_certificates,
        data.failed_certificates,
      ],
      [true, true, 4, 3, 1],
    );
    assert.deepEqual(data.failed_rows, [
      {
        row: 3,
        column: 'RecipientsEmail',
        value: 'not an address',
        code: 'not_an_email',
        message: 'RecipientsEmail is not an e-mail address',
      },
    ]);
    assert.deepEqual(data.ignored_columns, ['Extra']);
  }
  assert.deepEqual(await traces(), before);
});

test('it says whether the batch would be refused: for credits, for duplicates', async () => {
  const poor = await doors.test.addTenant({ credits: 3 });
  const [rich, key] = [tenant, token];
  [tenant, token] = [poor, await doors.key(poor)];
  const refused = (await post('own', mixed, { duplicates: 'deny' }, '?dry_run=true')).body as Record<string, unknown>;
  assert.deepEqual([refused.wouldBeAccepted, refused.refusals], [false, ['credits', 'duplicates']]);
  const skipped = (await post('own', mixed, { duplicates: 'skip' }, '?dry_run=true')).body as Record<string, unknown>;
  assert.deepEqual(
    [skipped.wouldBeAccepted, skipped.valid, skipped.failed, skipped.credits],
    [true, 2, 2, { needed: 3, available: 3 }],
  );
  [tenant, token] = [rich, key];
});

test('faults of the form and of the file are refused as without it; a word that is not understood too', async () => {
  const before = await traces();
  for (const [file, fields, query] of [
    [`${own}\n`, {}, '?dry_run=true'],
    ['Surname\nx\n', {}, '?dry_run=true'],
    [`${own}\n${goodRow(1)},"x\n`, {}, '?dry_run=true'],
    [mixed, { template_id: '9e7860e3-7c0a-401f-98f6-b98e316934f4' }, '?dry_run=true'],
    [mixed, {}, '?dry_run=yes'],
    [mixed, {}, '?dry_run=true&dry_run=false'],
    [mixed, { dry_run: 'false' }, '?dry_run=true'],
    [mixed, { duplicates: 'maybe' }, ''],
    [mixed, {}, '?duplicates=skip&duplicates=deny'],
    [mixed, { dry_run: '\u0000' }, ''],
  ] as const)
    for (const door of ['own', 'vec'] as const) {
      const text = door === 'vec' ? file.replace('name,email', 'RecipientsName,RecipientsEmail') : file;
      const { status, body } = await post(door, text, fields, query);
      assert.equal(status, 422, `${door} ${query} ${JSON.stringify(fields)}: ${JSON.stringify(body)}`);
    }
  assert.deepEqual(await traces(), before);
});

test('of many faults a thousand rows are listed and all are counted', async () => {
  const rows = Array.from({ length: 2_500 }, (_, at) => `Name ${at},no address ${at},Engines,2026-01-05`);
  const { body } = await post('own', `${header}\n${rows.join('\n')}\n${goodRow(1)}\n`, {}, '?dry_run=true');
  const report = body as unknown as { total: number; failed: number; valid: number; faults: { row: number }[] };
  assert.deepEqual([report.total, report.failed, report.valid, report.faults.length], [2_501, 2_500, 1, 1_000]);
  assert.equal(report.faults.at(-1)?.row, 1_001);
});

test('with an Idempotency-Key it takes no key: the real request may follow under it', async () => {
  const send = async (query: string) => {
    const form = new FormData();
    form.set('name', 'N');
    form.set('template_id', tenant.templateId);
    form.set('file', new Blob([`${header}\n${goodRow(7)}\n`]), 'r.csv');
    const headers = { authorization: `Bearer ${token}`, 'idempotency-key': 'rehearsed' };
    return fetch(`${doors.url}/chancery/v1/batches${query}`, { method: 'POST', headers, body: form });
  };
  assert.equal((await send('?dry_run=true')).status, 200);
  assert.equal((await send('')).status, 201);
});
