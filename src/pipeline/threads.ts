/** The pool of worker threads that do the belt's CPU work. */

import { Piscina } from 'piscina';
import type { AcceptedItem } from '../db/items.ts';
import type { LoadedSpec } from './batch-spec.ts';
import type { Produced } from './produce-thread.ts';

export interface Threads {
  acceptRows(
    loaded: LoadedSpec,
    block: Uint8Array,
    firstSeq: number,
  ): Promise<{ json: string; accepted: number; failed: number }>;
  produceItems(loaded: LoadedSpec, items: AcceptedItem[]): Promise<Produced>;
  prefixOf(loaded: LoadedSpec): Promise<Uint8Array>;
  /** Waits for the tasks under way. */
  close(): Promise<void>;
}

export function openThreads(count: number): Threads {
  const pool = new Piscina({
    filename: new URL('./produce-thread.ts', import.meta.url).href,
    minThreads: 1,
    maxThreads: count,
    idleTimeout: 60_000,
  });
  const task = ({ spec, shared }: LoadedSpec) => ({ shared, batchId: spec.batchId });
  return {
    acceptRows: (loaded, block, firstSeq) => pool.run({ ...task(loaded), block, firstSeq }, { name: 'acceptRows' }),
    produceItems: (loaded, items) => pool.run({ ...task(loaded), items }, { name: 'produceItems' }),
    prefixOf: (loaded) => pool.run(task(loaded), { name: 'prefixOf' }),
    close: () => pool.close(),
  };
}
