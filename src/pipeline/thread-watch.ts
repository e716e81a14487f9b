/** Notices a thread that makes no progress any more, so that it can be ended. */

export interface ThreadWatch {
  /** For the thread, which counts in it (`countProgress`): zero until it has begun. */
  progress: SharedArrayBuffer;
  /** Aborted when the count stood still for too long. */
  signal: AbortSignal;
  end(): void;
}

/** A thread that died of its task, or had to be ended, or answered what cannot be. */
export class ThreadDeath extends Error {}

const looks = 10;

/** Looks several times before it gives up: a process that stood still as a whole must not take its threads for dead. */
export function watchThread(silenceMs: number): ThreadWatch {
  const progress = new SharedArrayBuffer(4);
  const counter = new Int32Array(progress);
  const stop = new AbortController();
  let last = 0;
  let still = 0;
  const timer = setInterval(() => {
    const count = Atomics.load(counter, 0);
    still = count === last && count > 0 ? still + 1 : 0;
    last = count;
    if (still >= looks) stop.abort();
  }, silenceMs / looks);
  return { progress, signal: stop.signal, end: () => clearInterval(timer) };
}

/** In the thread: at the beginning of a task, and after each of its items. */
export function countProgress(progress: SharedArrayBuffer): void {
  Atomics.add(new Int32Array(progress), 0, 1);
}
