/** Who is behind the keys seen lately: pollers cost no round trip, and a revoked key is forgotten at once. */

import { type KeyHolder, revokedChannel, useApiKey } from '../../db/api-keys.ts';
import type { Database } from '../../db/open.ts';

/** Milliseconds for which a look-up is believed: the longest a revoked key can live when its announcement is lost. */
const believedFor = 1_000;
const limit = 10_000;

export interface RecentKeys {
  /** By the key's hash; undefined for an unknown, revoked or expired key. */
  find(hash: Buffer): Promise<KeyHolder | undefined>;
  /** Whether the key was valid when this process saw it last. */
  wasValid(hash: Buffer): boolean;
  /** Every key is looked up again. */
  forget(): void;
}

interface Seen {
  holder: Promise<KeyHolder | undefined>;
  /** Of the process's clock. */
  until: number;
}

/** Listens for revocations from the first look-up on, so that programs without doors do not. */
export function openRecentKeys(db: Database): RecentKeys {
  const seen = new Map<string, Seen>();
  let listening: Promise<unknown> | undefined;
  const forget = () => {
    for (const entry of seen.values()) entry.until = 0;
  };
  const listen = () =>
    db.listen(revokedChannel, forget).catch(() => {
      // Until it can listen, a look-up is believed for a second at most.
      listening = undefined;
    });
  return {
    async find(hash) {
      listening ??= listen();
      await listening;
      const name = hash.toString('latin1');
      const known = seen.get(name);
      if (known && known.until > performance.now()) return stillValid(await known.holder);
      // Believed from before it was asked: a revocation that comes meanwhile sets `until` back.
      const entry = { holder: useApiKey(db, hash), until: performance.now() + believedFor };
      seen.delete(name);
      seen.set(name, entry);
      if (seen.size > limit) seen.delete(seen.keys().next().value as string);
      try {
        const holder = await entry.holder;
        // Unknown keys are not kept: a flood of them must not push out the known ones.
        if (!holder && seen.get(name) === entry) seen.delete(name);
        return stillValid(holder);
      } catch (error) {
        if (seen.get(name) === entry) seen.delete(name);
        throw error;
      }
    },
    forget,
    wasValid: (hash) => seen.has(hash.toString('latin1')),
  };
}

function stillValid(holder: KeyHolder | undefined): KeyHolder | undefined {
  return holder?.expiresAt && holder.expiresAt.getTime() <= Date.now() ? undefined : holder;
}
