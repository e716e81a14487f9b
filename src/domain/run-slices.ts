/** Which pieces are printed together: those of one product, in the order of the hand-in, as many as a carrier handles at once. */

import type { PrintProduct } from './print-product.ts';

export const largestRun = { pieces: 2_000, sheets: 10_000 };

export interface RunnableJob {
  id: string;
  product: PrintProduct;
  /** To be printed. */
  pieces: number;
  /** Of each piece. */
  sheets: number;
}

export interface RunSlices {
  product: PrintProduct;
  pieces: number;
  sheets: number;
  /** So many of each job, the next that are in no run yet. */
  slices: { job: string; count: number }[];
}

/** Jobs in their order. A run is as full as may be before the next of its product begins. */
export function sliceRuns(jobs: readonly RunnableJob[]): RunSlices[] {
  const runs: RunSlices[] = [];
  const open = new Map<string, RunSlices>();
  for (const { id, product, pieces, sheets } of jobs) {
    const key = JSON.stringify(product);
    for (let left = pieces; left > 0; ) {
      let run = open.get(key);
      if (!run || roomIn(run, sheets) === 0) {
        run = { product, pieces: 0, sheets: 0, slices: [] };
        open.set(key, run);
        runs.push(run);
      }
      // One piece alone may be larger than a run.
      const count = Math.min(left, Math.max(1, roomIn(run, sheets)));
      run.slices.push({ job: id, count });
      run.pieces += count;
      run.sheets += count * sheets;
      left -= count;
    }
  }
  return runs;
}

function roomIn({ pieces, sheets }: RunSlices, each: number): number {
  const bySheets = Math.floor((largestRun.sheets - sheets) / Math.max(1, each));
  return Math.max(0, Math.min(largestRun.pieces - pieces, bySheets));
}
