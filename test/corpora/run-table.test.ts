/** The runner of the tables itself: each way in which an entry can go wrong is seen. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { ChanceryError, invalidInput } from '../../src/errors.ts';
import { type Entry, runTable, type Table } from './run-table.ts';

const kept: unknown[] = [];
const table = (
  feed: (input: string) => unknown,
  entry: Partial<Entry<string, unknown>>,
  more: Partial<Table<string, unknown>> = {},
): Table<string, unknown> => ({
  name: 'a table',
  from: 'written for this test',
  feed,
  entries: [{ name: 'entry', input: 'x', ...entry } as Entry<string, unknown>],
  ...more,
});
const refuse = () => {
  throw invalidInput('no', [{ path: 'file', code: 'empty_file' }]);
};
const spin = (milliseconds: number) => {
  for (const end = process.cpuUsage().user + milliseconds * 1e3; process.cpuUsage().user < end; );
};

test('a table passes where every entry ends as it says', async () => {
  await runTable(table((input) => input, { gives: 'x' }));
  await runTable(table(refuse, { refused: 'empty_file' }));
  await runTable(table(refuse, { refused: ['empty_file'] }));
  await runTable(table(refuse, { judge: (outcome) => assert.ok('refused' in outcome) }));
  const codesOf = (error: Error) => (error instanceof RangeError ? ['range'] : undefined);
  const throwing = table(() => [].at(Number.NaN) ?? ''.repeat(-1), { refused: 'range' }, { codesOf });
  await runTable(throwing);
});

const wrong: [string, Table<string, unknown>, RegExp][] = [
  ['another output', table(() => 'y', { gives: 'x' }), /entry: .*'y'/s],
  ['taken instead of refused', table(() => 'y', { refused: 'empty_file' }), /entry: is taken: "y"/],
  ['refused instead of taken', table(refuse, { gives: 'x' }), /entry: is refused: empty_file/],
  ['refused for another reason', table(refuse, { refused: 'no_rows' }), /no_rows/],
  ['a fault of the program', table(() => Promise.reject(new TypeError('oh')), { refused: 'x' }), /fails .*oh/],
  [
    'a refusal that is a fault',
    table(() => Promise.reject(new ChanceryError('internal', 'oh')), { refused: 'internal' }),
    /fails/,
  ],
  ['too slow', table(() => spin(50), { gives: undefined }, { maxSeconds: 0.02 }), /takes 0\.\d+ s/],
  [
    'memory that is kept',
    table(() => void kept.push(Buffer.alloc(8 << 20)), { gives: undefined }, { maxGrowthMiB: 4 }),
    /holds 8 MiB more/,
  ],
  ['no entries', table(() => 1, {}, { entries: [] }), /without entries/],
];

for (const [name, one, says] of wrong) {
  test(`a table fails on: ${name}`, () => assert.rejects(runTable(one), says));
}

test('an entry that blocks the event loop for ever is named, and the process ends', () => {
  const script = `
    import { watch } from ${JSON.stringify(new URL('./watchdog.ts', import.meta.url).href)};
    const watched = await watch(['first', 'second'], 1);
    watched.begin(1);
    for (;;);`;
  const child = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { timeout: 60_000 });
  assert.equal(child.signal, 'SIGKILL');
  assert.match(child.stderr.toString(), /never ends: second/);
});
