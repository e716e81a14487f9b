/** The pool of worker threads that do the CPU work of the belt. */

import { Piscina } from 'piscina';
import type { AcceptedItem } from '../db/items.ts';
import type { AppendPlan } from '../domain/append-plan.ts';
import type { RawRow } from '../domain/item.ts';
import type { DisplayValues } from '../domain/placeholder.ts';
import { invalidInput } from '../errors.ts';
import type { PageInputs } from '../pdf/compile-page.ts';
import type { ThreadBatch } from './batch-spec.ts';
import type {
  AcceptedRows,
  IssuedOne,
  Produced,
  ProducedUpload,
  Refused,
  ThreadOptions,
  Thrown,
} from './produce-thread.ts';
import type { Task } from './thread-programs.ts';
import { ThreadDeath, watchThread } from './thread-watch.ts';

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

export interface ThreadsOptions {
  /** What runs in the threads; for tests. */
  program?: URL;
  /** Milliseconds after which a thread that has finished no item is ended; default a minute. */
  silenceMs?: number;
  /** MB of its heap beyond which a thread is ended. */
  heapMb?: number;
}

export function openThreads(count: number, options: ThreadsOptions = {}): Threads {
  const pool = openPool(count, { lowered: true }, options);
  // Its own threads, or a request that waits would wait for whole chunks; started by the first request, as few servers have any.
  let desk: Piscina | undefined;
  const run = async <T>(name: string, task: object, by = pool): Promise<T> => {
    const answer = (await runWatched(by, name, task, options.silenceMs ?? 60_000)) as T | Refused | Thrown;
    if (answer !== null && typeof answer === 'object') {
      if ('refused' in answer) throw invalidInput(answer.refused, answer.issues);
      if ('thrown' in answer) throw new Error(answer.thrown);
    }
    return answer as T;
  };
  return {
    provePage: async (inputs) => void (await run('provePage', inputs)),
    acceptRows: (batch, block, firstSeq, duplicates = []) =>
      run('acceptRows', { ...taskOf(batch), block, firstSeq, duplicates }),
    produceItems: async (batch, items) => {
      const produced = await run<Produced>('produceItems', { ...taskOf(batch), items });
      assertWhole(items, produced);
      return produced;
    },
    issueOne: (batch, raw) => {
      desk ??= openPool(1, { lowered: false }, options);
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

/** Throws `ThreadDeath` when the thread died of the task, and when it had to be ended because nothing came of it any more. */
async function runWatched(pool: Piscina, name: string, task: object, silenceMs: number): Promise<unknown> {
  const watch = watchThread(silenceMs);
  try {
    return await pool.run({ ...task, progress: watch.progress }, { name, signal: watch.signal });
  } catch (error) {
    if (watch.signal.aborted)
      throw new ThreadDeath(`a worker thread was ended: nothing came of it for ${silenceMs / 1_000} s`);
    // What a task throws comes back as an answer; the rest is the end of its thread, unless the pool is being closed.
    if ((error as Error).name !== 'AbortError') throw new ThreadDeath((error as Error).message, { cause: error });
    throw error;
  } finally {
    watch.end();
  }
}

function openPool(count: number, { lowered }: ThreadOptions, { program, heapMb }: ThreadsOptions): Piscina {
  const pool = new Piscina({
    filename: (program ?? new URL('./produce-thread.ts', import.meta.url)).href,
    minThreads: 1,
    maxThreads: count,
    idleTimeout: 60_000,
    workerData: { lowered } satisfies ThreadOptions,
    // Left alone, V8 lets the space for new objects grow to 134 MB a thread; measured: 100 MB less each, and no more time.
    // The rest is a wall, far above what a chunk needs: one that has no end must not take the machine with it.
    resourceLimits: { maxYoungGenerationSizeMb: 48, maxOldGenerationSizeMb: heapMb ?? 1_024 },
  });
  // A thread may fail once more after its task was told to have failed; unheard, that would end the process.
  pool.on('error', () => {});
  return pool;
}

/** An answer that leaves an item out, or names bytes that are not there, must never be stored. Throws `ThreadDeath`. */
function assertWhole(items: readonly AcceptedItem[], { pack, issued, failed }: Produced): void {
  const places = JSON.parse(issued) as {
    seq: number;
    at: number;
    length: number;
    jsonAt: number;
    jsonLength: number;
  }[];
  const answered = [...places, ...(JSON.parse(failed) as { seq: number }[])]
    .map(({ seq }) => seq)
    .sort((a, b) => a - b);
  const isWhole = answered.length === items.length && items.every(({ seq }, nth) => answered[nth] === seq);
  let end = 0;
  for (const { at, length, jsonAt, jsonLength } of places) {
    if (at !== end || length < 1 || jsonAt < at || jsonAt + jsonLength > at + length) end = Number.NaN;
    end += length;
  }
  if (!isWhole || end !== pack.length)
    throw new ThreadDeath('a worker thread answered with something else than its items');
}

const taskOf = ({ program: { key, shared }, terms }: ThreadBatch): Task => ({ program: { key, shared }, terms });

/** A buffer comes out of a thread as a plain array of bytes. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
