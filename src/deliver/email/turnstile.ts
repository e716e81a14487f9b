/** Lets at most so many through at a time, first come first served. */

export interface Turnstile {
  pass<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when nobody is inside or waiting. */
  empty(): Promise<void>;
}

export function openTurnstile(places: number): Turnstile {
  let inside = 0;
  const waiting: (() => void)[] = [];
  const leavers: (() => void)[] = [];
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
        if (inside === 0) for (const leave of leavers.splice(0)) leave();
      }
    },
    async empty() {
      if (inside > 0) await new Promise<void>((leave) => leavers.push(leave));
    },
  };
}
