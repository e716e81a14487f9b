/** Shapes of mailings, their jobs and pieces, of mail accounts and of what carriers tell, over our own API. */

import type { MailAccountRow } from '../db/mail-accounts.ts';
import type { TrackedPiece } from '../db/mail-events.ts';
import type { MailJobRow } from '../db/mail-jobs.ts';
import type { MailPieceRow } from '../db/mail-pieces.ts';
import type { MailingRow } from '../db/mailings.ts';
import { describeIssue, type Issue } from '../domain/issue.ts';
import type { ImportedEvents } from '../usecases/mail-events/import-mail-events.ts';
import { eventFields } from '../usecases/mail-events/judge-event.ts';

export function mailingWire(mailing: MailingRow) {
  const { id, number, kind, status, test, accountId, jobs, pieces, fault, hasErrors } = mailing;
  const { createdAt, submittedAt, receivedAt, completedAt, documentName, documentPages } = mailing;
  return {
    ...{ id, number, kind, status, mode: test ? 'test' : 'live', accountId },
    document: mailing.documentId === null ? null : { name: documentName, pages: documentPages },
    ...{ jobs, pieces, fault, hasErrors, createdAt, submittedAt, receivedAt, completedAt },
  };
}

export function mailJobWire(job: MailJobRow) {
  const { id, number, index, status, firstPage, lastPage, terms, returnAddress, warnings, fault } = job;
  const { total, mailable, failed, price, mailingDate, createdAt, submittedAt, completedAt } = job;
  return {
    ...{ id, number, index, status, firstPage, lastPage, terms, product: job.product?.name ?? null, returnAddress },
    warnings: warnings.map(issueWire),
    ...{ fault, total, mailable, failed, price, mailingDate, createdAt, submittedAt, completedAt },
  };
}

export function mailPieceWire(piece: MailPieceRow) {
  const { id, seq, jobId, status, uniqueId, address, addressKind, issues, barcode } = piece;
  const { price, sheets, lastEvent, lastEventAt } = piece;
  return {
    ...{ id, seq, jobId, status, uniqueId, address, addressKind, issues: (issues ?? []).map(issueWire), barcode },
    ...{ price, sheets, lastEvent, lastEventAt },
  };
}

export function trackedWire({ id, seq, jobNumber, uniqueId, barcode, address, events }: TrackedPiece) {
  return { id, seq, jobNumber, uniqueId, barcode, address, events };
}

export function mailAccountWire(account: MailAccountRow) {
  const { id, username, mode, rateLimit, returnAddress, createdAt, lastUsedAt, disabledAt } = account;
  return { id, username, mode, rateLimit, returnAddress, createdAt, lastUsedAt, disabledAt };
}

export function importedWire({ imported, repeated, refused, refusedTotal }: ImportedEvents, unusedColumns: string[]) {
  const faults = refused.flatMap(({ row, issues }) => issues.map((issue) => faultWire(row, issue)));
  return { imported, repeated, refused: refusedTotal, faults, unusedColumns };
}

function faultWire(row: number, issue: Issue) {
  const { path, code, params } = issue;
  const column = eventFields.find((field) => field === path) ?? null;
  return { row, column, code, value: params?.value ?? null, sentence: `${path} ${describeIssue(issue)}` };
}

function issueWire(issue: Issue) {
  const { path, code } = issue;
  return { path, code, sentence: describeIssue(issue) };
}
