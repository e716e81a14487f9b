/** Lets at most so many through at a time, first come first served. */

export interface Turnstile {
  pass<T>(work: () => Promise<T>): Promise<T>;
}

export function openTurnstile(places: number): Turnstile {
  let inside = 0;
  const waiting: (() => void)[] = [];
  return {
    async pass(work) {
      // Whoever leaves hands the place on, so that a newcomer cannot slip in between.
      if (inside < places) inside += 1;
      else await new Promise<void>((enter) => waiting.push(enter));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else inside -= 1;
      }
    },
  };
}
