/** The normalised source: every block can be read alone and gives back its rows unchanged. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { longTest } from '../../test/support/rounds.ts';
import type { Issue } from '../domain/issue.ts';
import type { RawRow } from '../domain/item.ts';
import { readBlock, writeSource } from './source.ts';

async function* inArrays(rows: RawRow[], size: number) {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size);
}

async function write(rows: RawRow[], size: number, rowsPerBlock: number) {
  const { bytes, blocks } = writeSource(inArrays(rows, size), rowsPerBlock);
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return { source: Buffer.concat(pieces), blocks };
}

test('rows come back block by block as they were, in order', async () => {
  const cell = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\ud800', '\0', '\u2028', '"', '\n', '__proto__'),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(cell, { maxLength: 4 }), { maxLength: 30 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      async (cells, size, rowsPerBlock) => {
        const faults: Issue[] = [{ path: 'row', code: 'not_an_object' }];
        const rows = cells.map((some, at) => ({ row: at * 2 + 2, cells: some, ...(at % 3 === 1 && { faults }) }));
        const { source, blocks } = await write(rows, size, rowsPerBlock);
        assert.equal(blocks.length, Math.ceil(rows.length / rowsPerBlock));
        for (const block of blocks.toReversed()) {
          assert.ok(block.count <= rowsPerBlock);
          const read = readBlock(source.subarray(block.offset, block.offset + block.length));
          assert.deepEqual(read, rows.slice(block.firstSeq, block.firstSeq + block.count));
        }
        const last = blocks.at(-1);
        assert.equal(source.length, last === undefined ? 0 : last.offset + last.length);
      },
    ),
    { numRuns: 200 },
  );
});

test('a fault of the rows ends the source with the same fault', async () => {
  async function* broken() {
    yield [{ row: 2, cells: ['a'] }];
    throw new Error('row fault');
  }
  const { bytes, blocks } = writeSource(broken(), 1);
  await assert.rejects(async () => {
    for await (const _ of bytes);
  }, /row fault/);
  assert.equal(blocks.length, 1);
});

test('a block cut short is not taken for a whole one', async () => {
  const { source } = await write([{ row: 2, cells: ['a'] }], 1, 1);
  assert.throws(() => readBlock(source.subarray(0, source.length - 3)), SyntaxError);
});

longTest('a block ends at 8 MiB, however few rows it has by then', async () => {
  const rows = Array.from({ length: 40 }, (_, at) => ({ row: at + 2, cells: ['x'.repeat(2 ** 20)] }));
  const { source, blocks } = await write(rows, 3, 500);
  assert.deepEqual(
    blocks.map(({ firstSeq, count }) => [firstSeq, count]),
    [0, 8, 16, 24, 32].map((first) => [first, 8]),
  );
  for (const block of blocks) {
    const read = readBlock(source.subarray(block.offset, block.offset + block.length));
    assert.deepEqual(
      read.map(({ row }) => row),
      rows.slice(block.firstSeq, block.firstSeq + block.count).map(({ row }) => row),
    );
  }
});
