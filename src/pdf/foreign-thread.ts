/** The thread foreign PDFs are read in: one task in, `ready` and one answer out, then the next. */

import { getHeapStatistics } from 'node:v8';
import { parentPort } from 'node:worker_threads';
import { ChanceryError } from '../errors.ts';
import { foreignArt } from './foreign-art.ts';
import { foreignAttachment } from './foreign-attachment.ts';
import type { ForeignAnswer, ForeignTask } from './foreign-reader.ts';

/** Bytes; the library alone takes a quarter of it. */
const mostHeld = 80_000_000;

async function answer(task: ForeignTask): Promise<ForeignAnswer> {
  try {
    if (task.task === 'art') return { art: await foreignArt(task.data, task.page) };
    return { attachment: await foreignAttachment(task.data, task.name) };
  } catch (error) {
    const reason = error instanceof ChanceryError ? error.issues[0]?.params?.reason : undefined;
    return { refused: typeof reason === 'string' ? reason : 'the PDF is damaged; save it again' };
  }
}

// The library tries by throwing, once for each byte that is none of its business; where it was thrown costs most of that.
Error.stackTraceLimit = 0;
// The library writes its doubts about a file to the console.
for (const kind of ['log', 'info', 'warn', 'error'] as const) console[kind] = () => undefined;

parentPort?.on('message', (task: ForeignTask) => {
  parentPort?.postMessage('ready');
  void answer(task).then((found) => {
    const { total_heap_size, external_memory } = getHeapStatistics();
    parentPort?.postMessage({ ...found, isSwollen: total_heap_size + external_memory > mostHeld });
  });
});
