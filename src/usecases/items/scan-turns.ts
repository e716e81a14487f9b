/** Turns for lists that read many rows: a quarter of the connections may do so at once, some wait, and the rest are told to come back. */

import type { App } from '../../app.ts';
import type { Tx } from '../../db/open.ts';
import { isTimeout, limitTime } from '../../db/time-limit.ts';
import { ChanceryError, invalidInput } from '../../errors.ts';

let running = 0;
const waiting: (() => void)[] = [];
const mayWait = 20;

/** Dispose of what it gives when the list is read. Throws `not_ready` where too many wait already. */
async function takeTurn(connections: number): Promise<Disposable> {
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

/** Searching 1,110,000 items for what none of them has took 2.6 s on two cores that others used too. */
const secondsForScan = 8;

/** A list that reads many rows, in its turn and for so long. Throws `invalid_input` at `path` where it takes too long. */
export async function scanInTurn<T>(
  app: App,
  organizationId: string,
  path: string,
  read: (tx: Tx) => Promise<T>,
): Promise<T> {
  using _turn = await takeTurn(app.config.DATABASE_POOL);
  try {
    return await app.db.organization(organizationId, async (tx) => {
      await limitTime(tx, secondsForScan);
      return read(tx);
    });
  } catch (error) {
    if (!isTimeout(error)) throw error;
    throw invalidInput('the list takes too long', [{ path, code: 'too_slow' }]);
  }
}
