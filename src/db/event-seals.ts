/**
 * Seals: the number and hash of each event, given after its transaction has ended, by one process at a time. Nothing that records an event waits for it.
 * Ids of events have gaps and are committed out of order; numbers have none, and an event that comes late gets the next.
 */

import { type ChainHead, chainStart, nextHead } from '../domain/event-chain.ts';
import type { Tx } from './open.ts';

/** Any number that nothing else in the database locks. */
const lockKey = 7_230_041_826;

/** Where a pass over the events begins. */
export interface SealingPass {
  /** Up to this id nothing is left to be sealed. */
  below: number;
  nextBelow: number;
  /** Whoever had taken an id up to `nextBelow` has ended: after this pass nothing is left there either. */
  isSettled: boolean;
  /** `nextBelow` is worth nothing any more: it is settled, or was written on another server. */
  isSpent: boolean;
}

export async function beginSealing(tx: Tx): Promise<SealingPass> {
  const { rows } = await tx.query<SealingPass>(
    `select sealed_below as below, next_below as "nextBelow",
       coalesce(next_transaction <= pg_snapshot_xmin(pg_current_snapshot()), false) as "isSettled",
       coalesce(next_transaction <= pg_snapshot_xmin(pg_current_snapshot()) or next_transaction > pg_snapshot_xmax(pg_current_snapshot()), true) as "isSpent"
     from event_sealing`,
  );
  return rows[0] as SealingPass;
}

export interface SealedPage {
  count: number;
  /** Id of the last event of the page. */
  last: number;
  /** By organization. */
  heads: Map<string, ChainHead>;
}

/** Seals what has no seal yet behind this id, at most `limit` events; undefined while another process does so. */
export async function sealPage(tx: Tx, after: number, limit: number): Promise<SealedPage | undefined> {
  const { rows: locks } = await tx.query<{ mine: boolean }>('select pg_try_advisory_xact_lock($1) as mine', [lockKey]);
  if (!locks[0]?.mine) return undefined;
  const { rows: events } = await tx.query<{ id: number; organizationId: string; text: string }>(
    `select id, organization_id as "organizationId", event_text(event) as text from event
     where id > $1 and not exists (select from event_seal where event_id = event.id and event_id > $1) order by id limit $2`,
    [after, limit],
  );
  const heads = await readHeads(tx, [...new Set(events.map(({ organizationId }) => organizationId))]);
  const seals = events.map(({ id, organizationId, text }) => {
    const head = nextHead(heads.get(organizationId) ?? chainStart, text);
    heads.set(organizationId, head);
    return { ...head, id, organizationId };
  });
  if (seals.length > 0) await insertSeals(tx, seals, heads);
  return { count: events.length, last: events.at(-1)?.id ?? after, heads };
}

async function readHeads(tx: Tx, organizationIds: string[]): Promise<Map<string, ChainHead>> {
  if (organizationIds.length === 0) return new Map();
  const { rows } = await tx.query<ChainHead & { organizationId: string }>(
    `select organization_id as "organizationId", number, encode(hash, 'hex') as hash from event_chain where organization_id = any($1)`,
    [organizationIds],
  );
  return new Map(rows.map(({ organizationId, number, hash }) => [organizationId, { number, hash }]));
}

async function insertSeals(
  tx: Tx,
  seals: (ChainHead & { id: number; organizationId: string })[],
  heads: Map<string, ChainHead>,
): Promise<void> {
  await tx.query(
    `insert into event_seal (organization_id, number, event_id, hash)
     select one, number, id, decode(hash, 'hex') from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::text[]) as new(one, number, id, hash)`,
    [
      seals.map(({ organizationId }) => organizationId),
      seals.map(({ number }) => number),
      seals.map(({ id }) => id),
      seals.map(({ hash }) => hash),
    ],
  );
  await tx.query(
    `insert into event_chain (organization_id, number, hash)
     select one, number, decode(hash, 'hex') from unnest($1::uuid[], $2::bigint[], $3::text[]) as new(one, number, hash)
     on conflict (organization_id) do update set number = excluded.number, hash = excluded.hash`,
    [[...heads.keys()], [...heads.values()].map(({ number }) => number), [...heads.values()].map(({ hash }) => hash)],
  );
}

/** After a pass that came to the end of the events; `last` is the highest id it met. */
export async function endSealing(tx: Tx, pass: SealingPass, last: number): Promise<void> {
  const below = pass.isSettled ? Math.max(pass.below, pass.nextBelow) : pass.below;
  const next = pass.isSpent ? Math.max(below, last) : pass.nextBelow;
  if (below === pass.below && (next === pass.nextBelow || !pass.isSpent)) return;
  await tx.query(
    `update event_sealing set sealed_below = greatest(sealed_below, $1), next_below = $2,
       next_transaction = case when $3 then pg_snapshot_xmax(pg_current_snapshot()) else next_transaction end`,
    [below, next, pass.isSpent],
  );
}

export interface SealedEvent extends ChainHead {
  /** Null where the event is gone. */
  text: string | null;
}

/** In their order, after this number. */
export async function listSealedEvents(
  tx: Tx,
  organizationId: string,
  after: number,
  limit: number,
): Promise<SealedEvent[]> {
  const { rows } = await tx.query<SealedEvent>(
    `select number, encode(hash, 'hex') as hash, case when event.id is not null then event_text(event) end as text
     from event_seal left join event on event.id = event_id and event.organization_id = event_seal.organization_id
     where event_seal.organization_id = $1 and number > $2 order by number limit $3`,
    [organizationId, after, limit],
  );
  return rows;
}
