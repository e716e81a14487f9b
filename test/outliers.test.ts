/** What is unusual in a batch is found among all of its rows, and shown with the reason; a sample is spread over the whole of it. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { findSample } from '../src/usecases/approvals/find-outliers.ts';
import { csv } from './support/csv-text.ts';
import { openTestApp, type Tenant } from './support/open-test-app.ts';
import { sampleTemplate } from './support/sample-template.ts';
import { untilStatus } from './support/signatories.ts';

const belt = await openTestApp();
after(() => belt[Symbol.asyncDispose]());
await belt.startBelt();

const template = {
  ...sampleTemplate(),
  elements: sampleTemplate().elements.filter(({ type }) => type !== 'text'),
  fields: [
    { type: 'text', name: 'Course', label: 'Title of the course' },
    { type: 'number', name: 'Points' },
    { type: 'date', name: 'Held on' },
    { type: 'choice', name: 'Grade', choices: ['pass', 'fail'] },
  ],
};
const tenant = await belt.addTenant({ template });
const columns = ['name', 'email', 'issue_date', 'expiry_date', 'Course', 'Points', 'Held on', 'Grade'];
const today = new Date().toISOString().slice(0, 10);
const plain = (n: number) => [`Person ${n % 10}`, `p${n}@example.com`, today, '', 'Botany', '50', '2026-03-01', 'pass'];
const plainRows = (count: number) => Array.from({ length: count }, (_, at) => plain(at));

/** Stored and checked, and nothing of it made. */
async function batchOf(rows: string[][], of: Tenant = tenant): Promise<string> {
  const id = await belt.createBatch(of, csv([columns, ...rows]), { channels: [] });
  await untilStatus(belt, of, id, rows.some(([name]) => name === '') ? 'partially_completed' : 'completed');
  await belt.sql(`update item set status = 'accepted' where batch_id = $1 and status = 'issued'`, [id]);
  return id;
}

const look = (id: string, content = 'once') => findSample(belt.app, tenant.actor, id, content);

/** `name: kind kind` of each, in the order they are shown. */
async function outliersOf(id: string) {
  const { outliers } = await look(id);
  return (outliers ?? []).map(({ name, reasons }) => `${name}: ${reasons.map(({ kind }) => kind).join(' ')}`);
}

test('in a batch where all are alike only the longest name is shown', async () => {
  assert.deepEqual(await outliersOf(await batchOf(plainRows(30))), ['Person 0: longest_name']);
});

test('each kind is found with its reason, the most telling first', async () => {
  const unusual = (name: string, at: number, value: string) =>
    plain(0).map((cell, column) => (column === 0 ? name : column === at ? value : cell));
  const id = await batchOf([
    ...plainRows(20),
    unusual('Future', 2, '2099-01-01'),
    unusual('Old', 2, '2019-01-01'),
    ['Expired', 'e@example.com', '2019-01-01', '2020-01-01', 'Botany', '50', '2026-03-01', 'pass'],
    unusual('No grade', 7, ''),
    unusual('Also no grade', 7, ''),
    unusual('Many points', 5, '1000.5'),
    unusual('Few points', 5, '-3'),
    unusual('Early', 6, '1987-05-05'),
    unusual('Wordy', 4, 'A title that is longer than all the others'),
    unusual('Наталия', 4, 'Botany'),
    unusual('The person with the longest name', 4, 'Botany'),
    ...plainRows(20),
  ]);
  assert.deepEqual(await outliersOf(id), [
    'The person with the longest name: longest_name',
    'Наталия: foreign_name',
    'No grade: missing_value',
    'Expired: expired',
    'Future: future_issue',
    'Old: old_issue',
    'Wordy: longest_value',
    'Few points: least_number',
    'Many points: most_number',
    'Early: least_date',
    'Person 0: most_date',
  ]);
  const reasons = ((await look(id)).outliers ?? []).flatMap((one) => one.reasons);
  const of = (kind: string) => reasons.find((one) => one.kind === kind);
  assert.deepEqual(of('missing_value'), { kind: 'missing_value', field: 'Grade', count: 2 });
  assert.deepEqual(of('longest_value'), { kind: 'longest_value', field: 'Title of the course', length: 42 });
  assert.deepEqual(of('least_number'), { kind: 'least_number', field: 'Points', value: -3 });
  assert.deepEqual(of('most_number'), { kind: 'most_number', field: 'Points', value: 1000.5 });
  assert.deepEqual(of('least_date'), { kind: 'least_date', field: 'Held on', date: '1987-05-05' });
  assert.deepEqual(of('most_date'), { kind: 'most_date', field: 'Held on', date: '2026-03-01' });
  assert.deepEqual(of('old_issue'), { kind: 'old_issue', count: 2 });
});

test('which letters are foreign depends on what most names are written in', async () => {
  const named = (name: string) => [name, ...plain(0).slice(1)];
  const id = await batchOf([...Array(9).fill(named('ليلى حسن')), named('Ada'), named('Zoë')]);
  const { outliers } = await look(id);
  assert.deepEqual(outliers?.find(({ name }) => name === 'Ada')?.reasons, [
    { kind: 'foreign_name', script: 'Arab', count: 2 },
  ]);
});

test('one certificate may be unusual for several reasons, and faulty or rejected ones are not looked at', async () => {
  const rows = [...plainRows(10), ['A very long name in a row', 'x@example.com', '2099-01-01', '', '', '', '', '']];
  const id = await batchOf([
    ...rows,
    ['', 'no name that is far longer@example.com', today, '', 'x'.repeat(300), '', '', ''],
  ]);
  const [all] = (await look(id)).outliers ?? [];
  assert.deepEqual(
    all?.reasons.map(({ kind }) => kind),
    ['longest_name', 'missing_value', 'missing_value', 'missing_value', 'missing_value', 'future_issue'],
  );
  await belt.sql(`update item set status = 'failed' where batch_id = $1 and seq = 10`, [id]);
  const { outliers } = await look(id, 'after a rejection');
  assert.deepEqual(
    outliers?.map(({ name }) => name),
    ['Person 0'],
  );
  assert.deepEqual((await look(id)).outliers?.length, 1, 'what was found for a content is kept');
});

test('the sample is spread from the first to the last certificate', async () => {
  const named = (rows: string[][]) => rows.map((row, at) => [`Number ${at}`, ...row.slice(1)]);
  const sampleOf = async (rows: string[][]) => (await look(await batchOf(rows))).sample.map(({ seq }) => seq);
  assert.deepEqual(await sampleOf(named(plainRows(1))), [0]);
  assert.deepEqual(await sampleOf(named(plainRows(4))), [0, 1, 2, 3]);
  assert.deepEqual(await sampleOf(named(plainRows(101))), [0, 20, 40, 60, 80, 100]);
});

test('the page does not wait for a batch that takes long to look through, and finds what was found the next time', async () => {
  const id = await batchOf(plainRows(600));
  assert.equal((await findSample(belt.app, tenant.actor, id, 'large', 0)).outliers, undefined);
  assert.equal((await findSample(belt.app, tenant.actor, id, 'large')).outliers?.length, 1);
});

test('of evidence only its absence is told', async () => {
  const withEvidence = await belt.addTenant({
    template: { ...template, mail: undefined, fields: [{ type: 'evidence', name: 'Works' }] },
  });
  const works = (count: number) =>
    JSON.stringify(Array.from({ length: count }, (_, at) => ({ name: 'Work', url: `https://works.example/${at}` })));
  const rows = Array.from({ length: 20 }, (_, at) => [`Person ${at % 10}`, `p${at}@example.com`, works(1)]);
  const unusual = [
    ['Many works', 'm@example.com', works(20)],
    ['No works', 'n@example.com', ''],
  ];
  const file = csv([['name', 'email', 'Works'], ...rows, ...unusual]);
  const id = await belt.createBatch(withEvidence, file, { channels: [] });
  await untilStatus(belt, withEvidence, id, 'completed');
  await belt.sql(`update item set status = 'accepted' where batch_id = $1 and status = 'issued'`, [id]);
  const { outliers } = await findSample(belt.app, withEvidence.actor, id, 'evidence');
  assert.deepEqual(
    outliers?.map(({ name, reasons }) => `${name}: ${reasons.map(({ kind }) => kind).join(' ')}`),
    ['Many works: longest_name', 'No works: missing_value'],
  );
});
