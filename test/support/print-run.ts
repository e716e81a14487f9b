/** Mailings that are sorted already, planted with their pieces, credits and print run, so that composing and posting can be watched alone. */

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PDFDocument, StandardFonts } from '@cantoo/pdf-lib';
import { moveCredits } from '../../src/db/ledger.ts';
import { mailDocumentKey } from '../../src/db/mail-documents.ts';
import { insertPrintRuns } from '../../src/db/print-runs.ts';
import type { PrintProduct } from '../../src/domain/print-product.ts';
import { letterProduct } from './letter-product.ts';
import type { Tenant, TestApp } from './open-test-app.ts';

export const letter = letterProduct({ name: 'Letter 8.5 x 11', duplex: true, maxSheets: 5 });

export interface PlantedRun {
  id: string;
  mailingId: string;
  jobId: string;
  pieces: number;
}

export const price = 75;

/** No barcode is used twice. */
let planted = 0;

/** One job over two pages of the document; each piece costs 75 credits, which are reserved. */
export async function plantRun(
  belt: Pick<TestApp, 'app' | 'sql'>,
  { organizationId }: Pick<Tenant, 'organizationId'>,
  options: {
    pieces?: number;
    carrier?: string;
    document?: Uint8Array;
    product?: Partial<PrintProduct>;
    name?: string;
  } = {},
): Promise<PlantedRun> {
  const { app, sql } = belt;
  const [mailingId, documentId, jobId, id] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const pieces = options.pieces ?? 3;
  const document = options.document ?? (await somePages(2));
  await app.blobs.put(mailDocumentKey(documentId), document);
  await sql(
    `insert into mail_document (id, organization_id, test, name, size, sha256, status, pages)
     values ($1, $2, false, 'letter.pdf', $3, '\\x00', 'readable', 2)`,
    [documentId, organizationId, document.length],
  );
  await sql(
    `insert into mailing (id, organization_id, test, kind, status, document_id, submitted_at, received_at)
     values ($1, $2, false, 'batch', 'printing', $3, clock_timestamp(), clock_timestamp())`,
    [mailingId, organizationId, documentId],
  );
  await sql(
    `insert into mail_job (id, organization_id, mailing_id, index, status, first_page, last_page, terms, product, total, mailable, price)
     values ($1, $2, $3, 0, 'awaiting_production', 1, 2, '{}', $4, $5, $5, $5 * ${price})`,
    [jobId, organizationId, mailingId, JSON.stringify({ ...letter, ...options.product }), pieces],
  );
  const carrier = options.carrier ?? 'folder';
  const product = { ...letter, ...options.product };
  await app.db.organization(organizationId, async (tx) => {
    await moveCredits(tx, {
      organizationId,
      mailingId,
      kind: 'mail_reserve',
      from: 'available',
      to: 'reserved',
      amount: pieces * price,
    });
    await insertPrintRuns(tx, organizationId, mailingId, [{ id, index: 0, product, carrier, pieces }]);
    await tx.query(
      `insert into mail_piece (organization_id, mailing_id, seq, id, job_id, run_id, run_seq, status, unique_id, address, address_kind, barcode, price, sheets)
       select $1, $2, n, gen_random_uuid(), $3, $4, n, 'accepted', 'key-' || n, jsonb_build_object('name', $6 || ' ' || n, 'organization', '',
         'lines', jsonb_build_array(n || ' Main St'), 'city', 'Flint', 'region', 'MI', 'postalCode', '48502', 'country', 'US'), 'standard',
         '00040000000' || lpad(($7::int * 10000 + n)::text, 9, '0'), ${price}, 2 from generate_series(1, $5::int) n`,
      [organizationId, mailingId, jobId, id, pieces, options.name ?? 'Canary', planted++],
    );
    await app.queue.enqueue(tx, 'belt', [{ stage: 'compose', organizationId, chunkId: id }]);
  });
  return { id, mailingId, jobId, pieces };
}

/** Each page says which it is. */
export async function somePages(count: number): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  const font = await document.embedFont(StandardFonts.Helvetica);
  for (let page = 1; page <= count; page++)
    document.addPage([612, 792]).drawText(`page-${page}-of-the-letter`, { x: 72, y: 400, size: 20, font });
  return document.save();
}

export interface RunFacts {
  status: string;
  reference: string | null;
  response: string | null;
  attempts: number;
  pieces: Record<string, number>;
  job: string;
  mailing: string;
}

/** What became of a run, its pieces, its job and its mailing. */
export async function readRun({ sql }: Pick<TestApp, 'sql'>, run: PlantedRun): Promise<RunFacts> {
  const [row] = await sql<RunFacts>(
    `select print_run.status, carrier_reference as reference, response, attempts, mail_job.status as job, mailing.status as mailing,
       (select jsonb_object_agg(status, count) from (select status, count(*) from mail_piece where run_id = $1 group by status) p) as pieces
     from print_run join mailing on mailing.id = print_run.mailing_id join mail_job on mail_job.id = $2 where print_run.id = $1`,
    [run.id, run.jobId],
  );
  return row as RunFacts;
}

export async function waitForRun(
  belt: Pick<TestApp, 'sql'>,
  run: PlantedRun,
  isThere: (facts: RunFacts) => boolean,
): Promise<RunFacts> {
  for (const deadline = performance.now() + 120_000; ; await sleep(30)) {
    const facts = await readRun(belt, run);
    if (isThere(facts)) return facts;
    if (performance.now() > deadline) throw new Error(`the run is still ${JSON.stringify(facts)}`);
  }
}
