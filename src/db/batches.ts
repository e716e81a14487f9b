/** Batches, and their progress as a sum over chunk rows. */

import type { Status } from '../domain/lifecycle.ts';
import type { BatchKind } from '../domain/vault-template.ts';
import type { ColumnPlan } from '../ingest/columns.ts';
import type { Tx } from './open.ts';
import { copySignatures } from './signature-images.ts';
import type { StatusListRange } from './status-lists.ts';

export interface BatchSignatory {
  slot: number;
  memberId: string;
  name: string;
  designation: string;
  autoApprove: boolean;
}

/** Everything decided when the batch was handed in. */
export interface BatchFacts {
  id: string;
  organizationId: string;
  templateId: string;
  templateVersionId: string;
  name: string;
  total: number;
  seed: Buffer;
  firstReference: number;
  statusLists: StatusListRange[];
  credentialKeyId: string;
  sealKeyId: string;
  publicUrl: string;
  issuerDid: string;
  sourceKey: string;
  columnPlan: ColumnPlan;
  signatories: BatchSignatory[];
  channels: string[];
  hidden: boolean;
  /** Handed in with a test key: specimens, which cost nothing and go nowhere. */
  test: boolean;
  /** What its documents are made from: rows of a template, or files somebody uploaded, one by one or many at once. */
  kind: BatchKind;
  createdAt: Date;
}

export interface BatchRow extends BatchFacts {
  number: number;
  status: Status<'batch'>;
  /** Raised by whatever changes what its programs are compiled from. */
  revision: number;
  approvedAt: Date | null;
  completedAt: Date | null;
  updatedAt: Date;
}

export interface BatchProgress {
  issued: number;
  /** Of those issued: how many recipients were members when they were produced. */
  internal: number;
  failed: number;
  mails: number;
  mailsSent: number;
  mailsFailed: number;
}

const columns = `batch.id, batch.number, batch.organization_id as "organizationId", batch.template_id as "templateId",
  batch.template_version_id as "templateVersionId", batch.name, batch.status, batch.total, batch.seed, batch.first_reference as "firstReference",
  batch.status_lists as "statusLists", batch.credential_key_id as "credentialKeyId", batch.seal_key_id as "sealKeyId",
  batch.public_url as "publicUrl", batch.issuer_did as "issuerDid", batch.source_key as "sourceKey", batch.column_plan as "columnPlan", batch.signatories, batch.channels,
  batch.hidden, batch.test, batch.kind, batch.revision, batch.approved_at as "approvedAt", batch.created_at as "createdAt", batch.completed_at as "completedAt", batch.updated_at as "updatedAt"`;

const progress = `join lateral (select coalesce(sum(issued), 0)::int as issued, coalesce(sum(failed), 0)::int as failed,
    coalesce(sum(internal), 0)::int as internal, coalesce(sum(mails), 0)::int as mails, coalesce(sum(mails_sent), 0)::int as "mailsSent", coalesce(sum(mails_failed), 0)::int as "mailsFailed"
  from chunk where chunk.batch_id = batch.id) progress on true`;

export type BatchWithProgress = BatchRow & BatchProgress;

/** First half of the two-part advisory lock key on the batches of a template. */
export const batchLockSpace = 0x6368_6261;

/** Shares the lock of the template's batches until commit, from before the number is given out: see `newestBatchNumber`. */
export async function insertBatch(
  tx: Tx,
  batch: BatchFacts,
  status: Extract<Status<'batch'>, 'pending' | 'processing'>,
): Promise<void> {
  await tx.query(
    `with turn as materialized (select pg_advisory_xact_lock_shared(${batchLockSpace}, hashtext($22)))
     insert into batch (id, organization_id, template_id, template_version_id, name, total, seed, first_reference, status_lists,
       credential_key_id, seal_key_id, public_url, source_key, column_plan, signatories, channels, hidden, created_at, issuer_did, kind, test, status)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $23 from turn`,
    [
      batch.id,
      batch.organizationId,
      batch.templateId,
      batch.templateVersionId,
      batch.name,
      batch.total,
      batch.seed,
      batch.firstReference,
      JSON.stringify(batch.statusLists),
      batch.credentialKeyId,
      batch.sealKeyId,
      batch.publicUrl,
      batch.sourceKey,
      JSON.stringify(batch.columnPlan),
      JSON.stringify(batch.signatories),
      batch.channels,
      batch.hidden,
      batch.createdAt,
      batch.issuerDid,
      batch.kind,
      batch.test,
      batch.templateId,
      status,
    ],
  );
}

export async function findBatch(tx: Tx, organizationId: string, id: string): Promise<BatchWithProgress | undefined> {
  const { rows } = await tx.query<BatchWithProgress>(
    `select ${columns}, progress.* from batch ${progress} where batch.organization_id = $1 and batch.id = $2`,
    [organizationId, id],
  );
  return rows[0];
}

export async function isTestBatch(tx: Tx, id: string): Promise<boolean> {
  const { rows } = await tx.query('select 1 from batch where id = $1 and test', [id]);
  return rows.length > 0;
}

export interface BatchFigures {
  status: Status<'batch'>;
  total: number;
  issued: number;
  failed: number;
  test: boolean;
}

/** What is asked for again and again while a batch runs. */
export async function readBatchFigures(tx: Tx, organizationId: string, id: string): Promise<BatchFigures | undefined> {
  const { rows } = await tx.query<BatchFigures>(
    `select batch.status, batch.total, batch.test, progress.issued, progress.failed from batch ${progress} where batch.organization_id = $1 and batch.id = $2`,
    [organizationId, id],
  );
  return rows[0];
}

export interface BatchFilter {
  test: boolean;
  statuses?: readonly Status<'batch'>[];
  limit: number;
  offset: number;
}

/** Newest first; a single upload is a batch to the belt only. */
export async function listBatches(
  tx: Tx,
  organizationId: string,
  filter: BatchFilter,
): Promise<{ batches: BatchWithProgress[]; total: number }> {
  const where = `batch.organization_id = $1 and ($2::text[] is null or batch.status = any($2)) and batch.kind <> 'vault_single'
    and batch.test = $3`;
  const values = [organizationId, filter.statuses ?? null, filter.test];
  const { rows } = await tx.query<BatchWithProgress>(
    `select ${columns}, progress.* from (select * from batch where ${where} order by created_at desc, id limit $4 offset $5) batch ${progress}
     order by batch.created_at desc, batch.id`,
    [...values, filter.limit, filter.offset],
  );
  const counted = await tx.query<{ total: number }>(`select count(*)::int as total from batch where ${where}`, values);
  return { batches: rows, total: counted.rows[0]?.total ?? 0 };
}

/** Serialises the commits of one batch's chunks, so that exactly one of them sees that it is the last. */
export async function lockBatch(tx: Tx, organizationId: string, id: string): Promise<Status<'batch'>> {
  const { rows } = await tx.query<{ status: Status<'batch'> }>(
    'select status from batch where organization_id = $1 and id = $2 for no key update',
    [organizationId, id],
  );
  return rows[0]?.status as Status<'batch'>;
}

export async function setCompletedAt(tx: Tx, organizationId: string, id: string, completed: boolean): Promise<void> {
  await tx.query(
    `update batch set completed_at = ${completed ? 'clock_timestamp()' : 'null'} where organization_id = $1 and id = $2`,
    [organizationId, id],
  );
}

/** All have approved: their approvals are part of the credentials from here on. */
export async function setApprovedAt(tx: Tx, organizationId: string, id: string): Promise<void> {
  await tx.query(
    'update batch set approved_at = clock_timestamp(), revision = revision + 1 where organization_id = $1 and id = $2',
    [organizationId, id],
  );
}

/** Somebody else signs at the place: the name and the image that the certificates will carry change. */
export async function replaceSignatory(
  tx: Tx,
  organizationId: string,
  batchId: string,
  signatory: BatchSignatory,
): Promise<void> {
  await tx.query(
    `update batch set revision = revision + 1, updated_at = clock_timestamp(), signatories =
       (select jsonb_agg(case when (place->>'slot')::int = $3 then $4::jsonb else place end order by at)
        from jsonb_array_elements(signatories) with ordinality as one(place, at))
     where organization_id = $1 and id = $2`,
    [organizationId, batchId, signatory.slot, JSON.stringify(signatory)],
  );
  await tx.query('delete from batch_signature where organization_id = $1 and batch_id = $2 and slot = $3', [
    organizationId,
    batchId,
    signatory.slot,
  ]);
  await copySignatures(tx, organizationId, batchId, [signatory]);
}

export async function readRevision(tx: Tx, organizationId: string, id: string): Promise<number | undefined> {
  const { rows } = await tx.query<{ revision: number }>(
    'select revision from batch where organization_id = $1 and id = $2',
    [organizationId, id],
  );
  return rows[0]?.revision;
}
