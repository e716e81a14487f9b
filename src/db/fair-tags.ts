/** Start tags of start-time fair queueing: first in, first out within an organization, fair between organizations. */

import type { Tx } from './open.ts';

/**
 * Gives out `count` consecutive tags: each is the later of the organization's last tag and the queue's current tag, plus one.
 * So a small batch handed in behind someone's million rows gets the next tag, not the millionth.
 */
export async function takeFairTags(tx: Tx, organizationId: string, count: number): Promise<number[]> {
  const { rows } = await tx.query<{ last: number }>(
    `update fair_tag set last_tag = greatest(last_tag, (select tag from fair_clock)) + $2 where organization_id = $1 returning last_tag as last`,
    [organizationId, count],
  );
  const last = rows[0]?.last ?? count;
  return Array.from({ length: count }, (_, at) => last - count + 1 + at);
}

/** The queue's current tag is that of the newest job begun. */
export async function advanceFairClock(tx: Tx, tag: number): Promise<void> {
  await tx.query('update fair_clock set tag = $1 where tag < $1', [tag]);
}
