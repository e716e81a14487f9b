/** When a webhook message is tried again, and how long an endpoint may fail: the schedule of Standard Webhooks, published in docs/webhooks.md. */

const [minute, hour] = [60, 3_600];

/** Seconds before each attempt, counted from the one before: 75.6 hours in all. */
export const webhookSchedule = [
  0,
  5,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
] as const;

/** A receiver may ask for more patience than the schedule has, up to this. */
const longestWait = 24 * hour;

/** Between two failures of an endpoint there lie at most the longest wait and its jitter; past that a new time of failing begins. */
export const failurePauseHours = 36;

/**
 * Seconds until the next attempt when `made` attempts of the schedule have been made; null when it was the last.
 * Up to a tenth more than the schedule says, so that what failed together does not come back together.
 */
export function nextAttemptIn(made: number, retryAfterSeconds: number | null, random = Math.random()): number | null {
  const planned = webhookSchedule[made];
  if (planned === undefined) return null;
  return Math.max(planned * (1 + random / 10), Math.min(retryAfterSeconds ?? 0, longestWait));
}
