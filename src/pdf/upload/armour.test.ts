/** Text encodings of streams: as they were written, as they are cut off, and as bombs hide behind them. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { withoutArmour } from './armour.ts';

const read = (text: string, ...filters: string[]) => withoutArmour(Buffer.from(text), filters).toString('hex');

test('hexadecimal digits and base 85 are read back, whole, odd and cut off', () => {
  assert.equal(read('48 65\n6C6c6F>', 'ASCIIHexDecode'), '48656c6c6f');
  assert.equal(read('7', 'ASCIIHexDecode'), '70');
  assert.equal(read('87cURD]i,"Ebo80~>', 'ASCII85Decode'), Buffer.from('Hello World!').toString('hex'));
  assert.equal(read('87cUR D]i,"\nEbo7', 'ASCII85Decode'), Buffer.from('Hello World').toString('hex'));
  assert.equal(read('zz~>', 'ASCII85Decode'), '0000000000000000');
  assert.equal(read('s8W-!~>', 'ASCII85Decode'), 'ffffffff');
  assert.equal(read('uuuuu!', 'ASCII85Decode').length, 8);
  assert.equal(read('373E>', 'ASCIIHexDecode', 'ASCIIHexDecode'), '70');
  assert.equal(read('', 'ASCII85Decode'), '');
});

test('what is no text encoding is refused with a remedy', () => {
  assert.throws(() => read('x', 'DCTDecode'), { code: 'invalid_input' });
});
