/** How much a QR symbol of each version and error correction holds, and how it is split into blocks (ISO/IEC 18004, table 9). */

import { corrections, type ErrorCorrection, rawDataModules } from './qr-symbol.ts';

/** Error correction codewords of each block, by version from 1. */
const blockCorrection: Record<ErrorCorrection, readonly number[]> = {
  L: [
    7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26, 28, 30, 30, 30,
    30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
  ],
  M: [
    10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28, 28, 28,
    28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  ],
  Q: [
    13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, 28, 30, 30, 30, 30, 28, 30, 30, 30,
    30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
  ],
  H: [
    17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30, 24, 30, 30, 30, 30, 30, 30, 30,
    30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
  ],
};

/** Number of blocks, by version from 1. */
const blockCount: Record<ErrorCorrection, readonly number[]> = {
  L: [
    1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19,
    20, 21, 22, 24, 25,
  ],
  M: [
    1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33,
    35, 37, 38, 40, 43, 45, 47, 49,
  ],
  Q: [
    1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23, 25, 27, 29, 34, 34, 35, 38, 40, 43, 45,
    48, 51, 53, 56, 59, 62, 65, 68,
  ],
  H: [
    1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34, 30, 32, 35, 37, 40, 42, 45, 48, 51,
    54, 57, 60, 63, 66, 70, 74, 77, 81,
  ],
};

export interface BlockPlan {
  blocks: number;
  /** Error correction codewords of each block. */
  correction: number;
  /** All codewords of the symbol. */
  codewords: number;
  /** Data codewords of the symbol. */
  data: number;
}

export function blockPlan(version: number, correction: ErrorCorrection): BlockPlan {
  const blocks = blockCount[correction][version - 1] as number;
  const perBlock = blockCorrection[correction][version - 1] as number;
  const codewords = rawDataModules(version) >> 3;
  return { blocks, correction: perBlock, codewords, data: codewords - blocks * perBlock };
}

/** The smallest version whose data codewords hold the bits, with the strongest correction that costs no larger one; undefined: too long. */
export function smallestSymbol(
  bitsIn: (version: number) => number,
  atLeast: ErrorCorrection,
): { version: number; correction: ErrorCorrection } | undefined {
  for (let version = 1; version <= 40; version++) {
    const bits = bitsIn(version);
    if (bits > blockPlan(version, atLeast).data * 8) continue;
    const stronger = corrections.slice(corrections.indexOf(atLeast));
    const correction = stronger.findLast((one) => bits <= blockPlan(version, one).data * 8);
    return { version, correction: correction ?? atLeast };
  }
  return undefined;
}
