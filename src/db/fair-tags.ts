/** Start tags of start-time fair queueing: first in, first out within an organization, fair between organizations; each queue has its own clock. */

import type { Tx } from './open.ts';

/**
 * Gives out `count` consecutive tags: each is the later of the organization's last tag and the queue's current tag, plus one.
 * So a small batch handed in behind someone's million rows gets the next tag, not the millionth.
 */
export async function takeFairTags(tx: Tx, organizationId: string, queue: string, count: number): Promise<number[]> {
  const { rows } = await tx.query<{ last: number }>(
    `insert into fair_tag (organization_id, queue, last_tag) values ($1, $2, coalesce((select tag from fair_clock where queue = $2), 0) + $3)
     on conflict (organization_id, queue) do update
       set last_tag = greatest(fair_tag.last_tag, coalesce((select tag from fair_clock where queue = $2), 0)) + $3
     returning last_tag as last`,
    [organizationId, queue, count],
  );
  const last = rows[0]?.last as number;
  return Array.from({ length: count }, (_, at) => last - count + 1 + at);
}

/** The tag after the one that runs now, which nobody is charged for: for the few jobs that people wait for. */
export async function readNextTag(tx: Tx, queue: string): Promise<number> {
  const { rows } = await tx.query<{ next: number }>('select tag + 1 as next from fair_clock where queue = $1', [queue]);
  return rows[0]?.next ?? 1;
}

/** The queue's current tag is that of the newest job begun. */
export async function advanceFairClock(tx: Pick<Tx, 'query'>, queue: string, tag: number): Promise<void> {
  await tx.query(
    'insert into fair_clock (queue, tag) values ($1, $2) on conflict (queue) do update set tag = excluded.tag where fair_clock.tag < excluded.tag',
    [queue, tag],
  );
}
