/** Mailings as they are once a carrier has them, written into the tables: for tests of what happens afterwards. */

import { randomUUID } from 'node:crypto';
import type { Tenant, TestApp } from './open-test-app.ts';

export interface MailingRows {
  id: string;
  number: number;
  runNumber: number;
  jobs: { id: string; number: number }[];
  /** In order; `job` is the index of theirs. */
  pieces: { id: string; seq: number; barcode: string; uniqueId: string; code: string; job: number }[];
}

let serial = 0;

/** Each job gets `pieces` of them. `sent: false`: still to be printed. */
export async function addMailingRows(
  { sql }: Pick<TestApp, 'sql'>,
  { organizationId }: Pick<Tenant, 'organizationId'>,
  options: { jobs?: number; pieces?: number; sent?: boolean; test?: boolean; accountId?: string } = {},
): Promise<MailingRows> {
  const { jobs = 1, pieces = 1, sent = true, test = false, accountId = null } = options;
  const [id, runId, documentId] = [randomUUID(), randomUUID(), randomUUID()];
  await sql(
    `insert into mail_document (id, organization_id, account_id, test, name, size, sha256, status, pages)
     values ($1, $2, $3, $4, 'letters.pdf', 1000, sha256('x'), 'readable', 10)`,
    [documentId, organizationId, accountId, test],
  );
  const [mailing] = await sql<{ number: number }>(
    `insert into mailing (id, organization_id, account_id, test, kind, status, document_id, submitted_at, received_at, completed_at)
     values ($1, $2, $3, $4, 'batch', 'completed', $5, now(), now(), now()) returning number`,
    [id, organizationId, accountId, test, documentId],
  );
  const [run] = await sql<{ number: number }>(
    `insert into print_run (id, organization_id, mailing_id, index, product, carrier, status, pieces, sent_at)
     values ($1, $2, $3, 0, '{"name": "Letter"}', 'folder', $4, $5, case when $6 then now() end) returning number`,
    [runId, organizationId, id, sent ? 'submitted' : 'planned', jobs * pieces, sent],
  );
  const madeJobs = await sql<{ id: string; number: number }>(
    `insert into mail_job (id, organization_id, mailing_id, index, status, first_page, last_page, terms, product, total, mailable)
     select gen_random_uuid(), $1, $2, at, $3, 1, 2, '{"documentClass": "Letter 8.5 x 11"}', '{"name": "Letter", "service": "first_class"}', $5, $5
     from generate_series(0, $4::int - 1) at returning id, number`,
    [organizationId, id, sent ? 'in_production' : 'awaiting_production', jobs, pieces],
  );
  const first = serial;
  serial += jobs * pieces;
  const madePieces = await sql<Omit<MailingRows['pieces'][number], 'code' | 'job'>>(
    `insert into mail_piece (organization_id, mailing_id, seq, id, job_id, run_id, run_seq, status, unique_id, address, address_kind, barcode, sheets)
     select $1, $2, seq, gen_random_uuid(), ($3::uuid[])[(seq - 1) / $4::int + 1], case when $8 then null else $5::uuid end,
       case when $8 then null else seq end, $6, 'key-' || seq,
       jsonb_build_object('name', 'Person ' || seq, 'organization', '', 'lines', jsonb_build_array(seq || ' Main Street'), 'city', 'FLINT', 'region', 'MI',
         'postalCode', '48502', 'country', 'US'), 'standard', case when $8 then null else '00270999999' || lpad(($7::int + seq)::text, 9, '0') end, 1
     from generate_series(1, $4::int * cardinality($3::uuid[])) seq returning id, seq, barcode, unique_id as "uniqueId"`,
    [organizationId, id, madeJobs.map((job) => job.id), pieces, runId, sent ? 'printed' : 'accepted', first, test],
  );
  if (test) await sql('delete from print_run where id = $1', [runId]);
  const { number } = mailing as { number: number };
  const runNumber = (run as { number: number }).number;
  const named = madePieces.map((piece) => ({
    ...piece,
    ...{ code: `${runNumber}-${piece.seq}`, job: Math.floor((piece.seq - 1) / pieces) },
  }));
  return { id, number, runNumber, jobs: madeJobs, pieces: named };
}
