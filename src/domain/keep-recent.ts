/** What was made once and is asked for again: the most recently used, within a count and a size. Whatever is dropped is made again. */

export interface Limits {
  count: number;
  /** Bytes; one that is larger by itself is kept until the next one comes. */
  bytes?: number;
}

export interface Recent<T> {
  /** Made once, also when it is asked for twice at a time; a failure is not kept. */
  get(key: string, make: () => Promise<T>): Promise<T>;
}

export function keepRecent<T>(
  { count, bytes = Number.POSITIVE_INFINITY }: Limits,
  sizeOf: (one: T) => number = () => 0,
): Recent<T> {
  // The oldest use first.
  const kept = new Map<string, { made: Promise<T>; size: number }>();
  let total = 0;
  const drop = (key: string) => {
    total -= kept.get(key)?.size ?? 0;
    kept.delete(key);
  };
  const fit = (newest: string) => {
    for (const key of kept.keys()) {
      if (kept.size <= count && total <= bytes) return;
      if (key !== newest) drop(key);
    }
  };
  return {
    get(key, make) {
      const known = kept.get(key);
      if (known) {
        kept.delete(key);
        kept.set(key, known);
        return known.made;
      }
      const entry = { made: make(), size: 0 };
      kept.set(key, entry);
      const isKept = () => kept.get(key) === entry;
      entry.made.then(
        (one) => {
          if (!isKept()) return;
          entry.size = sizeOf(one);
          total += entry.size;
          fit(key);
        },
        () => isKept() && drop(key),
      );
      fit(key);
      return entry.made;
    },
  };
}
