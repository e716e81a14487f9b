/** Reads a mailing's order and stores its jobs and pieces, a block in one transaction; what an earlier attempt stored is passed over. */

import type { App } from '../app.ts';
import {
  holdMailing,
  insertMailJobs,
  insertMailPieces,
  type NewMailPiece,
  readSorted,
  type SortedJob,
  type TakenMailing,
  takeSerials,
} from '../db/mail-sorting.ts';
import type { OrderLine } from '../domain/mail-order.ts';
import { nobodysMailer, serialsOf, trackingCode } from '../domain/mail-serial.ts';
import type { PrintProduct } from '../domain/print-product.ts';
import { ChanceryError } from '../errors.ts';
import { fault } from '../fault.ts';
import { readJsonLines } from '../ingest/json-lines.ts';
import { type JudgedJob, judgeMailJob } from './judge-mail-job.ts';
import { pieceJudge } from './judge-mail-piece.ts';

/** Jobs and pieces in one transaction: some tenths of a second. */
const blockSize = 2_000;

interface Block {
  jobs: JudgedJob[];
  pieces: NewMailPiece[];
  /** Of each piece that gets a barcode, in the order of `pieces`. */
  services: Map<NewMailPiece, PrintProduct['service']>;
}

const emptyBlock = (): Block => ({ jobs: [], pieces: [], services: new Map() });

/**
 * Gives the sentences of jobs that were there before and cannot be done. Throws `conflict` when another attempt holds the mailing, or it was
 * cancelled.
 */
export async function sortOrder(app: App, mailing: TakenMailing, documentPages: number): Promise<Map<string, string>> {
  const stored = await app.db.organization(mailing.organizationId, (tx) => readSorted(tx, mailing));
  const known = new Map(stored.jobs.map((job) => [job.index, job]));
  const faults = new Map<string, string>();
  let block = emptyBlock();
  let [index, seq] = [-1, 0];
  let job: JudgedJob | undefined;
  let judge: ReturnType<typeof pieceJudge> | undefined;
  for await (const line of readJsonLines<OrderLine>(await app.blobs.stream(mailing.orderKey))) {
    if ('job' in line) {
      index++;
      job = judgeMailJob(line.job, index, documentPages, mailing.returnAddress);
      const before = known.get(index);
      if (before) job = asStored(job, before);
      else block.jobs.push(job);
      if (before && job.fault !== null) faults.set(job.id, job.fault);
      judge = pieceJudge(app, job);
    } else {
      if (++seq <= stored.pieces) continue;
      if (!job || !judge) throw new ChanceryError('internal', 'the order begins with a recipient');
      const piece = judge(line.piece, seq);
      block.pieces.push(piece);
      if (getsBarcode(mailing, piece) && job.product) block.services.set(piece, job.product.service);
    }
    if (block.jobs.length + block.pieces.length < blockSize) continue;
    await storeBlock(app, mailing, block);
    block = emptyBlock();
  }
  if (block.jobs.length + block.pieces.length > 0) await storeBlock(app, mailing, block);
  return faults;
}

/** Its pieces belong to the row that is there. */
const asStored = (job: JudgedJob, { id }: SortedJob): JudgedJob => ({ ...job, id });

const getsBarcode = ({ test }: TakenMailing, { status, kind }: NewMailPiece) =>
  !test && status === 'accepted' && kind !== 'international';

async function storeBlock(app: App, mailing: TakenMailing, block: Block): Promise<void> {
  await giveBarcodes(app, mailing, block);
  await app.db.organization(mailing.organizationId, async (tx) => {
    if (!(await holdMailing(tx, mailing))) throw new ChanceryError('conflict', 'another attempt holds the mailing');
    await insertMailJobs(tx, mailing, block.jobs);
    await insertMailPieces(tx, mailing, block.pieces);
  });
  await fault('sort-after-block');
}

/** In a transaction of its own, since all organizations wait for each other here; numbers that come to nothing are lost, and there are enough. */
async function giveBarcodes(app: App, { organizationId, id }: TakenMailing, { services, jobs }: Block): Promise<void> {
  if (services.size === 0) return;
  const mailer = app.config.MAILER_ID || nobodysMailer;
  const size = serialsOf(mailer);
  const first = await app.db.organization(organizationId, (tx) => takeSerials(tx, mailer, services.size, size));
  if (first === null) {
    app.log.error({ organizationId, mailingId: id, mailer }, 'no serial numbers are left for barcodes');
    for (const job of jobs) job.warnings.push({ path: 'barcode', code: 'no_serials', params: { mailer } });
    return;
  }
  let serial = first;
  for (const [piece, service] of services) piece.barcode = trackingCode(mailer, service, serial++);
}
