/** Lines of JSON, however the file falls into pieces. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { readJsonLines } from './json-lines.ts';

const rows = [{ name: 'a\u2028b' }, { name: 'Zoë 𝒳' }, { name: 'line\nfeed' }, { name: '' }];

for (const size of [1, 2, 7, 1_000])
  test(`the same rows in pieces of ${size} bytes`, async () => {
    const bytes = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    assert.deepEqual(await Array.fromAsync(readJsonLines(cut(bytes, size))), rows);
    assert.deepEqual(await Array.fromAsync(readJsonLines(cut(bytes.subarray(0, -1), size))), rows);
  });

test('nothing is no row', async () => {
  assert.deepEqual(await Array.fromAsync(readJsonLines(cut(Buffer.alloc(0), 1))), []);
});

/** The same memory is given out again and again. */
async function* cut(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  const piece = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) yield piece.subarray(0, bytes.copy(piece, 0, at, at + size));
}
