/** Worker threads that crash, hang, run out of memory or answer nonsense (F22), and items that do so to every thread (F23): those fail alone with the reason, all others are issued. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { openThreads } from '../../src/pipeline/threads.ts';
import { listFailedRows } from '../../src/usecases/batches/failed-rows.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { readOutcome } from '../support/outcome.ts';
import { goodRows, header } from '../support/sample-template.ts';

const belt = await openTestApp({ environment: { CHUNK_DEATHS: '1' } });
const threads = openThreads(1, {
  program: new URL('../support/deadly-thread.ts', import.meta.url),
  silenceMs: 3_000,
  heapMb: 128,
});
after(async () => {
  await threads.close();
  await belt[Symbol.asyncDispose]();
});
const tenant = await belt.addTenant({ credits: 1_000 });
await belt.startBelt({ parts: { threads }, slots: { belt: 1 } });

/** Rows that do so at which stage, by where the thread looks. */
const deadly = (course: string, nth: number, stage: 'accept' | 'produce' = 'produce'): string[] => [
  stage === 'accept' ? 'at once' : `Deadly ${nth}`,
  `deadly${nth}@example.com`,
  course,
  '2026-03-01',
];

async function outcomeOf(rows: string[][]) {
  const before = await belt.balance(tenant);
  const id = await belt.createBatch(tenant, csv([header, ...rows]), { channels: [] });
  const batch = await belt.waitForBatch(tenant, id);
  const failed = await listFailedRows(belt.app, tenant.actor, id, -1, 100);
  const after = await belt.balance(tenant);
  assert.deepEqual([after.reserved, after.spent - before.spent], [0, batch.issued]);
  await assertInvariants(belt.database);
  // Reads every document and compares its hash with the one that was stored.
  const { items } = await readOutcome(belt);
  assert.equal(items.filter((line) => line.startsWith(id) && line.split(' ')[2] === 'issued').length, batch.issued);
  return {
    issued: batch.issued,
    failed: failed.map(({ row, issues, retryable }) => `${row} ${issues[0]?.code} ${retryable}`),
  };
}

test('F22, F23: items at which every thread crashes, hangs, eats up its memory or answers nonsense fail alone, and the rest of their chunk is issued', async () => {
  const kinds = [
    'it exits here',
    'it throws here',
    'it hangs here',
    'it eats here',
    'an item is missing',
    'an item comes twice',
    'the pack is short',
  ];
  const rows = kinds.flatMap((course, nth) => [...goodRows(2, 10 * nth + 1), deadly(course, nth)]);
  const failed = kinds.map((_, nth) => `${3 * nth + 4} set_aside true`);
  assert.deepEqual(await outcomeOf(rows), { issued: 2 * kinds.length, failed });
});

test('F23: a row that kills every thread that checks it fails alone, before anything of it is stored', async () => {
  const rows = [...goodRows(2), deadly('it exits here', 1, 'accept'), ...goodRows(2, 10)];
  // There is no item to be made again: the row comes in the file of failed rows.
  assert.deepEqual(await outcomeOf(rows), { issued: 4, failed: ['4 set_aside false'] });
});

test('F23: a chunk of nothing but deadly items ends, and costs nothing', async () => {
  const rows = Array.from({ length: 3 }, (_, nth) => deadly('it exits here', nth));
  const { issued, failed } = await outcomeOf(rows);
  assert.deepEqual([issued, failed.length], [0, 3]);
});
