/** Links in the mails to signatories; link and mail have one id and are stored together. */

import { randomUUID } from 'node:crypto';
import type { Status } from '../domain/lifecycle.ts';
import type { ApprovalRow } from './approvals.ts';
import type { Tx } from './open.ts';

export interface Asking {
  /** How long the link is valid. */
  linkDays: number;
  /** Right side of the Message-ID. */
  mailDomain: string;
}

/** What the mail says; it stays as it was when the signatory was asked. */
export interface ApprovalRequest {
  approvalId: string;
  batchName: string;
  templateName: string;
  language: string;
  certificates: number;
  /** Where the link leads, without a trailing slash. */
  publicUrl: string;
  /** ISO time. */
  expiresAt: string;
}

/** A new link and its mail for each; links given out before lead nowhere any more. An archived member is not written to. Gives the notices' ids. */
export async function askSignatories(
  tx: Tx,
  organizationId: string,
  approvals: readonly ApprovalRow[],
  { linkDays, mailDomain }: Asking,
): Promise<string[]> {
  if (approvals.length === 0) return [];
  await supersedeLinks(tx, organizationId, approvals);
  const links = approvals.map(({ id }) => ({ id: randomUUID(), approvalId: id }));
  const { rows } = await tx.query<{ id: string }>(
    `with asked as (
       select wanted.id, approval.id as approval_id, approval.batch_id, member.email,
         coalesce(member.signatory_name, member.first_name || ' ' || member.last_name) as name
       from jsonb_to_recordset($2::jsonb) as wanted(id uuid, "approvalId" uuid) join approval on approval.id = wanted."approvalId"
       join member on member.id = approval.member_id and not member.is_archived where approval.organization_id = $1),
     link as (
       insert into approval_link (id, organization_id, approval_id, expires_at)
       select id, $1, approval_id, date_trunc('second', clock_timestamp()) + make_interval(days => $3) from asked returning id, expires_at)
     insert into notice (id, organization_id, kind, recipient_name, recipient_address, message_id, payload)
     select asked.id, $1, 'approval_request', asked.name, asked.email, '<' || asked.id || '.notice@' || $4::text || '>',
       jsonb_build_object('approvalId', asked.approval_id, 'batchName', batch.name, 'templateName', template_version.content->>'name',
         'language', template_version.content->>'language', 'publicUrl', batch.public_url, 'expiresAt', link.expires_at,
         'certificates', (select coalesce(sum(accepted), 0) from chunk where chunk.batch_id = batch.id))
     from asked join link on link.id = asked.id join batch on batch.id = asked.batch_id
     join template_version on template_version.id = batch.template_version_id returning id`,
    [organizationId, JSON.stringify(links), linkDays, mailDomain],
  );
  return rows.map(({ id }) => id);
}

export interface ApprovalLinkRow {
  approvalId: string;
  memberId: string;
  memberIsArchived: boolean;
  approvalStatus: Status<'approval'>;
  decidedAt: Date | null;
  used: boolean;
  superseded: boolean;
  expired: boolean;
  expiresAt: Date;
  /** Of a batch of specimens. */
  test: boolean;
}

export async function findApprovalLink(
  tx: Tx,
  organizationId: string,
  id: string,
): Promise<ApprovalLinkRow | undefined> {
  const { rows } = await tx.query<ApprovalLinkRow>(
    `select approval.id as "approvalId", approval.member_id as "memberId", member.is_archived as "memberIsArchived",
       approval.status as "approvalStatus", approval.decided_at as "decidedAt", link.used_at is not null as used,
       link.superseded_at is not null as superseded, link.expires_at <= clock_timestamp() as expired,
       link.expires_at as "expiresAt", (select batch.test from batch where batch.id = approval.batch_id) as test
     from approval_link link join approval on approval.id = link.approval_id join member on member.id = approval.member_id
     where link.organization_id = $1 and link.id = $2`,
    [organizationId, id],
  );
  return rows[0];
}

/** After the decision no link of the approval leads to it any more. */
export async function useLinks(tx: Tx, organizationId: string, approvalId: string): Promise<void> {
  await tx.query(
    'update approval_link set used_at = clock_timestamp() where organization_id = $1 and approval_id = $2 and used_at is null',
    [organizationId, approvalId],
  );
}

export async function supersedeLinks(
  tx: Tx,
  organizationId: string,
  approvals: readonly { id: string }[],
): Promise<void> {
  await tx.query(
    `update approval_link set superseded_at = clock_timestamp()
     where organization_id = $1 and approval_id = any($2) and superseded_at is null and used_at is null`,
    [organizationId, approvals.map(({ id }) => id)],
  );
}
