/** Items in bulk (one jsonb parameter for a chunk) and one by one for pages and lists. */

import type { FieldValue } from '../domain/field.ts';
import type { Issue } from '../domain/issue.ts';
import type { Status } from '../domain/lifecycle.ts';
import type { ChunkRow } from './chunks.ts';
import type { Tx } from './open.ts';
import { awaitJoining } from './recipients.ts';
import { mayBecome } from './transition.ts';

/**
 * Stores a chunk's accepted and failed rows. `json` is an array of
 * `{seq, id, reference, status, row, name, email, issue, expiry, fields, list, index, issues?, cells?}`.
 * A chunk that is accepted again after a crash finds nothing of its own, because rows and chunk commit together.
 * A recipient who is a member gets the item at once; who joins from here on, from `linkItems`. Members are looked up all at once: one by one
 * they cost 8 ms a chunk even where there are none, together less than the noise, and 3 of 16 ms where all 500 are members, among 10,000.
 */
export async function insertItems(tx: Tx, chunk: ChunkRow, json: string): Promise<void> {
  const joined = awaitJoining(tx, chunk.organizationId);
  const inserted = tx.query(
    `with new as materialized (select *, lower(email) as key from jsonb_to_recordset($4::jsonb) as new(seq int, id uuid, reference text, status text,
       "row" int, name text, email text, issue date, expiry date, fields jsonb, list uuid, index int, issues jsonb, cells jsonb)),
     recipient as materialized (select distinct on (email_key) email_key, id from member
       where organization_id = $1 and email_key = any (array(select key from new)) and not is_archived order by email_key, number)
     insert into item (organization_id, batch_id, chunk_id, created_at, updated_at, seq, id, reference_id, status, row_number, name, email, email_key,
       issue_date, expiry_date, fields, status_list_id, status_index, issues, cells, member_id)
     select $1, $2, $3, batch.created_at, batch.created_at, seq, new.id, reference, status, "row", name, email, key, issue, expiry, fields,
       list, index, issues, cells, recipient.id
     from (select created_at from batch where organization_id = $1 and id = $2) batch, new left join recipient on recipient.email_key = new.key
     order by seq`,
    [chunk.organizationId, chunk.batchId, chunk.id, json],
  );
  await Promise.all([joined, inserted]);
}

/** What the produce stage needs of an item, dates as text. */
export interface AcceptedItem {
  seq: number;
  id: string;
  reference: string;
  name: string;
  email: string;
  issue: string;
  expiry: string | null;
  fields: Record<string, FieldValue>;
  list: string;
  index: number;
}

/**
 * `where` of a chunk's items with its values $1 to $5. Rows of a chunk lie side by side, those of a retry chunk behind its first one:
 * the bounds let the primary key find them, where a batch of a million rows would be searched from end to end.
 */
export function itemsOf(chunk: ChunkRow): { where: string; values: unknown[] } {
  const last = chunk.retry ? 2 ** 31 - 1 : chunk.firstSeq + chunk.count - 1;
  return {
    where: `item.organization_id = $1 and item.batch_id = $2 and item.chunk_id = $3 and item.seq between $4 and $5`,
    values: [chunk.organizationId, chunk.batchId, chunk.id, chunk.firstSeq, last],
  };
}

export async function readAcceptedItems(tx: Tx, chunk: ChunkRow): Promise<AcceptedItem[]> {
  const { where, values } = itemsOf(chunk);
  const { rows } = await tx.query<AcceptedItem>(
    `select seq, id, reference_id as reference, name, email, to_char(issue_date, 'YYYY-MM-DD') as issue, to_char(expiry_date, 'YYYY-MM-DD') as expiry,
       fields, status_list_id as list, status_index as index
     from item where ${where} and status = 'accepted' order by seq`,
    values,
  );
  return rows;
}

/**
 * Stores a chunk's results: `issued` is an array of `{seq, at, length, jsonAt, jsonLength, sha, prefix?}`, `failed` of `{seq, issues}`.
 * `internal` of those issued belong to a member.
 * The list of places is there for the planner: joined by seq alone it may read the whole batch, measured 220 µs a row instead of 40 at 10,000 rows.
 */
export async function completeItems(
  tx: Tx,
  chunk: ChunkRow,
  pack: { key: string; prefixHash: string },
  issued: string,
  failed: string,
): Promise<{ issued: number; internal: number; failed: number }> {
  const { rows } = await tx.query<{ issued: number; internal: number }>(
    `with new as materialized (select * from jsonb_to_recordset($5::jsonb)
       as new(seq int, at int, length int, "jsonAt" int, "jsonLength" int, sha text, prefix text)),
     done as (update item set status = 'issued', pack_key = $3, prefix_hash = coalesce(new.prefix, $4), tail_offset = new.at, tail_length = new.length,
       credential_offset = new."jsonAt", credential_length = new."jsonLength", document_sha256 = decode(new.sha, 'hex'),
       issued_at = clock_timestamp(), updated_at = clock_timestamp()
     from new where item.organization_id = $1 and item.batch_id = $2 and item.seq = any (array(select seq from new))
       and item.seq = new.seq and item.${mayBecome('item', 'issued')} returning item.member_id)
     select count(*)::int as issued, count(member_id)::int as internal from done`,
    [chunk.organizationId, chunk.batchId, pack.key, pack.prefixHash, issued],
  );
  const { issued: done = 0, internal = 0 } = rows[0] ?? {};
  return { issued: done, internal, failed: await failItems(tx, chunk, failed) };
}

/** `failed` is an array of `{seq, issues}`. */
export async function failItems(tx: Tx, chunk: ChunkRow, failed: string): Promise<number> {
  if (failed === '[]') return 0;
  const { rowCount } = await tx.query(
    `with new as materialized (select * from jsonb_to_recordset($3::jsonb) as new(seq int, issues jsonb))
     update item set status = 'failed', issues = new.issues, updated_at = clock_timestamp()
     from new where item.organization_id = $1 and item.batch_id = $2 and item.seq = any (array(select seq from new))
       and item.seq = new.seq and item.${mayBecome('item', 'failed')}`,
    [chunk.organizationId, chunk.batchId, failed],
  );
  return rowCount;
}

/** Fails every item of a chunk that is not final. */
export async function failChunkItems(tx: Tx, chunk: ChunkRow, issue: Issue): Promise<number> {
  const { where, values } = itemsOf(chunk);
  const { rowCount } = await tx.query(
    `update item set status = 'failed', issues = $6, updated_at = clock_timestamp() where ${where} and ${mayBecome('item', 'failed')}`,
    [...values, JSON.stringify([issue])],
  );
  return rowCount;
}

/** Cancels every item of a chunk that is not made yet. */
export async function cancelChunkItems(tx: Tx, chunk: ChunkRow, issue: Issue): Promise<number> {
  const { where, values } = itemsOf(chunk);
  const { rowCount } = await tx.query(
    `update item set status = 'cancelled', issues = $6, updated_at = clock_timestamp() where ${where} and ${mayBecome('item', 'cancelled')}`,
    [...values, JSON.stringify([issue])],
  );
  return rowCount;
}

/** `rejected` is an array of `{id, issues}`; only items that wait to be produced are touched. Gives those that were. */
export async function rejectItems(
  tx: Tx,
  organizationId: string,
  batchId: string,
  rejected: readonly { id: string; issues: Issue[] }[],
): Promise<{ id: string; chunkId: string }[]> {
  const { rows } = await tx.query<{ id: string; chunkId: string }>(
    `with new as materialized (select * from jsonb_to_recordset($3::jsonb) as new(id uuid, issues jsonb))
     update item set status = 'failed', issues = new.issues, updated_at = clock_timestamp()
     from new where item.organization_id = $1 and item.batch_id = $2 and item.id = new.id and item.${mayBecome('item', 'failed')}
     returning item.id, item.chunk_id as "chunkId"`,
    [organizationId, batchId, JSON.stringify(rejected)],
  );
  return rows;
}

/** Which of the ids are the batch's. */
export async function readItemsOf(
  tx: Tx,
  organizationId: string,
  batchId: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const { rows } = await tx.query<{ id: string }>(
    'select id from item where organization_id = $1 and batch_id = $2 and id = any($3)',
    [organizationId, batchId, ids],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Items of the batch that were rejected, one by one or with it. */
export async function countRejectedItems(tx: Tx, organizationId: string, batchId: string): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    `select count(*)::int as count from item where organization_id = $1 and batch_id = $2 and status = 'failed'
       and issues is not null and issues @> '[{"code": "rejected"}]'`,
    [organizationId, batchId],
  );
  return rows[0]?.count ?? 0;
}

export interface ItemRow {
  id: string;
  batchId: string;
  seq: number;
  referenceId: string;
  status: Status<'item'>;
  rowNumber: number;
  name: string;
  email: string;
  issueDate: string;
  expiryDate: string | null;
  fields: Record<string, FieldValue>;
  statusListId: string;
  statusIndex: number;
  issues: Issue[] | null;
  packKey: string | null;
  prefixHash: string | null;
  tailOffset: number | null;
  tailLength: number | null;
  credentialOffset: number | null;
  credentialLength: number | null;
  documentSha256: Buffer | null;
  issuedAt: Date | null;
  revokedAt: Date | null;
  revocationReason: string | null;
  createdAt: Date;
  updatedAt: Date;
  /** Of the member with the recipient's address, if the recipient is one. */
  customerNumber: number | null;
  /** A specimen. */
  test: boolean;
  /** Whose it is: the member it was issued to, or who joined later with its address. Stays when the member's address changes. */
  memberId: string | null;
  templateId: string;
}

/** Of the table `item`. */
export const itemColumns = `id, batch_id as "batchId", seq, reference_id as "referenceId", status, row_number as "rowNumber", name, email,
  to_char(issue_date, 'YYYY-MM-DD') as "issueDate", to_char(expiry_date, 'YYYY-MM-DD') as "expiryDate", fields,
  status_list_id as "statusListId", status_index as "statusIndex", issues, pack_key as "packKey", prefix_hash as "prefixHash",
  tail_offset as "tailOffset", tail_length as "tailLength", credential_offset as "credentialOffset", credential_length as "credentialLength",
  document_sha256 as "documentSha256", issued_at as "issuedAt", revoked_at as "revokedAt", revocation_reason as "revocationReason",
  created_at as "createdAt", updated_at as "updatedAt", member_id as "memberId",
  (select batch.template_id from batch where batch.id = item.batch_id) as "templateId",
  (select min(number) from member where member.organization_id = item.organization_id and member.email_key = item.email_key) as "customerNumber",
  (select batch.test from batch where batch.id = item.batch_id) as test`;

export async function findItem(tx: Tx, organizationId: string, id: string): Promise<ItemRow | undefined> {
  return (
    await tx.query<ItemRow>(`select ${itemColumns} from item where organization_id = $1 and id = $2`, [
      organizationId,
      id,
    ])
  ).rows[0];
}

/** Items after `afterSeq` in row order, for streams over a whole batch. */
export async function readItemsAfter(
  tx: Tx,
  organizationId: string,
  batchId: string,
  afterSeq: number,
  statuses: readonly Status<'item'>[],
  limit: number,
): Promise<(ItemRow & { cells: string[] | null })[]> {
  const { rows } = await tx.query<ItemRow & { cells: string[] | null }>(
    `select ${itemColumns}, cells from item where organization_id = $1 and batch_id = $2 and seq > $3 and status = any($4) order by seq limit $5`,
    [organizationId, batchId, afterSeq, statuses, limit],
  );
  return rows;
}

/** Keeps the first reason; false when it was revoked before or was never issued. */
export async function revokeItem(tx: Tx, organizationId: string, id: string, reason: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update item set status = 'revoked', revoked_at = clock_timestamp(), revocation_reason = $3, updated_at = clock_timestamp()
     where organization_id = $1 and id = $2 and ${mayBecome('item', 'revoked')}`,
    [organizationId, id, reason],
  );
  return rowCount === 1;
}
