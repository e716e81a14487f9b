/** Who is behind the keys seen lately: pollers cost no round trip, and a revoked key is forgotten at once. */

import { type KeyHolder, revokedChannel, useApiKey } from '../../db/api-keys.ts';
import type { Database } from '../../db/open.ts';
import { openRecentLookups } from '../../db/recent-lookups.ts';

export interface RecentKeys {
  /** By the key's hash; undefined for an unknown, revoked or expired key. */
  find(hash: Buffer): Promise<KeyHolder | undefined>;
  /** Whether the key was valid when this process saw it last. */
  wasValid(hash: Buffer): boolean;
  /** Every key is looked up again. */
  forget(): void;
}

export function openRecentKeys(db: Database): RecentKeys {
  const holders = openRecentLookups(db, revokedChannel, async (name) => {
    const asked = performance.now();
    const used = await useApiKey(db, Buffer.from(name, 'latin1'));
    return used && { ...used, until: used.secondsLeft === null ? null : asked + used.secondsLeft * 1_000 };
  });
  return {
    find: async (hash) => stillValid(await holders.find(hash.toString('latin1'))),
    wasValid: (hash) => holders.knows(hash.toString('latin1')),
    forget: holders.forget,
  };
}

/** `until` on the clock that nobody can set. */
function stillValid(holder: (KeyHolder & { until: number | null }) | undefined): KeyHolder | undefined {
  return holder && holder.until !== null && holder.until <= performance.now() ? undefined : holder;
}
