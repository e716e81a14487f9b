/** Compose: makes a print run's PDF and manifests out of the document and the stored pieces, stores them, and has the run posted. */

import { createHash } from 'node:crypto';
import type { App } from '../app.ts';
import { mailDocumentKey, readMailDocument } from '../db/mail-documents.ts';
import { listMailJobsOfRun, secondsToMailingDate } from '../db/mail-jobs.ts';
import { listRunPieces } from '../db/mail-pieces.ts';
import { lockMailing } from '../db/mailings.ts';
import type { PrintRunRow, RunFile, RunFiles } from '../db/print-runs.ts';
import { completeComposing, failComposing, forgiveRun, takeRun } from '../db/run-composing.ts';
import { type Manifest, manifestCsv, manifestXml } from '../deliver/print/manifest.ts';
import { runFileKeys } from '../domain/print-plan.ts';
import { ChanceryError } from '../errors.ts';
import { fault } from '../fault.ts';
import { composeRun } from '../pdf/print/compose-run.ts';
import type { Job } from '../queue/open-queue.ts';
import { runIsNotPrinted } from './end-run.ts';
import { enqueuePost } from './post-run.ts';
import { planRun, type RunParts } from './run-plan.ts';

export async function composePrintRun(app: App, { organizationId, chunkId }: Job): Promise<void> {
  const run = await app.db.organization(organizationId, (tx) => takeRun(tx, organizationId, chunkId));
  if (!run) return;
  await fault('compose-after-take');
  if (run.deaths > app.config.CHUNK_DEATHS)
    return giveUp(app, run, `making it stopped the program ${run.deaths - 1} times`);
  try {
    await compose(app, run);
  } catch (error) {
    // What cannot be composed now cannot be composed by trying again.
    if (error instanceof ChanceryError && error.code === 'invalid_input') return giveUp(app, run, reasonOf(error));
    await app.db.organization(organizationId, (tx) => forgiveRun(tx, run));
    throw error;
  }
}

async function compose(app: App, run: PrintRunRow): Promise<void> {
  const { organizationId } = run;
  const parts = await readParts(app, run);
  const files = await makeFiles(app, parts);
  await fault('compose-after-files');
  await app.db.organization(organizationId, async (tx) => {
    const { PRINT_DELAY_SECONDS, MAIL_TIME_ZONE } = app.config;
    const due = await secondsToMailingDate(tx, organizationId, run.id, MAIL_TIME_ZONE);
    const wait = Math.max(PRINT_DELAY_SECONDS, due);
    if (!(await completeComposing(tx, run, files, wait)))
      throw new ChanceryError('conflict', 'another attempt holds the print run, or pieces have left it');
    await enqueuePost(app, tx, run, wait);
    await fault('compose-before-commit');
  });
  await fault('compose-after-commit');
}

type Parts = RunParts & { mailingNumber: number; documentKey: string };

async function readParts(app: App, run: PrintRunRow): Promise<Parts> {
  const { organizationId, mailingId, id } = run;
  return app.db.organization(organizationId, async (tx) => {
    const mailing = await lockMailing(tx, organizationId, mailingId);
    const document = mailing?.documentId && (await readMailDocument(tx, organizationId, mailing.documentId));
    if (!mailing || !document) throw new ChanceryError('internal', 'the print run has no document');
    return {
      run,
      title: document.name,
      jobs: await listMailJobsOfRun(tx, organizationId, id),
      pieces: await listRunPieces(tx, organizationId, id),
      mailingNumber: mailing.number,
      documentKey: mailDocumentKey(document.id),
    };
  });
}

async function makeFiles(app: App, parts: Parts): Promise<RunFiles> {
  const { run, mailingNumber, documentKey } = parts;
  const { plan, pieces } = planRun(parts);
  const keys = runFileKeys(run.id, run.revision);
  const composing = composeRun(await app.blobs.stream(documentKey), plan);
  const bytes = await app.blobs.put(keys.pdf, composing.pdf);
  const { pages, sheets, sha256 } = await composing.done;
  // The manifest says where each piece stands in the file.
  if (pages !== (pieces.at(-1)?.pdfLast ?? 0))
    throw new ChanceryError('internal', `${pages} pages were composed in place of ${pieces.at(-1)?.pdfLast}`);
  const { id: runId, number: runNumber, product } = run;
  const manifest: Manifest = {
    runId,
    runNumber,
    mailingNumber,
    createdAt: plan.createdAt,
    product,
    pages,
    sheets,
    pieces,
  };
  return {
    pdf: { key: keys.pdf, bytes, sha256, pages, sheets },
    csv: await store(app, keys.csv, manifestCsv(manifest)),
    xml: await store(app, keys.xml, manifestXml(manifest)),
  };
}

async function store(app: App, key: string, pieces: Iterable<Uint8Array>): Promise<RunFile> {
  const bytes = Buffer.concat([...pieces]);
  await app.blobs.put(key, bytes);
  return { key, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

const reasonOf = (error: ChanceryError) => String(error.issues[0]?.params?.reason ?? error.message);

async function giveUp(app: App, run: PrintRunRow, reason: string): Promise<void> {
  await app.db.organization(run.organizationId, async (tx) => {
    await lockMailing(tx, run.organizationId, run.mailingId);
    if (await failComposing(tx, run, reason)) await runIsNotPrinted(tx, run, { to: 'failed', reason });
  });
  app.log.error({ organizationId: run.organizationId, printRun: run.number, reason }, 'print run failed');
}
