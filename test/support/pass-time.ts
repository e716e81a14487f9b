/** Whatever waits for its next attempt is due now. */

import { wakeChannel } from '../../src/queue/open-queue.ts';
import type { Place } from './snapshot.ts';

export async function passTime({ sql }: Pick<Place, 'sql'>): Promise<void> {
  await sql(
    `update delivery set next_attempt_at = clock_timestamp() where status in ('deferred', 'unknown') and next_attempt_at > clock_timestamp()`,
  );
  await sql(
    `update pgboss.job set start_after = clock_timestamp() where state in ('created', 'retry') and start_after > clock_timestamp()`,
  );
  await sql('select pg_notify($1, $2)', [wakeChannel, 'deliver']);
}

/** Again and again, until disposed of. */
export function passTimeOften(place: Pick<Place, 'sql'>): Disposable {
  // A database that is away has nothing that waits for time.
  const timer = setInterval(() => void passTime(place).catch(() => {}), 1_000);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
