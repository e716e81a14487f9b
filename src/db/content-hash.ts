/** The hash of everything a batch's certificates consist of; an approval is bound to it. Rows enter by chunk, so that looking at a batch reads no row. */

import type { ChunkRow } from './chunks.ts';
import type { Tx } from './open.ts';

/**
 * Rows that were accepted, also those that were rejected since: that one certificate less is made changes none of the others.
 * A record's text quotes its values, so no two lists of rows give the same one; days are numbers, whatever the session's way to write dates.
 */
const rowsHash = `select sha256(convert_to(coalesce(string_agg(row(item.seq, item.id, item.reference_id, item.name, item.email,
    item.issue_date - date '2000-01-01', item.expiry_date - date '2000-01-01', item.fields, item.status_list_id, item.status_index)::text,
    ',' order by item.seq), ''), 'UTF8')) as hash
  from item where item.organization_id = chunk.organization_id and item.batch_id = chunk.batch_id and item.chunk_id = chunk.id
    and item.seq between chunk.first_seq and chunk.first_seq + chunk.count - 1 and item.cells is null`;

/** Of the chunk's rows as they have just been stored. */
export async function hashChunk(tx: Tx, { organizationId, id }: ChunkRow): Promise<void> {
  await tx.query(`update chunk set content_hash = (${rowsHash}) where organization_id = $1 and id = $2`, [
    organizationId,
    id,
  ]);
}

/** So many chunks a statement, each of which stays far from the statement timeout. */
const chunksAtOnce = 100;

/** Reads every row again; gives how many chunks were not as they had been. */
export async function rehashChunks(tx: Tx, organizationId: string, batchId: string): Promise<number> {
  const { rows } = await tx.query<{ last: number | null }>(
    'select max(seq) as last from chunk where organization_id = $1 and batch_id = $2',
    [organizationId, batchId],
  );
  let changed = 0;
  for (let from = 0; from <= (rows[0]?.last ?? -1); from += chunksAtOnce) {
    const { rowCount } = await tx.query(
      `update chunk set content_hash = fresh.hash
       from (select chunk.id, rows.hash from chunk join lateral (${rowsHash}) rows on true
         where chunk.organization_id = $1 and chunk.batch_id = $2 and chunk.seq >= $3 and chunk.seq < $4 and chunk.content_hash is not null) fresh
       where chunk.organization_id = $1 and chunk.id = fresh.id and chunk.content_hash is distinct from fresh.hash`,
      [organizationId, batchId, from, from + chunksAtOnce],
    );
    changed += rowCount;
  }
  return changed;
}

/** Template version, issuer, signatories with their images, rows. */
export async function readContentHash(tx: Tx, organizationId: string, batchId: string): Promise<Buffer> {
  const { rows } = await tx.query<{ hash: Buffer }>(
    `select sha256(convert_to(jsonb_build_array('chancery-content/1', batch.id, batch.template_version_id, organization.name, organization.url,
       batch.issuer_did, batch.public_url, batch.created_at at time zone 'UTC',
       (select jsonb_agg(jsonb_build_array(place.slot, name, designation, encode(image.sha256, 'hex')) order by place.slot)
        from jsonb_to_recordset(batch.signatories) as place(slot int, name text, designation text)
        left join batch_signature image on image.batch_id = batch.id and image.slot = place.slot),
       (select string_agg(encode(content_hash, 'hex'), '' order by seq) from chunk where chunk.batch_id = batch.id))::text, 'UTF8')) as hash
     from batch join organization on organization.id = batch.organization_id where batch.organization_id = $1 and batch.id = $2`,
    [organizationId, batchId],
  );
  return rows[0]?.hash as Buffer;
}
