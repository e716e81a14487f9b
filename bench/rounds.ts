/** Rounds of the same work: CPU time is the figure that holds on a busy machine, wall time the one that people feel. */

import { setImmediate as nextTurn } from 'node:timers/promises';

export interface Measured {
  /** Operations in each round. */
  operations: number;
  rounds: number;
  /** Median of the rounds. */
  perCpuSecond: number;
  /** Lowest and highest round. */
  perCpuSecondRange: [number, number];
  perWallSecond: number;
  /** Milliseconds for one operation, over all rounds. */
  p50: number;
  p99: number;
}

export interface Round {
  cpuMilliseconds: number;
  wallMilliseconds: number;
  /** Milliseconds for each operation. */
  times: Float64Array;
}

/** Runs `work` for 0 to `operations` - 1; turns the event loop as the belt does, because WebAssembly memory is freed between turns. */
export async function runRound(operations: number, work: (at: number) => unknown): Promise<Round> {
  const times = new Float64Array(operations);
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (let at = 0; at < operations; at++) {
    const before = performance.now();
    const result = work(at);
    if (result instanceof Promise) await result;
    times[at] = performance.now() - before;
    if (at % 50 === 49) await nextTurn();
  }
  const { user, system } = process.cpuUsage(cpu);
  return { cpuMilliseconds: (user + system) / 1_000, wallMilliseconds: performance.now() - start, times };
}

export function summarize(rounds: readonly Round[]): Measured {
  const operations = rounds[0]?.times.length ?? 0;
  const rates = rounds.map(({ cpuMilliseconds }) => (operations * 1_000) / cpuMilliseconds);
  const times = Float64Array.from(rounds.flatMap((round) => [...round.times])).sort();
  return {
    operations,
    rounds: rounds.length,
    perCpuSecond: median(rates),
    perCpuSecondRange: [Math.min(...rates), Math.max(...rates)],
    perWallSecond: median(rounds.map(({ wallMilliseconds }) => (operations * 1_000) / wallMilliseconds)),
    p50: times[Math.floor(times.length / 2)] ?? 0,
    p99: times[Math.floor(times.length * 0.99)] ?? 0,
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
