/** A credential as it goes over the wire: what it says of its recipient under the names of the issuing call, and where it can be seen. */

import type { ItemRow } from '../../db/items.ts';
import type { FieldValue } from '../../domain/field.ts';
import type { Status } from '../../domain/lifecycle.ts';
import type { Template } from '../../domain/template.ts';
import type { CheckedCredential } from '../../usecases/credentials/check-credential.ts';
import { type RecipientField, recipientFields } from './recipient-fields.ts';
import { timestamp } from './wire.ts';

/** UniCreda itself publishes `issued` and `error`. */
export const credentialStatus = {
  accepted: 'pending',
  issued: 'issued',
  failed: 'error',
  revoked: 'revoked',
  cancelled: 'cancelled',
} as const satisfies Record<Status<'item'>, string>;

export const credentialStatuses = ['issued', 'revoked', 'pending', 'error', 'cancelled'] as const;

/** Ours behind a word of the door; without a word those that are or were credentials. */
export function statusesBehind(word: string | undefined): Status<'item'>[] {
  if (word === undefined) return ['issued', 'revoked'];
  return (Object.keys(credentialStatus) as Status<'item'>[]).filter((status) => credentialStatus[status] === word);
}

const orNull = (date: Date | null): string | null => date && timestamp(date);

export function credentialWire(item: ItemRow, publicUrl: string) {
  const page = item.issuedAt && `${publicUrl}/credential/${item.id}`;
  return {
    credential_id: item.id,
    status: credentialStatus[item.status],
    email: item.email,
    recipient_name: item.name,
    template_id: item.templateId,
    job_id: item.batchId,
    reference_id: item.referenceId,
    internal: item.memberId !== null,
    credential_url: page,
    pdf_url: page && `${page}/document.pdf`,
    json_url: page && `${page}/credential.json`,
    issue_date: item.issueDate,
    expiry_date: item.expiryDate,
    issued_at: orNull(item.issuedAt),
    revoked_at: orNull(item.revokedAt),
    revocation_reason: item.revocationReason,
  };
}

/** With everything the recipient's entry said, as it was issued. */
export function credentialDetailWire(item: ItemRow, template: Template, publicUrl: string) {
  return { ...credentialWire(item, publicUrl), recipient: recipientWire(item, template) };
}

function recipientWire(item: ItemRow, template: Template): Record<string, FieldValue> {
  const said = recipientFields(template).flatMap(({ wire, field }): [string, FieldValue][] => {
    const value = saidOf(item, field);
    return value === undefined || value === null ? [] : [[wire, value]];
  });
  return Object.fromEntries(said);
}

function saidOf(item: ItemRow, field: RecipientField['field']): FieldValue | null | undefined {
  return typeof field === 'string' ? item[field] : (item.fields[field.name] as FieldValue | undefined);
}

/** The outcome of a check made at this moment. */
export function verificationWire({ item, organization, state, report, isListed, checkedAt }: CheckedCredential) {
  const today = checkedAt.toISOString().slice(0, 10);
  const isRevoked = item.status === 'revoked';
  const checks = {
    proof: report.verdict === 'unchanged',
    key: report.verdict === 'unchanged' || report.verdict === 'changed',
    status_list: isListed === isRevoked,
    not_revoked: !isRevoked,
    not_expired: item.expiryDate === null || item.expiryDate >= today,
    in_force: item.issueDate <= today,
  };
  const { issuer } = (report.credential ?? {}) as { issuer?: { id?: string } };
  return {
    credential_id: item.id,
    // A specimen attests nothing, however well it is made.
    valid: !item.test && Object.values(checks).every(Boolean),
    status: checks.proof ? (isRevoked ? 'revoked' : state) : 'invalid',
    checks,
    issuer: { id: issuer?.id ?? null, name: organization.name, url: organization.url },
    recipient_name: item.name,
    reference_id: item.referenceId,
    issued_at: orNull(item.issuedAt),
    issue_date: item.issueDate,
    expiry_date: item.expiryDate,
    revoked_at: orNull(item.revokedAt),
    revocation_reason: item.revocationReason,
    checked_at: timestamp(checkedAt),
  };
}
