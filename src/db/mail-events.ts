/** Events of mail pieces: many are found, stored and acted upon at once, and the same event again changes nothing. */

import { type MailEvent, type MailEventKind, mailEventKinds, mailedKinds } from '../domain/mail-event.ts';
import type { PostalAddress } from '../domain/postal-address.ts';
import type { PrintProduct } from '../domain/print-product.ts';
import { recordEvents } from './events.ts';
import type { Tx } from './open.ts';
import { mayBecome } from './transition.ts';

/** A piece that an event may be about. */
export interface NamedPiece {
  /** Of the event among those given, from 0. */
  place: number;
  mailingId: string;
  seq: number;
  /** All its names, to hold against those that were given. */
  pieceId: string;
  barcode: string | null;
  run: number | null;
  runSeq: number | null;
  jobNumber: number;
  uniqueId: string;
  test: boolean;
  /** A carrier has it, or had it. */
  wasSent: boolean;
  isCancelled: boolean;
  mailingCreatedAt: Date;
}

const given = `jsonb_to_recordset($2::jsonb) as given(place int, "pieceId" uuid, barcode text, run int, "runSeq" int, "jobNumber" int, "uniqueId" text, at timestamptz)`;

/**
 * The pieces that the events name, two for an event whose name is not clear, none where there is nothing of that name. Of the names that an event
 * gives the first counts: piece, barcode, code, job and own key. Barcodes may be used again after 45 days: of two the later mailing is meant that
 * had begun by then. `test`: those of staging accounts alone.
 */
export async function findNamedPieces(
  tx: Tx,
  organizationId: string,
  events: readonly MailEvent[],
  test: boolean,
): Promise<NamedPiece[]> {
  const named = events.map(({ pieceId, barcode, code, own, at }, place) => {
    const { run, seq: runSeq } = code ?? {};
    const { jobNumber, uniqueId } = own ?? {};
    if (pieceId !== null) return { place, pieceId, at };
    if (barcode !== null) return { place, barcode, at };
    return code ? { place, run, runSeq, at } : { place, jobNumber, uniqueId, at };
  });
  const { rows } = await tx.query<NamedPiece>(
    `select given.place, piece.mailing_id as "mailingId", piece.seq, piece.id as "pieceId", piece.barcode, run.number as run, piece.run_seq as "runSeq",
       job.number as "jobNumber", piece.unique_id as "uniqueId", mailing.test, mailing.created_at as "mailingCreatedAt",
       piece.status in ('printed', 'mailed') or piece.status = 'failed' and coalesce(run.sent_at is not null, false) as "wasSent", piece.status = 'cancelled' as "isCancelled"
     from ${given} cross join lateral (
       select * from mail_piece where organization_id = $1 and id = given."pieceId"
       union all
       (select found.* from mail_piece found join mailing begun on begun.id = found.mailing_id
        where found.organization_id = $1 and found.barcode = given.barcode
        order by begun.created_at <= given.at + interval '1 day' desc, begun.created_at desc limit 1)
       union all
       select found.* from print_run join mail_piece found on found.run_id = print_run.id and found.run_seq = given."runSeq"
       where print_run.organization_id = $1 and print_run.number = given.run and found.organization_id = $1
       union all
       (select found.* from mail_job join mail_piece found on found.job_id = mail_job.id
          and left(found.unique_id, 100) = left(given."uniqueId", 100) and found.unique_id = given."uniqueId"
        where mail_job.organization_id = $1 and mail_job.number = given."jobNumber" and found.organization_id = $1 and found.unique_id <> '' limit 2)
     ) piece
     join mailing on mailing.id = piece.mailing_id join mail_job job on job.id = piece.job_id left join print_run run on run.id = piece.run_id
     where mailing.test or not $3`,
    [organizationId, JSON.stringify(named), test],
  );
  return rows;
}

export interface FoundEvent extends Pick<MailEvent, 'status' | 'kind' | 'at' | 'location' | 'source'> {
  mailingId: string;
  seq: number;
}

/** Imports wait for each other, and for what else changes these mailings; always in the same order. */
export async function lockMailings(tx: Tx, organizationId: string, ids: readonly string[]): Promise<void> {
  await tx.query('select 1 from mailing where organization_id = $1 and id = any($2) order by id for no key update', [
    organizationId,
    ids,
  ]);
}

/** Gives how many are new. Call under `lockMailings`. */
export async function insertMailEvents(tx: Tx, organizationId: string, events: readonly FoundEvent[]): Promise<number> {
  const { rowCount } = await tx.query(
    `insert into mail_event (organization_id, mailing_id, seq, status, kind, at, location, source)
     select $1, "mailingId", seq, status, kind, at, location, source from jsonb_to_recordset($2::jsonb)
       as new("mailingId" uuid, seq int, status text, kind text, at timestamptz, location text, source text)
     on conflict do nothing`,
    [organizationId, JSON.stringify(events)],
  );
  return rowCount;
}

/** `kinds` is the place of `mailEventKinds` among the values. */
const newestFirst = (kinds: string) => `at desc, array_position(${kinds}::text[], kind) desc, id desc`;

/** Brings pieces, and jobs whose pieces all are, to `mailed`; and each piece's newest event. Call under `lockMailings`. */
export async function settleMailEvents(
  tx: Tx,
  organizationId: string,
  pieces: readonly { mailingId: string; seq: number }[],
  actor: string,
): Promise<void> {
  const touched = `jsonb_to_recordset($2::jsonb) as touched("mailingId" uuid, seq int)`;
  const values = [organizationId, JSON.stringify(pieces)];
  await tx.query(
    `update mail_piece set last_event = newest.status, last_event_at = newest.at
     from (select distinct on (mailing_id, mail_event.seq) mailing_id, mail_event.seq, status, at
       from ${touched} join mail_event on mailing_id = "mailingId" and mail_event.seq = touched.seq
       where organization_id = $1 order by mailing_id, mail_event.seq, ${newestFirst('$3')}) newest
     where organization_id = $1 and mail_piece.mailing_id = newest.mailing_id and mail_piece.seq = newest.seq
       and (last_event, last_event_at) is distinct from (newest.status, newest.at)`,
    [...values, mailEventKinds],
  );
  const { rows } = await tx.query<{ jobId: string }>(
    `with moved as (update mail_piece set status = 'mailed' from ${touched}
       where organization_id = $1 and mailing_id = "mailingId" and mail_piece.seq = touched.seq and ${mayBecome('mail_piece', 'mailed')}
         and exists (select 1 from mail_event where mail_event.mailing_id = "mailingId" and mail_event.seq = touched.seq and kind = any($3))
       returning job_id)
     select distinct job_id as "jobId" from moved`,
    [...values, mailedKinds],
  );
  if (rows.length > 0)
    await finishJobs(
      tx,
      organizationId,
      rows.map(({ jobId }) => jobId),
      actor,
    );
}

async function finishJobs(tx: Tx, organizationId: string, jobIds: readonly string[], actor: string): Promise<void> {
  const { rows } = await tx.query<{ id: string }>(
    `update mail_job set status = 'mailed', completed_at = clock_timestamp(), updated_at = clock_timestamp()
     where organization_id = $1 and id = any($2) and ${mayBecome('mail_job', 'mailed')}
       and not exists (select 1 from mail_piece where job_id = mail_job.id and status in ('accepted', 'printed')) returning id`,
    [organizationId, jobIds],
  );
  const events = rows.map(({ id }) => ({
    subject: 'mail_job',
    subjectId: id,
    kind: 'mail_job.mailed',
    actor,
    data: {},
  }));
  await recordEvents(tx, organizationId, events);
}

export interface TrackedEvent {
  /** As the carrier words it. */
  status: string;
  kind: MailEventKind;
  at: Date;
  location: string;
}

export interface TrackedPiece {
  id: string;
  /** Within the mailing. */
  seq: number;
  jobNumber: number;
  /** The hand-in's own key, '' for none. */
  uniqueId: string;
  /** Null abroad. */
  barcode: string | null;
  address: PostalAddress;
  /** The product's; null where it is not known. */
  service: PrintProduct['service'] | null;
  /** Newest first; at least one. */
  events: TrackedEvent[];
}

export interface TrackingFilter {
  mailingId: string;
  jobId?: string;
  barcode?: string;
  /** All events of a piece, not its newest alone. */
  allScans?: boolean;
}

/** Pieces of which something is known, in the order of the hand-in, after `afterSeq`. */
export async function listTrackedPieces(
  tx: Tx,
  organizationId: string,
  { mailingId, jobId, barcode, allScans = false }: TrackingFilter,
  page: { afterSeq: number; limit: number },
): Promise<TrackedPiece[]> {
  const { rows } = await tx.query<TrackedPiece & { events: (Omit<TrackedEvent, 'at'> & { at: string })[] }>(
    `select piece.id, piece.seq, job.number as "jobNumber", piece.unique_id as "uniqueId", piece.barcode, piece.address,
       job.product->>'service' as service, scans.events
     from (select * from mail_piece where organization_id = $1 and mailing_id = $2 and seq > $3 and last_event_at is not null
         and ($4::uuid is null or job_id = $4) and ($5::text is null or barcode = $5) order by seq limit $6) piece
       join mail_job job on job.id = piece.job_id
       cross join lateral (select jsonb_agg(jsonb_build_object('status', status, 'kind', kind, 'at', at, 'location', location)
           order by ${newestFirst('$7')}) as events
         from (select * from mail_event where mail_event.mailing_id = piece.mailing_id and mail_event.seq = piece.seq
           order by ${newestFirst('$7')} limit $8) scan) scans
     order by piece.seq`,
    [
      ...[organizationId, mailingId, page.afterSeq, jobId ?? null, barcode ?? null, page.limit],
      ...[mailEventKinds, allScans ? null : 1],
    ],
  );
  return rows.map((row) => ({ ...row, events: row.events.map((scan) => ({ ...scan, at: new Date(scan.at) })) }));
}
