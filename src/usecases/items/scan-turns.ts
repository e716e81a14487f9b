/** Turns for lists that read many rows: a quarter of the connections may do so at once, some wait, and the rest are told to come back. */

import type { App } from '../../app.ts';
import type { Database, Tx } from '../../db/open.ts';
import { isTimeout, limitTime } from '../../db/time-limit.ts';
import { openTurnstile, type Turnstile } from '../../domain/turnstile.ts';
import { ChanceryError, invalidInput } from '../../errors.ts';

/** One for each database of the process. */
const turnstiles = new WeakMap<Database, Turnstile>();

function turnstileOf({ db, config }: App): Turnstile {
  const known = turnstiles.get(db);
  if (known) return known;
  const turnstile = openTurnstile(Math.max(1, Math.floor(config.DATABASE_POOL / 4)), {
    mostWaiting: 20,
    refuse: () => new ChanceryError('not_ready', 'too many searches are under way; try again, or narrow this one'),
  });
  turnstiles.set(db, turnstile);
  return turnstile;
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
  const scan = async (tx: Tx) => {
    await limitTime(tx, secondsForScan);
    return read(tx);
  };
  try {
    return await turnstileOf(app).pass(() => app.db.organization(organizationId, scan));
  } catch (error) {
    if (!isTimeout(error)) throw error;
    throw invalidInput('the list takes too long', [{ path, code: 'too_slow' }]);
  }
}
