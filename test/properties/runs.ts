/** How many cases a property tries, and from which seed: SEED and RUNS in the environment repeat or widen a run. A failure prints the seed. */

import type { Parameters } from 'fast-check';

export function cases<T>(runs: number): Parameters<T> {
  const { SEED, RUNS } = process.env;
  return { numRuns: Number(RUNS ?? runs), ...(SEED !== undefined && { seed: Number(SEED) }), endOnFailure: false };
}
