/** Lets at most so many through at a time, first come first served. */

export interface Turnstile {
  /** Waits for a place, does the work in it and gives what it gives. */
  pass<T>(work: () => Promise<T>): Promise<T>;
}

/** Who comes when `mostWaiting` wait already is thrown what `refuse` makes; default: as many may wait as come. */
export interface Line {
  mostWaiting: number;
  refuse: () => Error;
}

export function openTurnstile(places: number, line?: Line): Turnstile {
  let inside = 0;
  const waiting: (() => void)[] = [];
  const enter = async () => {
    if (inside < places) {
      inside += 1;
      return;
    }
    if (line && waiting.length >= line.mostWaiting) throw line.refuse();
    await new Promise<void>((resolve) => waiting.push(resolve));
  };
  return {
    async pass(work) {
      await enter();
      try {
        return await work();
      } finally {
        // Whoever leaves hands the place on, so that a newcomer cannot slip in between.
        const next = waiting.shift();
        if (next) next();
        else inside -= 1;
      }
    },
  };
}
