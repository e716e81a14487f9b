/** What kept states deflate is what zlib deflates from the start, whatever came before it. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { deflateSync, inflateSync } from 'node:zlib';
import { deflateSmall, keepsStates } from './deflate-small.ts';

/** Dense and repetitive data by turns. */
function sample(bytes: number): Buffer {
  const noise = createHash('shake256', { outputLength: bytes }).update(String(bytes)).digest();
  return bytes % 3 === 0 ? noise : Buffer.from(noise.map((byte, at) => (at % 7 < 4 ? at % 13 : byte)));
}

test('the bytes are those of a state that was made for them', () => {
  for (const bytes of [
    0, 1, 5, 300, 2_499, 4_095, 4_096, 4_097, 8_192, 8_193, 20_000, 32_768, 32_769, 90_001, 3, 2_500,
  ]) {
    const data = sample(bytes);
    const windowBits = bytes <= 4_096 ? 12 : bytes <= 8_192 ? 13 : 15;
    const packed = deflateSmall(data);
    assert.deepEqual(packed, deflateSync(data, { windowBits, memLevel: 5 }), `${bytes} bytes`);
    assert.deepEqual(inflateSync(packed), data);
  }
});

test('what was deflated before stays as it was', () => {
  const first = deflateSmall(sample(2_000));
  const copy = Buffer.from(first);
  deflateSmall(sample(2_100));
  assert.deepEqual(first, copy);
});

test('this Node keeps its states where they are looked for', () => {
  assert.ok(keepsStates());
});
