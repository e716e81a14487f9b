/** Print runs: planned with a mailing's pieces, composed into files, then given to a carrier by an attempt that holds them. */

import type { Status } from '../domain/lifecycle.ts';
import type { PrintProduct } from '../domain/print-product.ts';
import type { Tx } from './open.ts';

export interface RunFile {
  /** Of its blob. */
  key: string;
  bytes: number;
  sha256: string;
}

export interface RunFiles {
  pdf: RunFile & { pages: number; sheets: number };
  csv: RunFile;
  xml: RunFile;
}

export interface PrintRunRow {
  id: string;
  number: number;
  organizationId: string;
  mailingId: string;
  /** From 0 within the mailing. */
  index: number;
  product: PrintProduct;
  carrier: string;
  status: Status<'print_run'>;
  pieces: number;
  revision: number;
  attempt: number;
  deaths: number;
  attempts: number;
  files: RunFiles | null;
  /** What the carrier calls it. */
  reference: string | null;
  response: string | null;
  nextAttemptAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  sentAt: Date | null;
}

export const runColumns = `print_run.id, print_run.number, print_run.organization_id as "organizationId", print_run.mailing_id as "mailingId", print_run.index,
  print_run.product, print_run.carrier, print_run.status, print_run.pieces, print_run.revision, print_run.attempt, print_run.deaths, print_run.attempts,
  print_run.files, print_run.carrier_reference as reference, print_run.response, print_run.next_attempt_at as "nextAttemptAt",
  print_run.created_at as "createdAt", print_run.updated_at as "updatedAt", print_run.sent_at as "sentAt"`;

export interface NewPrintRun {
  id: string;
  index: number;
  product: PrintProduct;
  carrier: string;
  pieces: number;
}

/** Those that are there already stay as they are. */
export async function insertPrintRuns(
  tx: Tx,
  organizationId: string,
  mailingId: string,
  runs: readonly NewPrintRun[],
): Promise<void> {
  await tx.query(
    `insert into print_run (id, organization_id, mailing_id, index, product, carrier, pieces, held)
     select id, $1, $2, index, product, carrier, pieces, (select print_held from mailing where mailing.id = $2) from jsonb_to_recordset($3::jsonb)
       as new(id uuid, index int, product jsonb, carrier text, pieces int) order by index on conflict do nothing`,
    [organizationId, mailingId, JSON.stringify(runs)],
  );
}

/** Of specimens nothing is printed: who may see only those finds none. */
const isVisible = 'exists (select 1 from mailing where mailing.id = print_run.mailing_id and (mailing.test or not $2))';

export async function findPrintRun(
  tx: Tx,
  { organizationId, test }: { organizationId: string; test: boolean },
  id: string,
): Promise<PrintRunRow | undefined> {
  const { rows } = await tx.query<PrintRunRow>(
    `select ${runColumns} from print_run where organization_id = $1 and ${isVisible} and id = $3`,
    [organizationId, test, id],
  );
  return rows[0];
}

export interface PrintRunFilter {
  status?: Status<'print_run'>;
  mailingId?: string;
  /** Only those whose number is lower. */
  before?: number;
  limit: number;
}

/** Newest first. */
export async function listPrintRuns(
  tx: Tx,
  { organizationId, test }: { organizationId: string; test: boolean },
  { status, mailingId, before, limit }: PrintRunFilter,
): Promise<PrintRunRow[]> {
  const { rows } = await tx.query<PrintRunRow>(
    `select ${runColumns} from print_run where organization_id = $1 and ${isVisible} and ($3::text is null or status = $3)
       and ($4::uuid is null or mailing_id = $4) and ($5::bigint is null or number < $5) order by number desc limit $6`,
    [organizationId, test, status ?? null, mailingId ?? null, before ?? null, limit],
  );
  return rows;
}

/** Whether any run of the mailing is not over yet; call under the mailing's lock. */
export async function hasOpenRuns(tx: Tx, organizationId: string, mailingId: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `select 1 from print_run where organization_id = $1 and mailing_id = $2
       and status in ('planned', 'composed', 'sending', 'deferred', 'unknown') limit 1`,
    [organizationId, mailingId],
  );
  return rowCount > 0;
}
