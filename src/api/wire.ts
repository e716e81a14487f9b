/** Shapes of our own API: our words in camel case, ISO times, absolute addresses. */

import type { BatchWithProgress } from '../db/batches.ts';
import type { ItemRow } from '../db/items.ts';
import type { ColumnNames } from '../ingest/columns.ts';
import type { Rehearsal } from '../usecases/batches/rehearse-batch.ts';

/** Our own words first, then those of spreadsheets made for the other doors. */
export const columnNames: ColumnNames = {
  name: ['name', 'recipient_name', 'RecipientsName'],
  email: ['email', 'RecipientsEmail'],
  issueDate: ['issue_date', 'IssueDate'],
  expiryDate: ['expiry_date', 'ExpiryDate'],
  dateFormat: 'YYYY-MM-DD',
  exactCase: false,
};

export function batchWire(batch: BatchWithProgress) {
  const {
    id,
    name,
    status,
    total,
    issued,
    failed,
    mails,
    mailsSent,
    mailsFailed,
    templateId,
    createdAt,
    completedAt,
    hidden,
  } = batch;
  return {
    id,
    name,
    status,
    templateId,
    total,
    issued,
    failed,
    mails: { total: mails, sent: mailsSent, failed: mailsFailed },
    hidden,
    createdAt,
    completedAt,
  };
}

export function rehearsalWire({ signatories, refusals, faults, ...counts }: Rehearsal) {
  return {
    dryRun: true,
    wouldBeAccepted: refusals.length === 0,
    refusals,
    ...counts,
    faults: faults.map(({ row, column, code, value, sentence }) => ({ row, column, code, value, sentence })),
    signatories: signatories.map(({ slot, memberId, name, designation, autoApprove }) => ({
      slot,
      memberId,
      name,
      designation,
      autoApprove,
    })),
  };
}

export function itemWire(item: ItemRow, publicUrl: string) {
  const {
    id,
    batchId,
    seq,
    referenceId,
    status,
    rowNumber,
    name,
    email,
    issueDate,
    expiryDate,
    fields,
    issues,
    issuedAt,
    revokedAt,
    revocationReason,
  } = item;
  const url = item.issuedAt === null ? null : `${publicUrl}/credential/${id}`;
  return {
    id,
    batchId,
    seq,
    row: rowNumber,
    referenceId,
    status,
    name,
    email,
    issueDate,
    expiryDate,
    fields,
    issues,
    issuedAt,
    revokedAt,
    revocationReason,
    sha256: item.documentSha256?.toString('hex') ?? null,
    url,
  };
}

/** `offset` and `limit` of a query, clamped. */
export function readRange(query: unknown): { offset: number; limit: number } {
  const { offset, limit } = query as Record<string, string | undefined>;
  const number = (text: string | undefined, fallback: number, high: number) =>
    text && /^\d{1,9}$/.test(text) ? Math.min(Number(text), high) : fallback;
  return { offset: number(offset, 0, 100_000_000), limit: Math.max(1, number(limit, 100, 1_000)) };
}
