/** Feeds a table of hostile values to a parser or a door, entry by entry, and says of each whether it ended as the table says, in time and with flat memory. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ChanceryError } from '../../src/errors.ts';
import { watch } from './watchdog.ts';

/** How a value ended: taken, with what came of it, or refused, with the codes of the refusal. */
export type Outcome<Output> = { output: Output } | { refused: string[]; error: Error };

/** What must come of an entry: exactly this output, exactly these codes, or whatever a judgement of its own does not throw at. */
export type Expected<Output> =
  | { gives: Output }
  | { refused: string | string[] }
  | { judge: (outcome: Outcome<Output>) => void | Promise<void> };

/** `make` instead of `input` for what is large, so that it lives only while it is fed. */
export type Entry<Input, Output> = { name: string } & ({ input: Input } | { make: () => Input }) & Expected<Output>;

export interface Table<Input, Output> {
  /** What is fed to what, as a sentence about the product. */
  name: string;
  /** Where the entries come from: a package and its version, or who wrote them from what. */
  from: string;
  /** The parser or door. A door's answer is an output, whatever its number. */
  feed(input: Input): Output | Promise<Output>;
  /** The codes of an error that is no ChanceryError and yet a refusal; undefined for a fault of the program. */
  codesOf?(error: Error): string[] | undefined;
  entries: Entry<Input, Output>[];
  /** Processor time of one entry, whose goal is one second. */
  maxSeconds?: number;
  /** What JavaScript may hold more after the table than before it; the whole process twice as much. */
  maxGrowthMiB?: number;
}

const mebibyte = 2 ** 20;

/** One test for the whole table, which names every entry that went wrong. */
export function testTable<Input, Output>(table: Table<Input, Output>): void {
  test(`${table.name} (${table.entries.length} entries)`, () => runTable(table));
}

export async function runTable<Input, Output>(table: Table<Input, Output>): Promise<void> {
  const { entries, maxGrowthMiB = 64 } = table;
  assert.ok(entries.length > 0, 'a table without entries');
  assert.equal(new Set(entries.map(({ name }) => name)).size, entries.length, 'two entries have the same name');
  const watched = await watch(entries.map(({ name }) => `${table.name}: ${name}`));
  // Compiles and fills caches, so that only what entries leave behind is counted.
  await runEntry(table, entries[0] as Entry<Input, Output>);
  const before = heldMemory(1);
  const faults: string[] = [];
  try {
    for (const [at, entry] of entries.entries()) {
      watched.begin(at);
      const fault = await runEntry(table, entry);
      if (fault !== undefined) faults.push(`${entry.name}: ${fault}`);
    }
    // A rejection that nobody handles shows itself now, as a failure of this test.
    await nextTurn();
  } finally {
    watched.end();
  }
  const grown = (after: Memory) => [after.javascript - before.javascript, after.process - before.process] as const;
  const isFlat = ([growth, whole]: readonly [number, number]) => growth <= maxGrowthMiB && whole <= 2 * maxGrowthMiB;
  // Collecting takes longer than most tables.
  const [growth, whole] = [grown(usedMemory())].find(isFlat) ?? grown(heldMemory(2));
  if (!isFlat([growth, whole]))
    faults.push(
      `JavaScript holds ${growth.toFixed(0)} MiB more than before the table, the process ${whole.toFixed(0)}`,
    );
  assert.equal(faults.length, 0, `${faults.length} of ${entries.length}:\n${faults.join('\n')}`);
}

/** What is wrong with how the entry ended, or undefined. */
async function runEntry<Input, Output>(
  table: Table<Input, Output>,
  entry: Entry<Input, Output>,
): Promise<string | undefined> {
  const { maxSeconds = 5 } = table;
  const input = 'make' in entry ? entry.make() : entry.input;
  const start = process.cpuUsage();
  const outcome = await feed(table, input).catch((error: Error) => error);
  const { user, system } = process.cpuUsage(start);
  if (outcome instanceof Error) return `fails instead of refusing: ${outcome.stack ?? outcome.message}`;
  if (user + system > maxSeconds * 1e6) return `takes ${(user + system) / 1e6} s of the processor`;
  try {
    await compare(outcome, entry);
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
}

async function feed<Input, Output>(table: Table<Input, Output>, input: Input): Promise<Outcome<Output>> {
  try {
    return { output: await table.feed(input) };
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(`no error was thrown but ${String(thrown)}`);
    const codes = error instanceof ChanceryError ? refusalCodes(error) : table.codesOf?.(error);
    if (codes === undefined) throw error;
    return { refused: codes, error };
  }
}

/** The codes of its issues, or its own where it has none. `internal` is no refusal. */
function refusalCodes({ code, issues }: ChanceryError): string[] | undefined {
  if (code === 'internal') return undefined;
  return issues.length > 0 ? issues.map((issue) => issue.code) : [code];
}

async function compare<Output>(outcome: Outcome<Output>, expected: Expected<Output>): Promise<void> {
  if ('judge' in expected) await expected.judge(outcome);
  else if ('gives' in expected) {
    if ('refused' in outcome) assert.fail(`is refused: ${outcome.refused.join()} (${outcome.error.message})`);
    assert.deepEqual(outcome.output, expected.gives);
  } else {
    if (!('refused' in outcome)) assert.fail(`is taken: ${JSON.stringify(outcome.output)?.slice(0, 300)}`);
    assert.deepEqual(outcome.refused, [expected.refused].flat());
  }
}

/** In MiB. */
interface Memory {
  javascript: number;
  process: number;
}

/** Once all that nobody needs is gone: the second collection takes what the first one let go of. */
function heldMemory(collections: number): Memory {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let times = 0; times < collections; times++) collect();
  return usedMemory();
}

function usedMemory(): Memory {
  const { heapUsed, external, rss } = process.memoryUsage();
  return { javascript: (heapUsed + external) / mebibyte, process: rss / mebibyte };
}
