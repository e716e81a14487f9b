/** Which stored files the rows name, and with which size and hash, over all organizations: for checking that files and rows agree. */

import type { Tx } from './open.ts';

export interface StoredDocument {
  batchId: string;
  seq: number;
  packKey: string;
  prefixHash: string;
  tailOffset: number;
  tailLength: number;
  sha256: Buffer;
}

/** Issued items after this one, in their order. */
export async function listStoredDocuments(
  tx: Tx,
  after: { batchId: string; seq: number } | undefined,
  limit: number,
): Promise<StoredDocument[]> {
  const { rows } = await tx.query<StoredDocument>(
    `select batch_id as "batchId", seq, pack_key as "packKey", prefix_hash as "prefixHash", tail_offset as "tailOffset", tail_length as "tailLength",
       document_sha256 as sha256 from item where status in ('issued', 'revoked') and ($1::uuid is null or (batch_id, seq) > ($1, $2))
     order by batch_id, seq limit $3`,
    [after?.batchId ?? null, after?.seq ?? -1, limit],
  );
  return rows;
}

export interface StoredBlock {
  id: string;
  sourceKey: string;
  offset: number;
  length: number;
  /** Rows. */
  count: number;
  /** Its batch is at its end, and the rows may have been thrown away. */
  isDone: boolean;
}

/** Blocks of rows as they were handed in, after this chunk. */
export async function listStoredBlocks(tx: Tx, after: string | undefined, limit: number): Promise<StoredBlock[]> {
  const { rows } = await tx.query<StoredBlock>(
    `select chunk.id, source_key as "sourceKey", source_offset as offset, source_length as length, count, completed_at is not null as "isDone"
     from chunk join batch on batch.id = chunk.batch_id where not retry and ($1::uuid is null or chunk.id > $1) order by chunk.id limit $2`,
    [after ?? null, limit],
  );
  return rows;
}

export interface NamedFile {
  /** Of the row that names it. */
  id: string;
  key: string;
  bytes: number | null;
  sha256: Buffer | null;
}

/** Table -> its rows that name files which are kept as they came in or are printed from, and which; `$rows` picks some of them. */
const named = {
  mail_document: `select id, 'mail-documents/' || id || '.pdf' as key, size as bytes, sha256 from mail_document where sha256 is not null and status <> 'deleted' $rows`,
  vault_file: `select id, 'prefixes/' || left(id::text, 2) || '/' || id as key, base_length as bytes, base_sha256 as sha256 from vault_file where true $rows`,
  address_list: `select id, 'address-lists/' || id || '.ndjson' as key, null::bigint as bytes, null::bytea as sha256 from address_list
    where ready_at is not null and deleted_at is null $rows`,
  mailing: `select id, order_key as key, null::bigint as bytes, null::bytea as sha256 from mailing where order_key is not null and swept_at is null $rows`,
  print_run: `select id, file->>'key' as key, (file->>'bytes')::bigint as bytes, decode(file->>'sha256', 'hex') as sha256
    from (select id, files from print_run where files is not null and files <> '{}' $rows) run, jsonb_path_query(files, '$.*') as file`,
};

export type FileNaming = keyof typeof named;

export const fileNamings = Object.keys(named) as FileNaming[];

/** Files named by so many rows of the table after this one, in their order; all of them must be there. */
export async function listNamedFiles(
  tx: Tx,
  table: FileNaming,
  after: string | undefined,
  limit: number,
): Promise<NamedFile[]> {
  const some = 'and ($1::uuid is null or id > $1) order by id limit $2';
  const sql = `select * from (${named[table].replace('$rows', some)}) named order by id, key`;
  return (await tx.query<NamedFile>(sql, [after ?? null, limit])).rows;
}

const uuid = '([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})';

/** Every key has the id of its row in it. */
const namedByAsked = Object.values(named)
  .map((sql) => `select key from (${sql.replace('$rows', 'and id = asked.id')}) one`)
  .join(' union all ');

/** Of these keys those that no row can lead to. What is made on demand counts as named by what it shows. */
export async function listUnnamedKeys(tx: Tx, keys: readonly string[]): Promise<string[]> {
  const { rows } = await tx.query<{ key: string }>(
    `with asked as (select key, split_part(key, '/', 1) as folder, (regexp_match(key, '${uuid}'))[1]::uuid as id from unnest($1::text[]) as key)
     select key from asked where folder <> 'instance' and not case
       when folder = 'sources' then exists (select 1 from batch where batch.id = asked.id and source_key = key)
       when folder = 'packs' then exists (select 1 from batch where batch.id = asked.id and source_key = key)
         or exists (select 1 from chunk where chunk.batch_id = asked.id and pack_key = key)
       when folder = 'prefixes' and asked.id is null then exists (select 1 from chunk where prefix_hash = split_part(key, '/', 3))
       when folder = 'previews' then exists (select 1 from item where item.id = asked.id)
       when folder = 'screenshots' then exists (select 1 from template_version where template_version.id = asked.id)
       when folder = 'mailings' then exists (select 1 from mailing where mailing.id = asked.id and key = any(order_keys || order_key))
       else key in (${namedByAsked}) end`,
    [keys],
  );
  return rows.map(({ key }) => key);
}
