/** A mailing on its way to its pieces: taken in turn by an attempt, which stores them block by block as long as it holds the mailing. */

import type { Issue } from '../domain/issue.ts';
import type { Status } from '../domain/lifecycle.ts';
import type { AddressInput, AddressKind, PostalAddress } from '../domain/postal-address.ts';
import type { PrintProduct } from '../domain/print-product.ts';
import { lockMailing } from './mailings.ts';
import type { Tx } from './open.ts';
import { mayBecome, transition } from './transition.ts';

export interface TakenMailing {
  id: string;
  number: number;
  organizationId: string;
  kind: 'batch' | 'job';
  test: boolean;
  documentId: string;
  orderKey: string;
  attempt: number;
  deaths: number;
  /** The account's, for jobs that name none. */
  returnAddress: AddressInput | null;
}

/**
 * Takes a mailing that is next in its account's line, or that an earlier attempt left behind. `early` when older ones of the account are not
 * received yet; `past` when there is nothing to do. Its death is counted in advance and taken back when the attempt ends in order.
 */
export async function takeMailing(
  tx: Tx,
  organizationId: string,
  id: string,
): Promise<TakenMailing | 'early' | 'past'> {
  const locked = await lockMailing(tx, organizationId, id);
  if (locked?.status !== 'submitted' && locked?.status !== 'received') return 'past';
  if (locked.status === 'submitted') {
    if (await hasOlder(tx, organizationId, id)) return 'early';
    await transition(tx, { organizationId, subject: 'mailing', id, to: 'received', actor: 'system' });
    await beginJobs(tx, organizationId, id);
  }
  const { rows } = await tx.query<TakenMailing>(
    `update mailing set attempt = attempt + 1, deaths = deaths + 1, received_at = coalesce(received_at, clock_timestamp())
     where organization_id = $1 and id = $2
     returning id, number, organization_id as "organizationId", kind, test, document_id as "documentId", order_key as "orderKey", attempt, deaths,
       (select return_address from mail_account where mail_account.id = mailing.account_id) as "returnAddress"`,
    [organizationId, id],
  );
  return rows[0] as TakenMailing;
}

async function hasOlder(tx: Tx, organizationId: string, id: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `select 1 from mailing join mailing older on older.organization_id = mailing.organization_id and older.status = 'submitted'
       and older.account_id is not distinct from mailing.account_id and older.turn < mailing.turn
     where mailing.organization_id = $1 and mailing.id = $2 limit 1`,
    [organizationId, id],
  );
  return rowCount > 0;
}

/** A job that was put together by itself is there before its pieces are; what it expected of them counts no longer. */
async function beginJobs(tx: Tx, organizationId: string, mailingId: string): Promise<void> {
  await tx.query(
    `update mail_job set status = 'processing', total = 0, mailable = 0, failed = 0, updated_at = clock_timestamp()
     where organization_id = $1 and mailing_id = $2 and ${mayBecome('mail_job', 'processing')}`,
    [organizationId, mailingId],
  );
}

/** The attempt ended by an ordinary error, perhaps because another holds the mailing by now: it was no death. */
export async function forgiveMailing(tx: Tx, { organizationId, id }: TakenMailing): Promise<void> {
  await tx.query('update mailing set deaths = greatest(deaths - 1, 0) where organization_id = $1 and id = $2', [
    organizationId,
    id,
  ]);
}

/** The fence, and the mailing's lock: false when another attempt holds it by now, or it was cancelled. */
export async function holdMailing(tx: Tx, { organizationId, id, attempt }: TakenMailing): Promise<boolean> {
  const { rowCount } = await tx.query(
    `select from mailing where organization_id = $1 and id = $2 and attempt = $3 and status = 'received' for no key update`,
    [organizationId, id, attempt],
  );
  return rowCount === 1;
}

export interface SortedJob {
  id: string;
  index: number;
  status: Status<'mail_job'>;
  fault: string | null;
}

/** What earlier attempts stored: whole blocks, from the beginning. */
export async function readSorted(
  tx: Tx,
  { organizationId, id }: TakenMailing,
): Promise<{ jobs: SortedJob[]; pieces: number }> {
  const jobs = await tx.query<SortedJob>(
    'select id, index, status, fault from mail_job where organization_id = $1 and mailing_id = $2 order by index',
    [organizationId, id],
  );
  const { rows } = await tx.query<{ pieces: number }>(
    'select coalesce(max(seq), 0) as pieces from mail_piece where organization_id = $1 and mailing_id = $2',
    [organizationId, id],
  );
  return { jobs: jobs.rows, pieces: rows[0]?.pieces ?? 0 };
}

export interface NewMailJob {
  id: string;
  index: number;
  status: Extract<Status<'mail_job'>, 'processing' | 'failed'>;
  firstPage: number;
  lastPage: number;
  terms: Record<string, string>;
  product: PrintProduct | null;
  returnAddress: AddressInput | null;
  warnings: Issue[];
  fault: string | null;
}

export interface NewMailPiece {
  seq: number;
  job: string;
  status: Extract<Status<'mail_piece'>, 'accepted' | 'failed'>;
  uniqueId: string;
  address: PostalAddress;
  kind: AddressKind;
  issues: Issue[] | null;
  barcode: string | null;
  price: number;
  sheets: number;
}

/** Call under `holdMailing`. */
export async function insertMailJobs(
  tx: Tx,
  { organizationId, id }: TakenMailing,
  jobs: readonly NewMailJob[],
): Promise<void> {
  if (jobs.length === 0) return;
  await tx.query(
    `insert into mail_job (organization_id, mailing_id, id, index, status, first_page, last_page, terms, product, return_address, warnings, fault, completed_at)
     select $1, $2, id, index, status, "firstPage", "lastPage", terms, nullif(product, 'null'), nullif("returnAddress", 'null'), warnings, fault,
       case when status = 'failed' then clock_timestamp() end
     from jsonb_to_recordset($3::jsonb) as new(id uuid, index int, status text, "firstPage" int, "lastPage" int, terms jsonb, product jsonb,
       "returnAddress" jsonb, warnings jsonb, fault text) order by index`,
    [organizationId, id, JSON.stringify(jobs)],
  );
}

/** Call under `holdMailing`. Pieces of a job that was cancelled meanwhile are cancelled; the figures of the jobs rise with what is stored. */
export async function insertMailPieces(
  tx: Tx,
  { organizationId, id }: TakenMailing,
  pieces: readonly NewMailPiece[],
): Promise<void> {
  if (pieces.length === 0) return;
  await tx.query(
    `with stored as (insert into mail_piece (organization_id, mailing_id, seq, id, job_id, status, unique_id, address, address_kind, issues, barcode, price, sheets)
       select $1, $2, new.seq, gen_random_uuid(), new.job, case when mail_job.status = 'cancelled' then 'cancelled' else new.status end, new."uniqueId",
         new.address, new.kind, nullif(new.issues, 'null'), new.barcode, case when mail_job.status = 'cancelled' then 0 else new.price end, new.sheets
       from jsonb_to_recordset($3::jsonb) as new(seq int, job uuid, status text, "uniqueId" text, address jsonb, kind text, issues jsonb,
         barcode text, price int8, sheets int) join mail_job on mail_job.id = new.job
       order by new.seq returning job_id, status, address_kind)
     update mail_job set total = mail_job.total + added.total, mailable = mail_job.mailable + added.mailable,
       failed = mail_job.failed + added.failed, updated_at = clock_timestamp()
     from (select job_id, count(*)::int as total, count(*) filter (where address_kind <> 'non_mailable')::int as mailable,
       count(*) filter (where stored.status = 'failed')::int as failed from stored group by job_id) added
     where mail_job.organization_id = $1 and mail_job.id = added.job_id`,
    [organizationId, id, JSON.stringify(pieces)],
  );
}

/** The first of so many consecutive serial numbers that nobody used within 45 days; null where there are none. */
export async function takeSerials(tx: Tx, mailer: string, wanted: number, size: number): Promise<number | null> {
  const { rows } = await tx.query<{ first: number | null }>('select take_mail_serials($1, $2, $3) as first', [
    mailer,
    wanted,
    size,
  ]);
  return rows[0]?.first ?? null;
}
