/** The penalty of a masked QR symbol (ISO/IEC 18004, 7.8.3), counted 32 modules at a time. */

import type { ModuleBits } from './qr-symbol.ts';

const line = new Int32Array(6);
const same = new Int32Array(6);
const before = new Int32Array(6);
const sameBefore = new Int32Array(6);
/** Modules that have a successor, and those that six more follow. */
const succeeded = new Int32Array(6);
const followed = new Int32Array(6);

/** Points for runs, blocks, finder-like patterns and an uneven share of dark; the mask with the fewest wins. Stops counting at `enough`. */
export function penalty(
  base: ModuleBits,
  overlay: ModuleBits,
  size: number,
  words: number,
  enough = Number.POSITIVE_INFINITY,
): number {
  for (let word = 0; word < words; word++) {
    succeeded[word] = below(word, size - 1);
    followed[word] = below(word, size - 6);
  }
  const across = linePoints(base.rows, overlay.rows, size, words, true, enough);
  if (across.points >= enough) return across.points;
  const down = linePoints(base.columns, overlay.columns, size, words, false, enough - across.points);
  const modules = size * size;
  const uneven = Math.floor((Math.abs(across.dark * 2 - modules) * 10) / modules);
  return across.points + down.points + 10 * uneven;
}

function linePoints(
  base: Int32Array,
  overlay: Int32Array,
  size: number,
  words: number,
  blocks: boolean,
  enough: number,
): { points: number; dark: number } {
  let points = 0;
  let dark = 0;
  for (let at = 0; at < size && points < enough; at++) {
    for (let word = 0; word < words; word++) {
      const bits = (base[at * words + word] as number) ^ (overlay[at * words + word] as number);
      line[word] = bits;
      dark += ones(bits);
    }
    line[words] = 0;
    points += runPoints(words) + finderPoints(words);
    if (!blocks) continue;
    if (at > 0) points += blockPoints(words);
    for (let word = 0; word < words; word++) {
      before[word] = line[word] as number;
      sameBefore[word] = same[word] as number;
    }
  }
  return { points, dark };
}

/** Bits of a word whose module index lies below `count`. */
function below(word: number, count: number): number {
  const left = count - 32 * word;
  return left >= 32 ? -1 : left <= 0 ? 0 : (1 << left) - 1;
}

/** A run of n >= 5 alike gives n - 2 points. Leaves in `same` which modules equal their successor. */
function runPoints(words: number): number {
  for (let word = 0; word < words; word++) {
    const bits = line[word] as number;
    const next = (bits >>> 1) | ((line[word + 1] as number) << 31);
    same[word] = ~(bits ^ next) & (succeeded[word] as number);
  }
  same[words] = 0;
  let points = 0;
  let carried = 0;
  for (let word = 0; word < words; word++) {
    const bits = same[word] as number;
    const next = same[word + 1] as number;
    const pairs = bits & ((bits >>> 1) | (next << 31));
    const fours = pairs & ((bits >>> 2) | (next << 30)) & ((bits >>> 3) | (next << 29));
    if (fours !== 0) points += ones(fours) + 2 * ones(fours & ~((fours << 1) | carried));
    carried = fours >>> 31;
  }
  return points;
}

/** Each 2 by 2 block of one colour gives 3 points. */
function blockPoints(words: number): number {
  let points = 0;
  for (let word = 0; word < words; word++) {
    const vertical = ~((line[word] as number) ^ (before[word] as number));
    points += 3 * ones((same[word] as number) & (sameBefore[word] as number) & vertical);
  }
  return points;
}

/** 1:1:3:1:1 with four light modules on a side gives 40 points; beyond the symbol all is light. */
function finderPoints(words: number): number {
  let points = 0;
  let previous = 0;
  for (let word = 0; word < words; word++) {
    const a = line[word] as number;
    const b = line[word + 1] as number;
    const dark =
      a & ((a >>> 2) | (b << 30)) & ((a >>> 3) | (b << 29)) & ((a >>> 4) | (b << 28)) & ((a >>> 6) | (b << 26));
    const pattern = dark & ~((a >>> 1) | (b << 31)) & ~((a >>> 5) | (b << 27)) & (followed[word] as number);
    if (pattern !== 0) {
      const p = previous;
      const after = (a >>> 7) | (b << 25) | (a >>> 8) | (b << 24) | (a >>> 9) | (b << 23) | (a >>> 10) | (b << 22);
      const behind = (a << 1) | (p >>> 31) | (a << 2) | (p >>> 30) | (a << 3) | (p >>> 29) | (a << 4) | (p >>> 28);
      points += 40 * (ones(pattern & ~after) + ones(pattern & ~behind));
    }
    previous = a;
  }
  return points;
}

function ones(bits: number): number {
  let n = bits - ((bits >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
