/** Barcodes agree with an independent encoder's bars and refuse what Code 128 cannot say. */

import assert from 'node:assert/strict';
import test from 'node:test';
import bwipjs from 'bwip-js/node';
import { code128 } from './barcode.ts';

/** Widths of bars and spaces in turn. */
function widthsOf(text: string): number[] {
  const barcode = code128(text);
  assert.ok(barcode);
  const widths: number[] = [];
  let end = 0;
  for (const bar of barcode.bars) {
    if (bar.at > 0) widths.push(bar.at - end);
    widths.push(bar.width);
    end = bar.at + bar.width;
  }
  assert.equal(end, barcode.modules);
  return widths;
}

test('bars are those of an independent encoder', () => {
  for (const text of ['VEC-IC-A', 'Hello, World ~', '123456', '12345678901234567890', ' !"#$%&', 'abc']) {
    const [symbol] = bwipjs.raw('code128', text, {}) as unknown as [{ sbs: number[] }];
    assert.deepEqual(widthsOf(text), [...symbol.sbs].map(Number), text);
  }
});

test('digits in the middle go into pairs only where that is shorter', () => {
  const modules = (text: string) => code128(text)?.modules;
  assert.equal(modules('A1234B'), modules('ABCDEF'));
  assert.ok((modules('A12345678B') as number) < (modules('ABCDEFGHIJ') as number));
});

test('an empty text and anything but printable ASCII give no barcode', () => {
  for (const text of ['', 'é', 'a\tb', '٣', '\u0000', '\u007f']) assert.equal(code128(text), undefined);
});
