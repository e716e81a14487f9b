/** Mail pieces: what one recipient gets of one job; counted from 1 through the whole mailing. */

import type { Issue } from '../domain/issue.ts';
import type { Status } from '../domain/lifecycle.ts';
import type { AddressKind, PostalAddress } from '../domain/postal-address.ts';
import type { Tx } from './open.ts';
import { mayBecome } from './transition.ts';

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

/** Pieces of a job that are or will be charged, by the kind of their address. */
export async function countPricedPieces(
  tx: Tx,
  organizationId: string,
  jobId: string,
): Promise<Partial<Record<AddressKind, number>>> {
  const { rows } = await tx.query<{ kind: AddressKind; pieces: number }>(
    `select address_kind as kind, count(*)::int as pieces from mail_piece
     where organization_id = $1 and job_id = $2 and status in ('accepted', 'printed', 'mailed') group by address_kind`,
    [organizationId, jobId],
  );
  return Object.fromEntries(rows.map(({ kind, pieces }) => [kind, pieces]));
}

export interface MovedPieces {
  pieces: number;
  /** What they cost. */
  credits: number;
}

/** The carrier has the run: its pieces are printed, and what they cost is now spent. Call under `lockMailing`. */
export async function printPieces(tx: Tx, organizationId: string, runId: string): Promise<MovedPieces> {
  const { rows } = await tx.query<MovedPieces>(
    `with printed as (update mail_piece set status = 'printed'
       where organization_id = $1 and run_id = $2 and ${mayBecome('mail_piece', 'printed')} returning price)
     select count(*)::int as pieces, coalesce(sum(price), 0)::int8 as credits from printed`,
    [organizationId, runId],
  );
  return rows[0] as MovedPieces;
}

/** As `endPieces`, for jobs that fail before anything is set aside for them, all in one statement. Call under `lockMailing`. */
export async function failPiecesOf(
  tx: Tx,
  organizationId: string,
  jobs: readonly { id: string; issues: Issue[] }[],
): Promise<void> {
  if (jobs.length === 0) return;
  await tx.query(
    `update mail_piece set status = 'failed', price = 0, issues = failing.issues from jsonb_to_recordset($2::jsonb) as failing(id uuid, issues jsonb)
     where mail_piece.organization_id = $1 and mail_piece.job_id = failing.id and mail_piece.status = 'accepted'
       and mail_piece.${mayBecome('mail_piece', 'failed')}`,
    [organizationId, JSON.stringify(jobs)],
  );
}

/**
 * Pieces that are not printed after all, or were lost: they cost nothing any more; gives what they would have. `from` tells those that are still
 * `accepted` (their credits are reserved) from those that are `printed` (theirs are spent). Call under `lockMailing`.
 */
export async function endPieces(
  tx: Tx,
  organizationId: string,
  of: { runId: string } | { jobId: string } | { mailingId: string },
  end: { from: 'accepted' | 'printed'; to: 'failed' | 'cancelled'; issues: Issue[] },
): Promise<MovedPieces> {
  const [column, value] =
    'runId' in of ? ['run_id', of.runId] : 'jobId' in of ? ['job_id', of.jobId] : ['mailing_id', of.mailingId];
  const { rows } = await tx.query<MovedPieces>(
    `with ending as (select mailing_id, seq, price from mail_piece where organization_id = $1 and ${column} = $2 and status = $3 for update),
     ended as (update mail_piece set status = $4, price = 0, issues = $5 from ending
       where mail_piece.mailing_id = ending.mailing_id and mail_piece.seq = ending.seq and mail_piece.${mayBecome('mail_piece', end.to)})
     select count(*)::int as pieces, coalesce(sum(price), 0)::int8 as credits from ending`,
    [organizationId, value, end.from, end.to, JSON.stringify(end.issues)],
  );
  return rows[0] as MovedPieces;
}
