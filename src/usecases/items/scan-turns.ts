/** Turns for lists that read many rows: a quarter of the connections may do so at once, some wait, and the rest are told to come back. */

import { ChanceryError } from '../../errors.ts';

let running = 0;
const waiting: (() => void)[] = [];
const mayWait = 20;

/** Dispose of what it gives when the list is read. Throws `not_ready` where too many wait already. */
export async function takeTurn(connections: number): Promise<Disposable> {
  const atOnce = Math.max(1, Math.floor(connections / 4));
  if (running >= atOnce) {
    if (waiting.length >= mayWait)
      throw new ChanceryError('not_ready', 'too many searches are under way; try again, or narrow this one');
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running++;
  return {
    [Symbol.dispose]() {
      const next = waiting.shift();
      // The turn is handed over, or given back.
      if (next) next();
      else running--;
    },
  };
}
