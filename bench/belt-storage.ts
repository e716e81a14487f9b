/** What a batch leaves behind: bytes in the blobs, bytes in the tables and their indexes, bytes of write-ahead log. */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { App } from '../src/app.ts';
import { prefixKey } from '../src/domain/document.ts';

/** Totals in bytes. */
export interface Storage {
  itemTable: number;
  itemIndexes: number;
  /** Chunks, queue, ledger, events, batches. */
  otherTables: number;
  wal: number;
}

export async function readStorage(app: App): Promise<Storage> {
  const { rows } = await app.db.ownerQuery<Storage>(
    `select pg_table_size('item')::float8 as "itemTable", pg_indexes_size('item')::float8 as "itemIndexes",
       (select sum(pg_total_relation_size(pg_class.oid)) from pg_class join pg_namespace on pg_namespace.oid = relnamespace
          where relkind = 'r' and nspname in ('public', 'pgboss') and relname <> 'item')::float8 as "otherTables",
       pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 as wal`,
  );
  return rows[0] as Storage;
}

/** Bytes for each issued certificate; `kept` is their sum without the write-ahead log, which is recycled. */
export interface StoragePerRow {
  tail: number;
  source: number;
  itemRow: number;
  itemIndexes: number;
  otherTables: number;
  prefixShare: number;
  kept: number;
  wal: number;
}

export async function storagePerRow(app: App, batchId: string, rows: number, before: Storage): Promise<StoragePerRow> {
  const after = await readStorage(app);
  const { rows: found } = await app.db.ownerQuery<{ tails: number; source: number; hash: string }>(
    `select sum(pack_bytes)::float8 as tails, sum(source_length)::float8 as source, min(prefix_hash) as hash from chunk where batch_id = $1`,
    [batchId],
  );
  const { tails, source, hash } = found[0] as { tails: number; source: number; hash: string };
  const prefix = await stat(join(app.config.dataDirectory, 'blobs', prefixKey(hash)));
  const parts = {
    tail: tails / rows,
    source: source / rows,
    itemRow: (after.itemTable - before.itemTable) / rows,
    itemIndexes: (after.itemIndexes - before.itemIndexes) / rows,
    otherTables: (after.otherTables - before.otherTables) / rows,
    prefixShare: prefix.size / rows,
  };
  const kept = Object.values(parts).reduce((sum, part) => sum + part, 0);
  return { ...parts, kept, wal: (after.wal - before.wal) / rows };
}
