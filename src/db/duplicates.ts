/** What has been handed in for a template already: items by person and values, and rows of batches that are not accepted yet. */

import { batchLockSpace } from './batches.ts';
import type { Tx } from './open.ts';

/**
 * The number up to which the template's batches are all committed. Whoever inserts one holds its lock from before it has a number until it
 * is committed; who waits for them here meets the others with higher numbers only. `insertBatch` takes the other side of the lock.
 */
export async function newestBatchNumber(tx: Tx, organizationId: string, templateId: string): Promise<number> {
  await lockTemplateBatches(tx, templateId);
  const { rows } = await tx.query<{ number: number }>(
    'select coalesce(max(number), 0)::int as number from batch where organization_id = $1',
    [organizationId],
  );
  return rows[0]?.number ?? 0;
}

/** From here on until commit nobody else's batch of the template is committed. */
export async function lockTemplateBatches(tx: Tx, templateId: string): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(${batchLockSpace}, hashtext($1))`, [templateId]);
}

export async function hasBatchAfter(
  tx: Tx,
  organizationId: string,
  templateId: string,
  test: boolean,
  number: number,
): Promise<boolean> {
  const { rows } = await tx.query(
    'select 1 from batch where organization_id = $1 and template_id = $2 and test = $3 and number > $4 limit 1',
    [organizationId, templateId, test, number],
  );
  return rows.length > 0;
}

export interface PendingChunk {
  organizationId: string;
  batchId: string;
  revision: number;
  firstSeq: number;
  sourceOffset: number;
  sourceLength: number;
  duplicates: [number, string][] | null;
}

/** Chunks of the template whose rows are no items yet; of specimens or of what is none. */
export async function pendingChunks(
  tx: Tx,
  organizationId: string,
  templateId: string,
  test: boolean,
): Promise<PendingChunk[]> {
  const { rows } = await tx.query<PendingChunk>(
    `select chunk.organization_id as "organizationId", chunk.batch_id as "batchId", batch.revision, chunk.first_seq as "firstSeq",
       chunk.source_offset as "sourceOffset", chunk.source_length as "sourceLength", chunk.duplicates
     from chunk join batch on batch.id = chunk.batch_id
     where chunk.organization_id = $1 and batch.template_id = $2 and batch.test = $3 and chunk.status = 'pending' and batch.status in ('pending', 'accepting')
     order by batch.number, chunk.seq`,
    [organizationId, templateId, test],
  );
  return rows;
}

/**
 * Which of the rows `[{seq, name, email, fields}]` were issued before or are under way, each with the reference id of one such item. One
 * look-up of the index on the address for each row, whatever the planner thinks of the number of rows.
 */
export async function findRepeated(
  tx: Tx,
  organizationId: string,
  templateId: string,
  test: boolean,
  rowsJson: string,
): Promise<{ seq: number; reference: string }[]> {
  const { rows } = await tx.query<{ seq: number; reference: string }>(
    `select new.seq, found.reference from jsonb_to_recordset($4::jsonb) as new(seq int, name text, email text, fields jsonb)
     cross join lateral (
       select item.reference_id as reference from item join batch on batch.id = item.batch_id
       where item.organization_id = $1 and item.email_key = lower(new.email) and item.name = new.name and item.fields = new.fields
         and item.status in ('accepted', 'issued') and batch.template_id = $2 and batch.test = $3
       limit 1) found`,
    [organizationId, templateId, test, rowsJson],
  );
  return rows;
}
