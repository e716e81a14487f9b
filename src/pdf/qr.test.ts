/** QR codes are read by an independent reader, choose the mask of least penalty, and say when a text is too long. */

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import test from 'node:test';
import fc from 'fast-check';
import { type QrCode, qrCode } from './qr.ts';
import { penalty } from './qr-penalty.ts';
import { corrections, maskOverlays, qrSymbol, setDark, wordAt } from './qr-symbol.ts';

const jsQR = createRequire(import.meta.url)('jsqr') as (
  data: Uint8ClampedArray,
  width: number,
  height: number,
) => { data: string } | null;

function read(code: QrCode): string | undefined {
  const scale = 4;
  const side = (code.size + 8) * scale;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const column = Math.floor(x / scale) - 4;
      const row = Math.floor(y / scale) - 4;
      const inside = column >= 0 && row >= 0 && column < code.size && row < code.size;
      if (inside && code.isDark(column, row)) pixels.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3);
    }
  return jsQR(pixels, side, side)?.data;
}

test('a reader reads what a code says, in every mode and correction', () => {
  const texts = ['0', '20261122', 'VEC-IC-202667DAE', 'https://certs.example.org/v/f6a2a9f0', 'Zoë Łukasiewicz 欧阳'];
  for (const text of texts)
    for (const correction of corrections) {
      const code = qrCode(text, correction);
      assert.ok(code);
      assert.equal(read(code), text, `${text} ${correction}`);
    }
});

test('large codes with version information and many blocks are read', () => {
  for (const length of [150, 400, 900]) {
    const text = `https://example.org/${'abc-XYZ.123~'.repeat(100)}`.slice(0, length);
    const code = qrCode(text, 'M');
    assert.ok(code && code.version >= 7);
    assert.equal(read(code), text);
  }
});

test('any text up to a hundred characters survives', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }),
      fc.constantFrom(...corrections),
      (text, level) => {
        const code = qrCode(text, level);
        assert.ok(code);
        assert.equal(read(code), text);
      },
    ),
    { numRuns: 60, seed: 7 },
  );
});

test('spare room raises the correction without a larger symbol', () => {
  const code = qrCode('AB', 'L');
  assert.equal(code?.version, 1);
  assert.equal(code?.correction, 'H');
});

test('a text longer than any symbol holds gives no code', () => {
  assert.equal(qrCode('x'.repeat(2_953), 'L')?.version, 40);
  assert.equal(qrCode('x'.repeat(2_954), 'L'), undefined);
  assert.equal(qrCode('x'.repeat(1_274), 'H'), undefined);
});

/** ISO/IEC 18004, 7.8.3, one module at a time. */
function plainPenalty(size: number, isDark: (x: number, y: number) => boolean): number {
  let points = 0;
  let dark = 0;
  for (const turned of [false, true]) {
    const at = (x: number, y: number) => (turned ? isDark(y, x) : isDark(x, y));
    for (let y = 0; y < size; y++) {
      const line = Array.from({ length: size }, (_, x) => at(x, y));
      for (let x = 0, run = 1; x < size; x++, run++)
        if (x === size - 1 || line[x] !== line[x + 1]) {
          if (run >= 5) points += run - 2;
          run = 0;
        }
      const text = `0000${line.map(Number).join('')}0000`;
      points += 40 * [...text.matchAll(/(?=0000(1011101))/g)].length;
      points += 40 * [...text.matchAll(/(?=1011101(0000))/g)].length;
    }
  }
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      if (isDark(x, y)) dark++;
      if (x === 0 || y === 0) continue;
      const same = [isDark(x - 1, y), isDark(x, y - 1), isDark(x - 1, y - 1)];
      if (same.every((one) => one === isDark(x, y))) points += 3;
    }
  return points + 10 * Math.floor((Math.abs(2 * dark - size * size) * 10) / (size * size));
}

test('penalties counted word by word equal those counted module by module', () => {
  for (const version of [1, 4, 5, 11, 12, 25, 40]) {
    const symbol = qrSymbol(version);
    const { size } = symbol;
    maskOverlays(version, 'M').forEach((overlay, mask) => {
      const modules = overlay.slice();
      let seed = version * 8 + mask;
      for (let y = 0; y < size; y++)
        for (let x = 0; x < size; x++) {
          seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
          if ((seed >>> 16) % 3 === 0) setDark(modules, size, x, y);
        }
      const isDark = (x: number, y: number) => (((modules[wordAt(size, x, y)] as number) >>> (x & 31)) & 1) === 1;
      const points = plainPenalty(size, isDark);
      assert.equal(penalty(symbol, modules), points);
      assert.ok(penalty(symbol, modules, points) >= points, 'it may stop there');
    });
  }
});
