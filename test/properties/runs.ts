/** How many cases a property tries, and from which seed: SEED and RUNS in the environment repeat or widen a run. The seed is printed first, so that whatever goes wrong can be repeated. */

import type { Parameters } from 'fast-check';

export function cases<T>(runs: number): Parameters<T> {
  const { SEED, RUNS } = process.env;
  const seed = Number(SEED ?? Math.floor(Math.random() * 2 ** 31));
  process.stderr.write(`SEED=${seed}\n`);
  return { numRuns: Number(RUNS ?? runs), seed, endOnFailure: false };
}
