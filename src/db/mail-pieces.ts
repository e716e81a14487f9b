/** Mail pieces: what one recipient gets of one job; counted from 1 through the whole mailing. */

import type { Issue } from '../domain/issue.ts';
import type { Status } from '../domain/lifecycle.ts';
import type { AddressKind, PostalAddress } from '../domain/postal-address.ts';
import type { Tx } from './open.ts';

export interface MailPieceRow {
  id: string;
  seq: number;
  jobId: string;
  runId: string | null;
  /** From 1 within the run; a piece that was taken out leaves a gap. */
  runSeq: number | null;
  status: Status<'mail_piece'>;
  /** The hand-in's own key, '' for none. */
  uniqueId: string;
  address: PostalAddress;
  addressKind: AddressKind;
  issues: Issue[] | null;
  /** 20 digits of tracking code; null for staging, abroad, and what is not printed. */
  barcode: string | null;
  /** Credits; 0 for what is not charged. */
  price: number;
  sheets: number;
  lastEvent: string | null;
  lastEventAt: Date | null;
}

const columns = `id, seq, job_id as "jobId", run_id as "runId", run_seq as "runSeq", status, unique_id as "uniqueId", address,
  address_kind as "addressKind", issues, barcode, price, sheets, last_event as "lastEvent", last_event_at as "lastEventAt"`;

/** In the order of the hand-in, after `afterSeq`. */
export async function listMailPieces(
  tx: Tx,
  organizationId: string,
  mailingId: string,
  page: { afterSeq: number; limit: number; jobId?: string },
): Promise<MailPieceRow[]> {
  const { rows } = await tx.query<MailPieceRow>(
    `select ${columns} from mail_piece where organization_id = $1 and mailing_id = $2 and seq > $3 and ($4::uuid is null or job_id = $4)
     order by seq limit $5`,
    [organizationId, mailingId, page.afterSeq, page.jobId ?? null, page.limit],
  );
  return rows;
}

/** Pieces of a print run that are still to be printed, in the order of printing. */
export async function listRunPieces(tx: Tx, organizationId: string, runId: string): Promise<MailPieceRow[]> {
  const { rows } = await tx.query<MailPieceRow>(
    `select ${columns} from mail_piece where organization_id = $1 and run_id = $2 and status = 'accepted' order by run_seq`,
    [organizationId, runId],
  );
  return rows;
}
