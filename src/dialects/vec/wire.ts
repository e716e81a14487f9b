/** VEC's objects as they go over the wire: names, dates with microseconds, statuses, file addresses. */

import type { BatchSignature } from '../../db/approvals.ts';
import type { BatchFigures, BatchWithProgress } from '../../db/batches.ts';
import type { ItemRow } from '../../db/items.ts';
import type { Status } from '../../domain/lifecycle.ts';
import type { ColumnNames } from '../../ingest/columns.ts';

/** VEC's reserved columns, exact case. */
export const columnNames: ColumnNames = {
  name: ['RecipientsName'],
  email: ['RecipientsEmail'],
  issueDate: ['IssueDate'],
  expiryDate: ['ExpiryDate'],
  dateFormat: 'DD-MM-YYYY',
  exactCase: true,
};

export const batchStatus = {
  pending: 'pending',
  accepting: 'processing',
  waiting_for_approval: 'waiting_for_approval',
  processing: 'processing',
  rejecting: 'processing',
  completed: 'completed',
  partially_completed: 'partially_completed',
  failed: 'failed',
  cancelled: 'failed',
} as const satisfies Record<Status<'batch'>, string>;

export const certificateStatus = {
  accepted: 'pending',
  issued: 'generated',
  failed: 'failed',
  revoked: 'revoked',
  cancelled: 'failed',
} as const satisfies Record<Status<'item'>, string>;

/** Our statuses behind one of VEC's words, perhaps none; all of them, told by undefined, where there is no word. */
export function statusesBehind<T extends Record<string, string>>(table: T, word: string | undefined) {
  if (word === undefined) return undefined;
  return (Object.keys(table) as (keyof T)[]).filter((status) => table[status] === word);
}

/** `YYYY-MM-DDTHH:mm:ss.000000Z`: Laravel prints microseconds, which VEC leaves at zero. */
export const timestamp = (date: Date): string => `${date.toISOString().slice(0, 19)}.000000Z`;
export const orNull = (date: Date | null): string | null => (date === null ? null : timestamp(date));

/** Percent with two decimals; failed rows count as done, so that a partially completed batch reaches 100. */
export function progressOf({ issued, failed, total }: Omit<BatchFigures, 'status'>): number {
  return total === 0 ? 0 : Math.round(((issued + failed) / total) * 10_000) / 100;
}

export function batchWire(batch: BatchWithProgress) {
  return {
    id: batch.id,
    name: batch.name,
    status: batchStatus[batch.status],
    template_id: batch.templateId,
    total_certificates: batch.total,
    processed_certificates: batch.issued,
    failed_certificates: batch.failed,
    progress: progressOf(batch),
    completion_date: orNull(batch.completedAt),
    created_at: timestamp(batch.createdAt),
    updated_at: timestamp(batch.updatedAt),
  };
}

export function batchStatusWire(figures: BatchFigures) {
  return {
    status: batchStatus[figures.status],
    total_certificates: figures.total,
    processed_certificates: figures.issued,
    failed_certificates: figures.failed,
    progress: progressOf(figures),
  };
}

/** Absolute addresses of the files; null until the certificate is generated. */
function filePaths(item: ItemRow, publicUrl: string) {
  if (item.issuedAt === null) return { pdf_path: null, image_path: null, qrcode_path: null, barcode_path: null };
  const folder = `${publicUrl}/storage/certificates/${item.id}`;
  const unix = Math.floor(item.issuedAt.getTime() / 1_000);
  return {
    pdf_path: `${folder}/certificate_${unix}.pdf`,
    image_path: `${folder}/certificate_${unix}.png`,
    qrcode_path: `${folder}/qr_code_${unix}.svg`,
    barcode_path: `${folder}/barcode_${unix}.svg`,
  };
}

/** `signatures` are those of the item's batch. */
export function certificateWire(item: ItemRow, publicUrl: string, signatures: readonly BatchSignature[] = []) {
  return {
    id: item.id,
    reference_id: item.referenceId,
    batch_id: item.batchId,
    customer_id: item.customerNumber,
    name: item.name,
    email: item.email,
    ...filePaths(item, publicUrl),
    status: certificateStatus[item.status],
    issue_date: `${item.issueDate}T00:00:00.000000Z`,
    generated_at: orNull(item.issuedAt),
    created_at: timestamp(item.createdAt),
    updated_at: timestamp(item.updatedAt),
    ...(signatures.length > 0 && { signatures: signatures.map((signature) => signatureWire(signature, item.status)) }),
  };
}

/** The signatories approve a batch; what failed in it they did not approve. */
function signatureWire({ slot, name, designation, approvedAt }: BatchSignature, status: ItemRow['status']) {
  const failed = certificateStatus[status] === 'failed';
  return { signatory_index: slot, name, designation, approved_at: failed ? null : orNull(approvedAt) };
}
