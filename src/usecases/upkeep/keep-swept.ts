/** Throws away what counts for nothing any more: idempotency keys that nobody can use, links and sessions of wallets that open nothing, files of old mailings. */

import type { App } from '../../app.ts';
import { sweepIdempotencyKeys } from '../../db/idempotency-keys.ts';
import { sweepWallets } from '../../db/wallet-sessions.ts';
import { sweepMailings } from './sweep-mailings.ts';

const everyMs = 60 * 60 * 1000;
const sweepers = { 'idempotency keys': sweepIdempotencyKeys, wallets: sweepWallets };

/** At once and then every hour, until the returned function is called. */
export function keepSwept(app: App): () => void {
  const sweep = async () => {
    if (app.instance.halt) return;
    for (const [what, sweeper] of Object.entries(sweepers))
      try {
        while ((await app.db.owner(sweeper)) > 0);
      } catch (error) {
        app.log.warn({ error: (error as Error).message }, `sweeping ${what}`);
      }
    await sweepMailings(app).catch((error: Error) => app.log.warn({ error: error.message }, 'sweeping mailings'));
  };
  void sweep();
  const timer = setInterval(() => void sweep(), everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
