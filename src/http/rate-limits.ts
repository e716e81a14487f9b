/** Counts requests in fixed windows of a minute, in the memory of this process, as Laravel's `throttle` does. */

const windowMs = 60_000;
/** Past this many, windows that have ended are thrown away; then the oldest. */
const limit = 100_000;

interface Window {
  count: number;
  /** Milliseconds, of the clock on the wall: it is told to clients. */
  endsAt: number;
}

export interface Standing {
  allowed: boolean;
  /** Requests left in this window. */
  remaining: number;
  /** Whole seconds until the window ends, rounded up. */
  retryAfter: number;
  /** Unix seconds. */
  resetAt: number;
}

export interface RateLimits {
  /** Counts one request, unless there is no room for it: like Laravel, refused requests do not prolong the window. */
  take(name: string, max: number): Standing;
  /** The same without counting. */
  look(name: string, max: number): Standing;
}

export function openRateLimits(now: () => number = Date.now): RateLimits {
  const windows = new Map<string, Window>();
  const current = (name: string): Window => {
    const found = windows.get(name);
    if (found && found.endsAt > now()) return found;
    return { count: 0, endsAt: now() + windowMs };
  };
  const standing = ({ count, endsAt }: Window, max: number, allowed: boolean): Standing => {
    const retryAfter = Math.max(1, Math.ceil((endsAt - now()) / 1_000));
    return {
      allowed,
      remaining: Math.max(0, max - count),
      retryAfter,
      resetAt: Math.floor(now() / 1_000) + retryAfter,
    };
  };
  return {
    take(name, max) {
      const window = current(name);
      const allowed = window.count < max;
      if (allowed) {
        window.count++;
        if (window.count === 1) {
          windows.delete(name);
          windows.set(name, window);
          if (windows.size > limit) prune(windows, now());
        }
      }
      return standing(window, max, allowed);
    },
    look(name, max) {
      const window = current(name);
      return standing(window, max, window.count < max);
    },
  };
}

/** Windows stand in the order of their beginning, all of one length: the first that has not ended is followed by none that has. */
function prune(windows: Map<string, Window>, now: number): void {
  for (const [name, { endsAt }] of windows) {
    if (endsAt > now && windows.size <= limit) return;
    windows.delete(name);
  }
}
