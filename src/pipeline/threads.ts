/** The pool of worker threads that do the CPU work of the belt. */

import { Piscina } from 'piscina';
import type { AcceptedItem } from '../db/items.ts';
import type { AppendPlan } from '../domain/append-plan.ts';
import type { DisplayValues } from '../domain/placeholder.ts';
import { invalidInput } from '../errors.ts';
import type { PageInputs } from '../pdf/compile-page.ts';
import type { LoadedSpec } from './batch-spec.ts';
import type { AcceptedRows, Produced, ProducedUpload, Refused } from './produce-thread.ts';

/** All throw `invalid_input` when the page or the credential cannot be compiled. */
export interface Threads {
  provePage(inputs: PageInputs): Promise<void>;
  /** `duplicates`: rows to be left out, by their place in the batch, with what they repeat. */
  acceptRows(
    loaded: LoadedSpec,
    block: Uint8Array,
    firstSeq: number,
    duplicates?: readonly [number, string][],
  ): Promise<AcceptedRows>;
  produceItems(loaded: LoadedSpec, items: AcceptedItem[]): Promise<Produced>;
  /** `base` is what the document begins with. */
  produceUpload(loaded: LoadedSpec, item: AcceptedItem, base: Buffer, plan: AppendPlan): Promise<ProducedUpload>;
  prefixOf(loaded: LoadedSpec): Promise<Uint8Array>;
  /** PNG of a document's first page, `width` pixels wide. */
  drawDocument(pdf: Uint8Array, width: number): Promise<Buffer>;
  /** PNG of the document that will be made for an item; nothing is signed. */
  drawItem(loaded: LoadedSpec, item: AcceptedItem, width: number): Promise<Buffer>;
  /** A picture of the page, PNG. What does not fit is left out rather than refused. */
  drawSample(page: PageInputs, values: DisplayValues, width: number): Promise<Uint8Array>;
  /** Waits for the tasks under way. */
  close(): Promise<void>;
}

export function openThreads(count: number): Threads {
  const pool = new Piscina({
    filename: new URL('./produce-thread.ts', import.meta.url).href,
    minThreads: 1,
    maxThreads: count,
    idleTimeout: 60_000,
    // Left alone, V8 lets the space for new objects grow to 134 MB a thread; measured: 100 MB less each, and no more time.
    resourceLimits: { maxYoungGenerationSizeMb: 48 },
  });
  const run = async <T>(name: string, task: object): Promise<T> => {
    const answer = (await pool.run(task, { name })) as T | Refused;
    if (answer !== null && typeof answer === 'object' && 'refused' in answer)
      throw invalidInput(answer.refused, answer.issues);
    return answer as T;
  };
  const task = ({ shared, key }: LoadedSpec) => ({ shared, key });
  return {
    provePage: async (inputs) => void (await run('provePage', inputs)),
    acceptRows: (loaded, block, firstSeq, duplicates = []) =>
      run('acceptRows', { ...task(loaded), block, firstSeq, duplicates }),
    produceItems: (loaded, items) => run('produceItems', { ...task(loaded), items }),
    produceUpload: (loaded, item, base, plan) => run('produceUpload', { ...task(loaded), item, base, plan }),
    prefixOf: (loaded) => run('prefixOf', task(loaded)),
    drawDocument: async (pdf, width) => asBuffer(await run('drawDocument', { pdf, width })),
    drawItem: async (loaded, item, width) => asBuffer(await run('drawItem', { ...task(loaded), item, width })),
    drawSample: (page, values, width) => run('drawSample', { page, values, width }),
    close: () => pool.close(),
  };
}

/** A buffer comes out of a thread as a plain array of bytes. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
