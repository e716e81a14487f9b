/** Throws idempotency keys away that nobody can use any more. */

import type { App } from '../../app.ts';
import { sweepIdempotencyKeys } from '../../db/idempotency-keys.ts';

const everyMs = 60 * 60 * 1000;

/** At once and then every hour, until the returned function is called. */
export function keepKeysSwept(app: App): () => void {
  const sweep = async () => {
    while ((await app.db.owner(sweepIdempotencyKeys)) > 0);
  };
  const quietly = () =>
    void sweep().catch((error: Error) => app.log.warn({ error: error.message }, 'sweeping idempotency keys'));
  quietly();
  const timer = setInterval(quietly, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
