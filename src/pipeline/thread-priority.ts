/** Worker threads step back when the doors and the database want the processor; an idle machine they have to themselves. */

import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/** As much as nice(1) gives. */
const niceness = 10;

/** On Linux threads have priorities of their own (sched(7)); elsewhere this does nothing. */
export function lowerThreadPriority(): void {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    setPriority(thread, niceness);
  } catch {
    // A nicety: without /proc, or where a sandbox forbids it, everything works as before.
  }
}
