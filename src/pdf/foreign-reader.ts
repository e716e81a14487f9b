/** Reads foreign PDFs one after the other in a thread of their own; a file that needs more than 10 seconds or a bounded heap is refused. */

import { Worker } from 'node:worker_threads';
import { assetFault } from './asset-fault.ts';
import type { ForeignArt } from './foreign-art.ts';
import type { Attachment } from './foreign-attachment.ts';

export type ForeignTask = { data: Uint8Array } & (
  | { task: 'art'; page: number }
  | { task: 'attachment'; name?: string }
);

export type ForeignAnswer = {
  art?: ForeignArt;
  attachment?: Attachment | undefined;
  refused?: string;
  /** The thread has become so large that it had better go. */
  isSwollen?: boolean;
};

export const maxPdfBytes = 20_000_000;
/** A document of ours may be an upload of 20 MiB with a page behind it. */
const maxDocumentBytes = 24_000_000;
const usualPatience = 10_000;
/** A thread starts in about a second; on a busy machine it takes longer, and that does not count against the file. */
const startTime = 30_000;
/** The PDF library takes a second to load, so the thread stays for a while; it goes before names of hostile files pile up in it. */
const tasksPerThread = 50;
const idleTime = 30_000;

let worker: Worker | undefined;
let done = 0;
let idle: NodeJS.Timeout | undefined;
let last: Promise<unknown> = Promise.resolve();

/** `patience` in milliseconds. Throws `invalid_input` with an issue at `asset` where the file is refused, too large or takes too long. */
export async function readForeignPdf(task: ForeignTask, patience = usualPatience): Promise<ForeignAnswer> {
  if (task.data.length > (task.task === 'attachment' ? maxDocumentBytes : maxPdfBytes))
    throw assetFault('the PDF is larger than 20 MB; export it smaller');
  const turn = last.then(() => inThread(task, patience));
  last = turn;
  const answer = await turn;
  if (answer.refused !== undefined) throw assetFault(answer.refused);
  return answer;
}

function inThread(task: ForeignTask, patience: number): Promise<ForeignAnswer> {
  clearTimeout(idle);
  worker ??= start();
  const thread = worker;
  thread.ref();
  return new Promise((resolve) => {
    const end = (answer: ForeignAnswer, keep: boolean) => {
      clearTimeout(timer);
      // Not removeAllListeners: the thread has listeners of its own, without which it falls silent.
      thread.off('message', onMessage).off('error', onError).off('exit', onExit);
      if (keep && ++done < tasksPerThread) rest(thread);
      else stop(thread);
      resolve(answer);
    };
    const late = () => end({ refused: 'the PDF takes too long to read; simplify it' }, false);
    const onError = () => end({ refused: 'the PDF needs too much memory; simplify it' }, false);
    const onExit = () => end({ refused: 'the PDF is damaged; save it again' }, false);
    const onMessage = (message: ForeignAnswer | 'ready') => {
      if (message !== 'ready') return end(message, message.isSwollen !== true);
      clearTimeout(timer);
      timer = setTimeout(late, patience);
    };
    let timer = setTimeout(late, startTime);
    thread.on('message', onMessage).on('error', onError).on('exit', onExit);
    thread.postMessage(task);
  });
}

function start(): Worker {
  done = 0;
  return new Worker(new URL('./foreign-thread.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: 400, maxYoungGenerationSizeMb: 64, stackSizeMb: 4 },
  });
}

/** A resting thread does not keep the process alive. */
function rest(thread: Worker) {
  thread.unref();
  idle = setTimeout(() => stop(thread), idleTime);
  idle.unref();
}

function stop(thread: Worker) {
  if (worker === thread) worker = undefined;
  // A thread that ends in its own time may still report; nobody listens any more.
  thread.on('error', () => undefined);
  void thread.terminate();
}
