/** Lines of a text, however it falls into pieces. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { lineTooLarge, readLines } from './lines.ts';

async function* cut(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  const piece = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) yield piece.subarray(0, bytes.copy(piece, 0, at, at + size));
}

const linesOf = async (text: string, size: number, max = 100) =>
  (await Array.fromAsync(readLines(cut(text, size), max))).map(({ text: line }) => line);

for (const size of [1, 2, 3, 7, 1_000])
  test(`the same lines in pieces of ${size} bytes`, async () => {
    assert.deepEqual(await linesOf('\ufeffa\r\nZoë 𝒳\n\n\r\nb\u2028c', size), ['a', 'Zoë 𝒳', '', '', 'b\u2028c']);
    assert.deepEqual(await linesOf('a\n', size), ['a']);
    assert.deepEqual(await linesOf('', size), []);
    assert.deepEqual(await linesOf(`a\n${'x'.repeat(101)}\n${'y'.repeat(100)}`, size), [
      'a',
      lineTooLarge,
      'y'.repeat(100),
    ]);
  });

test('lines are counted from 1', async () => {
  assert.deepEqual(await Array.fromAsync(readLines(cut('a\n\nb', 2), 10)), [
    { line: 1, text: 'a' },
    { line: 2, text: '' },
    { line: 3, text: 'b' },
  ]);
});
