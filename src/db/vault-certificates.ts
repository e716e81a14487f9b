/** Vault certificates: what was handed in with an uploaded file. The status is that of the item, which comes to be when its chunk is accepted. */

import type { Issue } from '../domain/issue.ts';
import type { Status } from '../domain/lifecycle.ts';
import type { ChunkRow } from './chunks.ts';
import { itemsOf } from './items.ts';
import type { Tx } from './open.ts';

/** `waiting`: there is no item yet. */
export type VaultStatus = Status<'item'> | 'waiting';
export type VaultTrigger = 'single_upload' | 'bulk_upload' | 'customer_submission';

export interface NewVaultCertificate {
  itemId: string;
  seq: number;
  fileId: string;
  referenceId: string;
  title: string;
  fullName: string;
  email: string;
  /** `YYYY-MM-DD`. */
  issueDate: string;
  details: string | null;
  memberId: string | null;
}

export interface VaultCertificateRow extends NewVaultCertificate {
  number: number;
  batchId: string;
  source: 'vault' | 'customer';
  trigger: VaultTrigger;
  assignedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  status: VaultStatus;
  issues: Issue[] | null;
  /** The row itself was at fault: it cannot be made again as it is. */
  badRow: boolean;
  /** A specimen. */
  test: boolean;
  issuedAt: Date | null;
  revocationReason: string | null;
  file: { name: string; mediaType: string; size: number; pages: number; sha256: string };
}

/** Gives their numbers, by place in the batch. */
export async function insertVaultCertificates(
  tx: Tx,
  batch: { organizationId: string; id: string; createdAt: Date },
  trigger: VaultTrigger,
  certificates: readonly NewVaultCertificate[],
): Promise<Map<number, number>> {
  const { rows } = await tx.query<{ seq: number; number: number }>(
    `insert into vault_certificate (organization_id, batch_id, created_at, source, trigger_context, item_id, seq, file_id, reference_id, title,
       full_name, applicant_email, issue_date, details, member_id, assigned_at)
     select $1, $2, $3, 'vault', $4, "itemId", seq, "fileId", "referenceId", title, "fullName", email, "issueDate", details, "memberId",
       case when "memberId" is null then null else $3::timestamptz end
     from jsonb_to_recordset($5::jsonb) as new("itemId" uuid, seq int, "fileId" uuid, "referenceId" text, title text, "fullName" text, email text,
       "issueDate" date, details text, "memberId" uuid) order by seq returning seq, number`,
    [batch.organizationId, batch.id, batch.createdAt, trigger, JSON.stringify(certificates)],
  );
  return new Map(rows.map(({ seq, number }) => [seq, number]));
}

const columns = `v.item_id as "itemId", v.seq, v.file_id as "fileId", v.reference_id as "referenceId", v.title, v.full_name as "fullName",
  v.applicant_email as email, to_char(v.issue_date, 'YYYY-MM-DD') as "issueDate", v.details, v.member_id as "memberId", v.number, v.batch_id as "batchId",
  v.source, v.trigger_context as trigger, v.assigned_at as "assignedAt", v.created_at as "createdAt",
  greatest(v.updated_at, item.updated_at) as "updatedAt", coalesce(item.status, 'waiting') as status, item.issues, item.cells is not null as "badRow", batch.test,
  item.issued_at as "issuedAt", item.revocation_reason as "revocationReason",
  jsonb_build_object('name', file.name, 'mediaType', file.media_type, 'size', file.size, 'pages', file.pages, 'sha256', encode(file.sha256, 'hex')) as file`;
const joined = `vault_certificate v left join item on item.batch_id = v.batch_id and item.seq = v.seq and item.organization_id = v.organization_id
  join vault_file file on file.id = v.file_id join batch on batch.id = v.batch_id`;

/** By UUID or by number, whichever it is. */
export async function findVaultCertificate(
  tx: Tx,
  organizationId: string,
  key: string | number,
): Promise<VaultCertificateRow | undefined> {
  const { rows } = await tx.query<VaultCertificateRow>(
    `select ${columns} from ${joined} where v.organization_id = $1 and v.${typeof key === 'number' ? 'number' : 'item_id'} = $2`,
    [organizationId, key],
  );
  return rows[0];
}

export interface VaultFilter {
  test: boolean;
  /** Found in reference id, title, name or e-mail address, in any case. */
  search?: string;
  email?: string;
  statuses?: readonly VaultStatus[];
  limit: number;
  offset: number;
}

/** Newest first. */
export async function listVaultCertificates(
  tx: Tx,
  organizationId: string,
  { test, search, email, statuses, limit, offset }: VaultFilter,
): Promise<{ certificates: VaultCertificateRow[]; total: number }> {
  const where = `v.organization_id = $1 and ($2::text is null or v.reference_id ilike $2 or v.title ilike $2 or v.full_name ilike $2 or v.applicant_email ilike $2)
    and ($3::text is null or lower(v.applicant_email) = lower($3)) and ($4::text[] is null or coalesce(item.status, 'waiting') = any($4)) and batch.test = $5`;
  const pattern = search === undefined ? null : `%${search.replace(/[\\%_]/g, '\\$&')}%`;
  const values = [organizationId, pattern, email ?? null, statuses ?? null, test];
  const { rows } = await tx.query<VaultCertificateRow>(
    `select ${columns} from ${joined} where ${where} order by v.number desc limit $6 offset $7`,
    [...values, limit, offset],
  );
  const counted = await tx.query<{ total: number }>(
    `select count(*)::int as total from ${joined} where ${where}`,
    values,
  );
  return { certificates: rows, total: counted.rows[0]?.total ?? 0 };
}

/** What became of the chunk's certificates. */
export async function readVaultProgress(
  tx: Tx,
  chunk: ChunkRow,
): Promise<
  Pick<VaultCertificateRow, 'itemId' | 'status' | 'badRow' | 'number' | 'title' | 'email' | 'source' | 'trigger'>[]
> {
  const { where, values } = itemsOf(chunk);
  const { rows } = await tx.query<VaultCertificateRow>(
    `select v.item_id as "itemId", item.status, item.cells is not null as "badRow", v.number, v.title, v.applicant_email as email, v.source,
       v.trigger_context as trigger
     from item join vault_certificate v on v.batch_id = item.batch_id and v.seq = item.seq where ${where} order by item.seq`,
    values,
  );
  return rows;
}
