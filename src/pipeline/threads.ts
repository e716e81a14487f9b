/** The pool of worker threads that do the CPU work of the belt. */

import { Piscina } from 'piscina';
import type { AcceptedItem } from '../db/items.ts';
import type { AppendPlan } from '../domain/append-plan.ts';
import type { RawRow } from '../domain/item.ts';
import type { DisplayValues } from '../domain/placeholder.ts';
import { invalidInput } from '../errors.ts';
import type { PageInputs } from '../pdf/compile-page.ts';
import type { ThreadBatch } from './batch-spec.ts';
import type { AcceptedRows, IssuedOne, Produced, ProducedUpload, Refused, ThreadOptions } from './produce-thread.ts';
import type { Task } from './thread-programs.ts';

/** All throw `invalid_input` when the page or the credential cannot be compiled. */
export interface Threads {
  provePage(inputs: PageInputs): Promise<void>;
  /** `duplicates`: rows to be left out, by their place in the batch, with what they repeat. */
  acceptRows(
    batch: ThreadBatch,
    block: Uint8Array,
    firstSeq: number,
    duplicates?: readonly [number, string][],
  ): Promise<AcceptedRows>;
  produceItems(batch: ThreadBatch, items: AcceptedItem[]): Promise<Produced>;
  /** Accepts and produces the only row of a batch that need not be stored yet, in one hop and never behind the belt's chunks. */
  issueOne(batch: ThreadBatch, raw: RawRow): Promise<IssuedOne>;
  /** `base` is what the document begins with. */
  produceUpload(batch: ThreadBatch, item: AcceptedItem, base: Buffer, plan: AppendPlan): Promise<ProducedUpload>;
  prefixOf(batch: ThreadBatch): Promise<Uint8Array>;
  /** PNG of a document's first page, `width` pixels wide. */
  drawDocument(pdf: Uint8Array, width: number): Promise<Buffer>;
  /** PNG of the document that will be made for an item; nothing is signed. */
  drawItem(batch: ThreadBatch, item: AcceptedItem, width: number): Promise<Buffer>;
  /** A picture of the page, PNG. What does not fit is left out rather than refused. */
  drawSample(page: PageInputs, values: DisplayValues, width: number): Promise<Uint8Array>;
  /** Waits for the tasks under way. */
  close(): Promise<void>;
}

export function openThreads(count: number): Threads {
  const pool = openPool(count, { lowered: true });
  // Its own threads, or a request that waits would wait for whole chunks; started by the first request, as few servers have any.
  let desk: Piscina | undefined;
  const run = async <T>(name: string, task: object, by = pool): Promise<T> => {
    const answer = (await by.run(task, { name })) as T | Refused;
    if (answer !== null && typeof answer === 'object' && 'refused' in answer)
      throw invalidInput(answer.refused, answer.issues);
    return answer as T;
  };
  return {
    provePage: async (inputs) => void (await run('provePage', inputs)),
    acceptRows: (batch, block, firstSeq, duplicates = []) =>
      run('acceptRows', { ...taskOf(batch), block, firstSeq, duplicates }),
    produceItems: (batch, items) => run('produceItems', { ...taskOf(batch), items }),
    issueOne: (batch, raw) => {
      desk ??= openPool(1, { lowered: false });
      return run('issueOne', { ...taskOf(batch), raw }, desk);
    },
    produceUpload: (batch, item, base, plan) => run('produceUpload', { ...taskOf(batch), item, base, plan }),
    prefixOf: (batch) => run('prefixOf', taskOf(batch)),
    drawDocument: async (pdf, width) => asBuffer(await run('drawDocument', { pdf, width })),
    drawItem: async (batch, item, width) => asBuffer(await run('drawItem', { ...taskOf(batch), item, width })),
    drawSample: (page, values, width) => run('drawSample', { page, values, width }),
    close: async () => void (await Promise.all([pool.close(), desk?.close()])),
  };
}

function openPool(count: number, { lowered }: ThreadOptions): Piscina {
  return new Piscina({
    filename: new URL('./produce-thread.ts', import.meta.url).href,
    minThreads: 1,
    maxThreads: count,
    idleTimeout: 60_000,
    workerData: { lowered } satisfies ThreadOptions,
    // Left alone, V8 lets the space for new objects grow to 134 MB a thread; measured: 100 MB less each, and no more time.
    resourceLimits: { maxYoungGenerationSizeMb: 48 },
  });
}

const taskOf = ({ program: { key, shared }, terms }: ThreadBatch): Task => ({ program: { key, shared }, terms });

/** A buffer comes out of a thread as a plain array of bytes. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
