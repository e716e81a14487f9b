/** What is written is all there, however often the buffer had to grow, and what was cut is not. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PackWriter } from './pack-writer.ts';

test('text and bytes stand in a row over any number of growths', () => {
  const pack = new PackWriter(3);
  const expected: Buffer[] = [];
  for (let at = 0; at < 200; at++) {
    const name = `Łukasz 渡邉 ${at}`;
    pack.latin1(`\xe9 ${at}`);
    pack.utf8(name, Buffer.byteLength(name));
    pack.write(Buffer.from([0, 255, at]));
    expected.push(Buffer.from(`\xe9 ${at}`, 'latin1'), Buffer.from(name), Buffer.from([0, 255, at]));
  }
  const whole = Buffer.concat(expected);
  assert.equal(pack.length, whole.length);
  const made = pack.finish();
  assert.deepEqual(Buffer.from(made), whole);
  assert.equal(made.buffer.byteLength, whole.length);
});

test('what was cut is written over', () => {
  const pack = new PackWriter(100);
  pack.latin1('kept');
  const start = pack.length;
  pack.latin1('begun and given up');
  pack.cut(start);
  pack.latin1(' and more');
  assert.equal(pack.from(start).toString(), ' and more');
  assert.equal(Buffer.from(pack.finish()).toString(), 'kept and more');
});

test('an empty pack is empty', () => assert.equal(new PackWriter(10).finish().length, 0));
