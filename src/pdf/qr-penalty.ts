/** The penalty of a masked QR symbol (ISO/IEC 18004, 7.8.3), counted for 32 columns at a time, along the lines and down the columns in one pass. */

import { beside, type QrSymbol } from './qr-symbol.ts';

/** By row, of the word to the left: whether its last module begins four equal pairs. */
const carries = new Int32Array(177);

/** Points for runs, blocks, finder-like patterns and an uneven share of dark; the mask with the fewest wins. Stops counting at `enough`. */
export function penalty({ size, words }: QrSymbol, modules: Int32Array, enough = Number.POSITIVE_INFINITY): number {
  const plane = size + 2 * beside;
  let points = 0;
  let dark = 0;
  carries.fill(0);
  for (let word = 0; word < words; word++) {
    const exists = below(word, size);
    /** Modules that have one to their right, here and in the next word. */
    const succeeded = below(word, size - 1);
    const nextSucceeded = below(word + 1, size - 1);
    const first = word * plane + beside;
    /** Of the row above: modules equal to the one on the right, and to the one above, one, two and three rows higher; fours of these. */
    let sameAbove = 0;
    let equal1 = 0;
    let equal2 = 0;
    let equal3 = 0;
    let foursAbove = 0;
    let above = 0;
    for (let y = 0; y < size; y++) {
      const at = first + y;
      const a = modules[at] as number;
      const b = word + 1 < words ? (modules[at + plane] as number) : 0;
      const right = (a >>> 1) | (b << 31);
      const same = ~(a ^ right) & succeeded;
      const nextSame = ~(b ^ (b >>> 1)) & nextSucceeded;
      const pairs = same & ((same >>> 1) | (nextSame << 31));
      const fours = pairs & ((same >>> 2) | (nextSame << 30)) & ((same >>> 3) | (nextSame << 29));
      if (fours !== 0) points += runPoints(fours, (fours << 1) | (carries[y] as number));
      carries[y] = fours >>> 31;
      const equal = y === 0 ? 0 : ~(a ^ above) & exists;
      const blocks = same & sameAbove & equal;
      if (blocks !== 0) points += 3 * ones(blocks);
      const foursDown = equal & equal1 & equal2 & equal3;
      if (foursDown !== 0) points += runPoints(foursDown, foursAbove);
      const across =
        a & ((a >>> 2) | (b << 30)) & ((a >>> 3) | (b << 29)) & ((a >>> 4) | (b << 28)) & ((a >>> 6) | (b << 26));
      const finders = across & ~right & ~((a >>> 5) | (b << 27));
      if (finders !== 0) points += acrossPoints(finders, a, b, word > 0 ? (modules[at - plane] as number) : 0);
      if (y + 6 < size) points += downPoints(modules, at);
      if (points >= enough) return points;
      dark += ones(a);
      sameAbove = same;
      equal3 = equal2;
      equal2 = equal1;
      equal1 = equal;
      foursAbove = foursDown;
      above = a;
    }
  }
  const count = size * size;
  return points + 10 * Math.floor((Math.abs(dark * 2 - count) * 10) / count);
}

/** Bits of a word whose module index lies below `count`. */
function below(word: number, count: number): number {
  const left = count - 32 * word;
  return left >= 32 ? -1 : left <= 0 ? 0 : (1 << left) - 1;
}

/** A run of n >= 5 alike, n - 4 fours of pairs of which the first has none before it, gives n - 2 points. */
function runPoints(fours: number, before: number): number {
  return ones(fours) + 2 * ones(fours & ~before);
}

/** 1:1:3:1:1 with four light modules on a side gives 40 points; beyond the symbol all is light. `p`, `a`, `b`: the word before, this one, the next. */
function acrossPoints(pattern: number, a: number, b: number, p: number): number {
  const after = (a >>> 7) | (b << 25) | (a >>> 8) | (b << 24) | (a >>> 9) | (b << 23) | (a >>> 10) | (b << 22);
  const behind = (a << 1) | (p >>> 31) | (a << 2) | (p >>> 30) | (a << 3) | (p >>> 29) | (a << 4) | (p >>> 28);
  return 40 * (ones(pattern & ~after) + ones(pattern & ~behind));
}

/** The same down the columns from row `at` on. */
function downPoints(m: Int32Array, at: number): number {
  const row = (by: number) => m[at + by] as number;
  const pattern = row(0) & row(2) & row(3) & row(4) & row(6) & ~(row(1) | row(5));
  if (pattern === 0) return 0;
  const after = row(7) | row(8) | row(9) | row(10);
  const behind = row(-1) | row(-2) | row(-3) | row(-4);
  return 40 * (ones(pattern & ~after) + ones(pattern & ~behind));
}

function ones(bits: number): number {
  let n = bits - ((bits >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
