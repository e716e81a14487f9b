/** Reads foreign PDFs in threads that may take 10 seconds and a bounded heap, two at a time; a file that needs more is refused. */

import { Worker } from 'node:worker_threads';
import { assetFault } from './asset-fault.ts';
import type { ForeignArt } from './foreign-art.ts';
import type { Attachment } from './foreign-attachment.ts';

export type ForeignTask = { data: Uint8Array } & (
  | { task: 'art'; page: number }
  | { task: 'attachment'; name?: string }
);

export type ForeignAnswer = { art?: ForeignArt; attachment?: Attachment | undefined; refused?: string };

export const maxPdfBytes = 20_000_000;
const patience = 10_000;
const atOnce = 2;
let running = 0;
const queue: (() => void)[] = [];

/** Throws `invalid_input` with an issue at `asset` where the file is refused, too large or takes too long. */
export async function readForeignPdf(task: ForeignTask): Promise<ForeignAnswer> {
  if (task.data.length > maxPdfBytes) throw assetFault('the PDF is larger than 20 MB; export it smaller');
  if (running >= atOnce) await new Promise<void>((resolve) => queue.push(resolve));
  else running++;
  try {
    const answer = await inThread(task);
    if (answer.refused !== undefined) throw assetFault(answer.refused);
    return answer;
  } finally {
    const next = queue.shift();
    if (next) next();
    else running--;
  }
}

function inThread(task: ForeignTask): Promise<ForeignAnswer> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL('./foreign-thread.ts', import.meta.url), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: 400, maxYoungGenerationSizeMb: 64, stackSizeMb: 4 },
      // The library writes its doubts to the console.
      stdout: true,
      stderr: true,
    });
    const end = (answer: ForeignAnswer) => {
      clearTimeout(timer);
      resolve(answer);
      void worker.terminate();
    };
    const timer = setTimeout(() => end({ refused: 'the PDF takes too long to read; simplify it' }), patience);
    worker.once('message', end);
    worker.once('error', () => end({ refused: 'the PDF needs too much memory; simplify it' }));
    worker.once('exit', () => end({ refused: 'the PDF is damaged; save it again' }));
  });
}
