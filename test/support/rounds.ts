/** What a short test file does more of in the long tier, where all-rounds.long.ts runs every file that imports this one; LONG=1 does so with one file alone. */

import test, { type TestFn } from 'node:test';

const isLong = process.argv[1]?.endsWith('.long.ts') === true || process.env.LONG === '1';

/** The first in the short tier, the second in the long one. */
export function rounds(short: number, long: number): number {
  return isLong ? long : short;
}

/** A test of the long tier, beside the one of its kind that stays in the short one. */
export const longTest: (name: string, run: TestFn) => unknown = isLong ? test : () => {};
