/** Files people uploaded to the vault and that were found harmless; each is used for one certificate, or deleted after a day. */

import type { AppendPlan } from '../domain/append-plan.ts';
import type { Tx } from './open.ts';

export interface VaultFileRow {
  /** Its bytes, or the PDF made of a picture, are the blob `prefixKey(id)`. */
  id: string;
  name: string;
  mediaType: string;
  size: number;
  /** Of the file as it came. */
  sha256: Buffer;
  pages: number;
  baseLength: number;
  baseSha256: Buffer;
  plan: AppendPlan;
  used: boolean;
}

const columns = `vault_file.id, vault_file.name, vault_file.media_type as "mediaType", vault_file.size, vault_file.sha256, vault_file.pages,
  vault_file.base_length as "baseLength", vault_file.base_sha256 as "baseSha256", vault_file.plan, vault_file.used_at is not null as used`;

export async function insertVaultFile(
  tx: Tx,
  organizationId: string,
  file: Omit<VaultFileRow, 'used'> & { test: boolean },
): Promise<void> {
  await tx.query(
    `insert into vault_file (id, organization_id, name, media_type, size, sha256, pages, base_length, base_sha256, plan, test)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      file.id,
      organizationId,
      file.name,
      file.mediaType,
      file.size,
      file.sha256,
      file.pages,
      file.baseLength,
      file.baseSha256,
      JSON.stringify(file.plan),
      file.test,
    ],
  );
}

/** How long a file waits to be used. */
const usable = `interval '24 hours'`;

/** By id, those of one mode that have not expired. Locked, so that no two certificates are made of one file. */
export async function lockVaultFiles(
  tx: Tx,
  organizationId: string,
  test: boolean,
  ids: readonly string[],
): Promise<Map<string, VaultFileRow>> {
  const { rows } = await tx.query<VaultFileRow>(
    `select ${columns} from vault_file where organization_id = $1 and id = any($3) and test = $2
       and (used_at is not null or created_at > clock_timestamp() - ${usable}) order by id for update`,
    [organizationId, test, ids],
  );
  return new Map(rows.map((file) => [file.id, file]));
}

export async function useVaultFiles(tx: Tx, organizationId: string, ids: readonly string[]): Promise<void> {
  await tx.query('update vault_file set used_at = clock_timestamp() where organization_id = $1 and id = any($2)', [
    organizationId,
    ids,
  ]);
}

/** Files of a batch's certificates, by the item's place in it. */
export async function readVaultFiles(
  tx: Tx,
  organizationId: string,
  batchId: string,
  seqs: readonly number[],
): Promise<Map<number, VaultFileRow>> {
  const { rows } = await tx.query<VaultFileRow & { seq: number }>(
    `select seq, ${columns} from vault_certificate join vault_file on vault_file.id = vault_certificate.file_id
     where vault_certificate.organization_id = $1 and batch_id = $2 and seq = any($3)`,
    [organizationId, batchId, seqs],
  );
  return new Map(rows.map(({ seq, ...file }) => [seq, file]));
}

export async function deleteUnusedFile(tx: Tx, organizationId: string, id: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    'delete from vault_file where organization_id = $1 and id = $2 and used_at is null',
    [organizationId, id],
  );
  return rowCount === 1;
}

/** As owner, over all organizations: files that nobody can use any more, whatever was begun in their last moment. */
export async function listExpiredFiles(tx: Tx, limit: number): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select id from vault_file where used_at is null and created_at < clock_timestamp() - ${usable} - interval '1 hour' order by created_at limit $1`,
    [limit],
  );
  return rows.map(({ id }) => id);
}

/** As owner; how many there were. */
export async function deleteFiles(tx: Tx, ids: readonly string[]): Promise<number> {
  const { rowCount } = await tx.query('delete from vault_file where id = any($1) and used_at is null', [ids]);
  return rowCount;
}
