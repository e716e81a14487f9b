/** Ends the process when an entry of a table never ends, even one that blocks the event loop, and says which it was. */

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Far more than any entry needs on a busy machine. */
const patienceSeconds = 120;

let thread: Worker | undefined;

export interface Watched {
  /** The entry at this place begins; the one before it has ended. */
  begin(at: number): void;
  end(): void;
}

/** `names` are those of the entries, for the message. */
export async function watch(names: string[], patience = patienceSeconds): Promise<Watched> {
  if (thread === undefined) {
    const options = { workerData: patience, execArgv: [] };
    thread = new Worker(new URL('./watchdog-thread.ts', import.meta.url), options);
    // It would not begin while the event loop is blocked.
    await once(thread, 'message');
    thread.unref();
  }
  const place = new Int32Array(new SharedArrayBuffer(4)).fill(-1);
  thread.postMessage({ names, place });
  return {
    begin: (at) => void Atomics.store(place, 0, at),
    end: () => void Atomics.store(place, 0, -1),
  };
}
