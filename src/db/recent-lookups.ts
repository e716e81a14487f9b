/** Look-ups that every request makes: believed for a moment, and made anew at once when a channel says that something has changed. */

import type { Database } from './open.ts';

/** Milliseconds for which an answer is believed: the longest something revoked can live when its announcement is lost. */
const believedFor = 1_000;
const limit = 10_000;

export interface RecentLookups<T> {
  /** Undefined for what is not there, which is never kept: a flood of it must not push out the rest. */
  find(name: string): Promise<T | undefined>;
  /** Whether it was there when this process looked last; asks nobody. */
  knows(name: string): boolean;
  /** Everything is looked up again. */
  forget(): void;
}

interface Seen<T> {
  found: Promise<T | undefined>;
  /** Of the process's clock. */
  until: number;
}

/** Listens from the first look-up on, so that programs without doors do not. */
export function openRecentLookups<T>(
  db: Database,
  channel: string,
  lookUp: (name: string) => Promise<T | undefined>,
): RecentLookups<T> {
  const seen = new Map<string, Seen<T>>();
  let listening: Promise<unknown> | undefined;
  const forget = () => {
    for (const entry of seen.values()) entry.until = 0;
  };
  const listen = () =>
    db.listen(channel, forget).catch(() => {
      // Until it can listen, a look-up is believed for a second at most.
      listening = undefined;
    });
  return {
    async find(name) {
      listening ??= listen();
      await listening;
      const known = seen.get(name);
      if (known && known.until > performance.now()) return known.found;
      // Believed from before it was asked: a change that comes meanwhile sets `until` back.
      const entry = { found: lookUp(name), until: performance.now() + believedFor };
      seen.delete(name);
      seen.set(name, entry);
      if (seen.size > limit) seen.delete(seen.keys().next().value as string);
      const found = await entry.found.catch((error: unknown) => {
        if (seen.get(name) === entry) seen.delete(name);
        throw error;
      });
      if (found === undefined && seen.get(name) === entry) seen.delete(name);
      return found;
    },
    knows: (name) => seen.has(name),
    forget,
  };
}
