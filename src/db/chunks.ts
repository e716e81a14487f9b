/** Chunks: the unit of work. Taking one raises its attempt; completing one names the attempt that holds it. */

import { randomUUID } from 'node:crypto';
import type { Status } from '../domain/lifecycle.ts';
import type { Tx } from './open.ts';
import { mayBecome } from './transition.ts';

export interface ChunkRow {
  id: string;
  batchId: string;
  organizationId: string;
  seq: number;
  status: Status<'chunk'>;
  firstSeq: number;
  count: number;
  sourceOffset: number;
  sourceLength: number;
  /** Rows that are left out, by their place in the batch, with what they repeat. */
  duplicates: [number, string][] | null;
  attempt: number;
  deaths: number;
  accepted: number;
  issued: number;
  failed: number;
  retry: boolean;
  /** The batch's, when the chunk was taken. */
  revision: number;
  /** Whether the batch was cancelled before the chunk was taken. */
  isCalledOff: boolean;
}

const columns = `id, batch_id as "batchId", organization_id as "organizationId", seq, status, first_seq as "firstSeq", count,
  source_offset as "sourceOffset", source_length as "sourceLength", duplicates, attempt, deaths, accepted, issued, failed, retry,
  (select revision from batch where batch.id = chunk.batch_id) as revision,
  (select batch.status = 'cancelled' from batch where batch.id = chunk.batch_id) as "isCalledOff"`;

export interface NewChunk {
  id: string;
  seq: number;
  firstSeq: number;
  count: number;
  sourceOffset: number;
  sourceLength: number;
  duplicates: [number, string][] | null;
}

/** Two thousand chunks of a million rows in one statement. */
export async function insertChunks(
  tx: Tx,
  organizationId: string,
  batchId: string,
  chunks: readonly NewChunk[],
  status: Extract<Status<'chunk'>, 'pending' | 'accepted'>,
): Promise<void> {
  await tx.query(
    `insert into chunk (id, organization_id, batch_id, seq, first_seq, count, source_offset, source_length, duplicates, status, accepted)
     select id, $1, $2, seq, "firstSeq", count, "sourceOffset", "sourceLength", nullif(duplicates, 'null'), $4,
       case when $4 = 'accepted' then count else 0 end from jsonb_to_recordset($3::jsonb)
       as new(id uuid, seq int, "firstSeq" int, count int, "sourceOffset" bigint, "sourceLength" int, duplicates jsonb)`,
    [organizationId, batchId, JSON.stringify(chunks), status],
  );
}

/** Takes a chunk for one stage; undefined when it is past that stage. Its death is counted in advance and taken back when the run ends in order. */
export async function takeChunk(
  tx: Tx,
  organizationId: string,
  id: string,
  ...statuses: Status<'chunk'>[]
): Promise<ChunkRow | undefined> {
  const { rows } = await tx.query<ChunkRow>(
    `update chunk set attempt = attempt + 1, deaths = deaths + 1, taken_at = clock_timestamp()
     where organization_id = $1 and id = $2 and status = any($3) returning ${columns}`,
    [organizationId, id, statuses],
  );
  return rows[0];
}

/** The run ended by an ordinary error: it was no death. */
export async function forgiveChunk(tx: Tx, organizationId: string, id: string, attempt: number): Promise<void> {
  // Never below zero: the run may have been completed by a COMMIT whose answer was lost.
  await tx.query(
    'update chunk set deaths = greatest(deaths - 1, 0) where organization_id = $1 and id = $2 and attempt = $3',
    [organizationId, id, attempt],
  );
}

export interface ChunkResult {
  accepted?: number;
  issued?: number;
  /** Of those issued; those of members. */
  internal?: number;
  failed?: number;
  mails?: number;
  packKey?: string;
  packBytes?: number;
  prefixHash?: string;
}

/** Whether this attempt still holds the chunk. */
export async function holdsChunk(tx: Tx, chunk: ChunkRow): Promise<boolean> {
  const { rows } = await tx.query(
    'select 1 from chunk where organization_id = $1 and id = $2 and attempt = $3 and status = $4',
    [chunk.organizationId, chunk.id, chunk.attempt, chunk.status],
  );
  return rows.length > 0;
}

/** The fence: false when another attempt holds the chunk by now; the caller must then roll back. `failed` is added, the rest is set. */
export async function completeChunk(
  tx: Tx,
  chunk: ChunkRow,
  to: 'accepted' | 'produced' | 'set_aside' | 'cancelled',
  result: ChunkResult,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update chunk set status = $4, deaths = 0, accepted = coalesce($5, accepted), issued = coalesce($6, issued), failed = failed + coalesce($7, 0),
       mails = coalesce($8, mails), pack_key = coalesce($9, pack_key), pack_bytes = coalesce($10, pack_bytes), prefix_hash = coalesce($11, prefix_hash),
       internal = coalesce($12, internal), finished_at = case when $4 = 'accepted' then null else clock_timestamp() end
     where organization_id = $1 and id = $2 and attempt = $3 and ${mayBecome('chunk', to)}`,
    [
      chunk.organizationId,
      chunk.id,
      chunk.attempt,
      to,
      result.accepted ?? null,
      result.issued ?? null,
      result.failed ?? null,
      result.mails ?? null,
      result.packKey ?? null,
      result.packBytes ?? null,
      result.prefixHash ?? null,
      result.internal ?? null,
    ],
  );
  return rowCount === 1;
}

/** Whether any chunk of the batch has not reached the stage yet; call under `lockBatch`. */
export async function hasChunksIn(
  tx: Tx,
  organizationId: string,
  batchId: string,
  statuses: readonly Status<'chunk'>[],
): Promise<boolean> {
  const { rows } = await tx.query(
    'select 1 from chunk where organization_id = $1 and batch_id = $2 and status = any($3) limit 1',
    [organizationId, batchId, statuses],
  );
  return rows.length > 0;
}

/** Chunks whose items are ready to be produced or to be rejected, in order. */
export async function listAcceptedChunks(
  tx: Tx,
  organizationId: string,
  batchId: string,
): Promise<{ id: string; accepted: number }[]> {
  const { rows } = await tx.query<{ id: string; accepted: number }>(
    `select id, accepted from chunk where organization_id = $1 and batch_id = $2 and status = 'accepted' order by seq`,
    [organizationId, batchId],
  );
  return rows;
}

/** Chunks of which nothing has been made, in order. */
export async function listUnmadeChunks(tx: Tx, organizationId: string, batchId: string): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select id from chunk where organization_id = $1 and batch_id = $2 and status in ('pending', 'accepted') order by seq`,
    [organizationId, batchId],
  );
  return rows.map(({ id }) => id);
}

/** So many items of each chunk have failed since it was accepted. */
export async function countRejected(
  tx: Tx,
  organizationId: string,
  rejected: readonly { chunkId: string }[],
): Promise<void> {
  await tx.query(
    `update chunk set accepted = accepted - gone.count, failed = failed + gone.count
     from (select chunk_id, count(*)::int as count from unnest($2::uuid[]) as one(chunk_id) group by chunk_id) gone
     where chunk.organization_id = $1 and chunk.id = gone.chunk_id`,
    [organizationId, rejected.map(({ chunkId }) => chunkId)],
  );
}

/** A failed item that may be made again: its row was good and nobody rejected it. */
const isRetryable = `status = 'failed' and issues is not null and cells is null and not issues @> '[{"code": "rejected"}]'`;

/** Moves the batch's retryable failed items into new chunks of at most `size`; returns the new chunks and how many items moved. */
export async function regroupFailedItems(
  tx: Tx,
  organizationId: string,
  batchId: string,
  size: number,
  /** Only this item. */
  seq: number | null = null,
): Promise<{ id: string; count: number }[]> {
  const { rows } = await tx.query<{ seq: number; chunkId: string }>(
    `select seq, chunk_id as "chunkId" from item where organization_id = $1 and batch_id = $2 and ${isRetryable} and ($3::int is null or seq = $3) order by seq for update`,
    [organizationId, batchId, seq],
  );
  const { rows: last } = await tx.query<{ seq: number }>(
    'select max(seq) as seq from chunk where organization_id = $1 and batch_id = $2',
    [organizationId, batchId],
  );
  const fresh: { id: string; seq: number; firstSeq: number; count: number; items: number[] }[] = [];
  for (let at = 0; at < rows.length; at += size) {
    const part = rows.slice(at, at + size).map((row) => row.seq);
    fresh.push({
      id: randomUUID(),
      seq: (last[0]?.seq ?? 0) + 1 + fresh.length,
      firstSeq: part[0] as number,
      count: part.length,
      items: part,
    });
  }
  if (fresh.length === 0) return [];
  await tx.query(
    `update chunk set failed = failed - moved.count from (select chunk_id, count(*)::int as count from item
       where organization_id = $1 and batch_id = $2 and ${isRetryable} and ($3::int is null or seq = $3) group by chunk_id) moved
     where chunk.id = moved.chunk_id and chunk.organization_id = $1`,
    [organizationId, batchId, seq],
  );
  await tx.query(
    `insert into chunk (id, organization_id, batch_id, seq, first_seq, count, source_offset, source_length, retry, status, accepted)
     select id, $1, $2, seq, "firstSeq", count, 0, 0, true, 'accepted', count from jsonb_to_recordset($3::jsonb)
       as new(id uuid, seq int, "firstSeq" int, count int)`,
    [organizationId, batchId, JSON.stringify(fresh)],
  );
  await tx.query(
    `update item set chunk_id = new.id, status = 'accepted', issues = null, updated_at = clock_timestamp()
     from (select id, jsonb_array_elements_text(items)::int as seq from jsonb_to_recordset($3::jsonb) as moved(id uuid, items jsonb)) new
     where item.organization_id = $1 and item.batch_id = $2 and item.seq = new.seq and item.status = 'failed'`,
    [organizationId, batchId, JSON.stringify(fresh)],
  );
  return fresh.map(({ id, count }) => ({ id, count }));
}
