/** Approvals: one for each signatory place of a batch that counts, and the void ones before it. All changes are made under `lockBatch`. */

import type { Status } from '../domain/lifecycle.ts';
import { recordEvents } from './events.ts';
import type { Tx } from './open.ts';
import { mayBecome, transition } from './transition.ts';

export interface ApprovalRow {
  id: string;
  batchId: string;
  slot: number;
  memberId: string;
  status: Status<'approval'>;
  shownHash: Buffer | null;
  decidedAt: Date | null;
  /** `auto`, `member:<id>` by a mailed link, `api_key:<id>`. */
  decidedBy: string | null;
  reason: string | null;
  createdAt: Date;
  updatedAt: Date;
}

/** With the name the certificates will carry. */
export type NamedApproval = ApprovalRow & { name: string; designation: string; isArchived: boolean; test: boolean };

export const autoActor = 'auto';

const columns = `approval.id, approval.batch_id as "batchId", approval.slot, approval.member_id as "memberId", approval.status,
  approval.shown_hash as "shownHash", approval.decided_at as "decidedAt", approval.decided_by as "decidedBy", approval.reason,
  approval.created_at as "createdAt", approval.updated_at as "updatedAt"`;

/** One for each signatory of the batch that has none: approved by itself where the signatory approves automatically. */
export async function insertApprovals(
  tx: Tx,
  organizationId: string,
  batchId: string,
  shownHash: Buffer | null,
): Promise<void> {
  await tx.query(
    `insert into approval (id, organization_id, batch_id, slot, member_id, status, shown_hash, decided_at, decided_by)
     select gen_random_uuid(), batch.organization_id, batch.id, place.slot, place."memberId",
       case when auto then 'approved' else 'waiting' end, case when auto then $3::bytea end,
       case when auto then clock_timestamp() end, case when auto then '${autoActor}' end
     from batch, jsonb_to_recordset(batch.signatories) as place(slot int, "memberId" uuid, "autoApprove" boolean),
       lateral (select coalesce(place."autoApprove", false) as auto) as place_auto
     where batch.organization_id = $1 and batch.id = $2
       and not exists (select 1 from approval where approval.batch_id = batch.id and approval.slot = place.slot and approval.status <> 'void')
     order by place.slot`,
    [organizationId, batchId, shownHash],
  );
}

const named = `join batch on batch.id = approval.batch_id join member on member.id = approval.member_id
  left join lateral (select place.name, place.designation from jsonb_to_recordset(batch.signatories)
    as place(slot int, "memberId" uuid, name text, designation text)
    where place.slot = approval.slot and place."memberId" = approval.member_id) place on true`;
const names = `coalesce(place.name, member.signatory_name, member.first_name || ' ' || member.last_name) as name,
  coalesce(place.designation, member.signatory_designation, '') as designation, member.is_archived as "isArchived", batch.test`;

export async function findApproval(tx: Tx, organizationId: string, id: string): Promise<NamedApproval | undefined> {
  const { rows } = await tx.query<NamedApproval>(
    `select ${columns}, ${names} from approval ${named} where approval.organization_id = $1 and approval.id = $2`,
    [organizationId, id],
  );
  return rows[0];
}

/** Those of the batch that count, by place. */
export async function readApprovals(tx: Tx, organizationId: string, batchId: string): Promise<NamedApproval[]> {
  const { rows } = await tx.query<NamedApproval>(
    `select ${columns}, ${names} from approval ${named}
     where approval.organization_id = $1 and approval.batch_id = $2 and approval.status <> 'void' order by approval.slot`,
    [organizationId, batchId],
  );
  return rows;
}

export interface ApprovalFilter {
  /** Of batches of specimens. */
  test: boolean;
  memberId?: string;
  batchId?: string;
  statuses?: readonly Status<'approval'>[];
  limit: number;
  offset: number;
}

/** Newest first, with the batch's name. */
export async function listApprovals(
  tx: Tx,
  organizationId: string,
  { test, memberId, batchId, statuses, limit, offset }: ApprovalFilter,
): Promise<{ approvals: (NamedApproval & { batchName: string })[]; total: number }> {
  const where = `approval.organization_id = $1 and ($2::uuid is null or approval.member_id = $2) and ($3::uuid is null or approval.batch_id = $3)
    and ($4::text[] is null or approval.status = any($4))
    and $5 = (select batch.test from batch where batch.id = approval.batch_id)`;
  const values = [organizationId, memberId ?? null, batchId ?? null, statuses ?? null, test];
  const { rows } = await tx.query<NamedApproval & { batchName: string }>(
    `select ${columns}, ${names}, batch.name as "batchName"
     from (select * from approval where ${where} order by created_at desc, id limit $6 offset $7) approval ${named}
     order by approval.created_at desc, approval.id`,
    [...values, limit, offset],
  );
  const counted = await tx.query<{ total: number }>(
    `select count(*)::int as total from approval where ${where}`,
    values,
  );
  return { approvals: rows, total: counted.rows[0]?.total ?? 0 };
}

/** The signatory's own word. Throws `illegal_transition` unless it is `pending`. */
export async function decideApproval(
  tx: Tx,
  organizationId: string,
  approval: ApprovalRow,
  to: 'approved' | 'rejected',
  decision: { shownHash: Buffer; actor: string; reason?: string },
): Promise<void> {
  const { shownHash, actor, reason } = decision;
  const data = { batchId: approval.batchId, slot: approval.slot, shownHash: shownHash.toString('hex'), reason };
  await transition(tx, { organizationId, subject: 'approval', id: approval.id, to, actor, data });
  await tx.query(
    `update approval set shown_hash = $3, decided_at = clock_timestamp(), decided_by = $4, reason = $5
     where organization_id = $1 and id = $2`,
    [organizationId, approval.id, shownHash, actor, reason ?? null],
  );
}

/** Moves several of one batch at once; each with its event. */
export async function moveApprovals(
  tx: Tx,
  organizationId: string,
  approvals: readonly ApprovalRow[],
  to: 'pending' | 'void',
  actor: string,
  data: Record<string, unknown> = {},
): Promise<void> {
  if (approvals.length === 0) return;
  const { rows } = await tx.query<{ id: string; slot: number; batchId: string }>(
    `update approval set status = $3, updated_at = clock_timestamp() where organization_id = $1 and id = any($2) and ${mayBecome('approval', to)}
     returning id, slot, batch_id as "batchId"`,
    [organizationId, approvals.map(({ id }) => id), to],
  );
  await recordEvents(
    tx,
    organizationId,
    rows.map(({ id, slot, batchId }) => ({
      subject: 'approval',
      subjectId: id,
      kind: `approval.${to}`,
      actor,
      data: { batchId, slot, ...data },
    })),
  );
}

export interface UnaskedBatch {
  organizationId: string;
  batchId: string;
  revision: number;
}

/** As owner, over all organizations: batches that wait though nobody was ever asked, because they began to before there were approvals. */
export async function listUnaskedBatches(tx: Tx): Promise<UnaskedBatch[]> {
  const { rows } = await tx.query<UnaskedBatch>(
    `select organization_id as "organizationId", id as "batchId", revision from batch
     where status = 'waiting_for_approval' and not exists (select from approval where approval.batch_id = batch.id)
     order by created_at, id`,
  );
  return rows;
}

/** Why the batch was rejected as a whole; undefined when it was not. */
export async function readRejection(tx: Tx, organizationId: string, batchId: string): Promise<string | undefined> {
  const { rows } = await tx.query<{ reason: string }>(
    `select coalesce(reason, '') as reason from approval where organization_id = $1 and batch_id = $2 and status = 'rejected' order by decided_at limit 1`,
    [organizationId, batchId],
  );
  return rows[0]?.reason;
}

export interface BatchSignature {
  batchId: string;
  slot: number;
  name: string;
  designation: string;
  /** Of those who sign without being asked: when the batch was handed in. Null while it is not approved. */
  approvedAt: Date | null;
}

/** Who signs the certificates of these batches, by place. */
export async function readBatchSignatures(
  tx: Tx,
  organizationId: string,
  batchIds: readonly string[],
): Promise<BatchSignature[]> {
  const { rows } = await tx.query<BatchSignature>(
    `select batch.id as "batchId", place.slot, place.name, place.designation,
       case when approval.status = 'approved' then approval.decided_at when place."autoApprove" then batch.created_at end as "approvedAt"
     from batch, jsonb_to_recordset(batch.signatories) as place(slot int, name text, designation text, "autoApprove" boolean)
     left join lateral (select status, decided_at from approval
       where approval.batch_id = batch.id and approval.slot = place.slot and approval.status <> 'void') approval on true
     where batch.organization_id = $1 and batch.id = any($2) order by batch.id, place.slot`,
    [organizationId, batchIds],
  );
  return rows;
}
