/** What a print run is composed from: the facts of its pieces as they are stored, laid out one behind the other. */

import type { MailJobRow } from '../db/mail-jobs.ts';
import type { MailPieceRow } from '../db/mail-pieces.ts';
import type { PrintRunRow } from '../db/print-runs.ts';
import { addressLines, routingDigits } from '../domain/address-lines.ts';
import { fitEnvelope } from '../domain/envelope-capacity.ts';
import { pieceLayout } from '../domain/piece-layout.ts';
import type { AddressInput } from '../domain/postal-address.ts';
import type { ManifestPiece, PrintPlan } from '../domain/print-plan.ts';
import { readAddress } from '../domain/read-address.ts';
import { ChanceryError } from '../errors.ts';

export interface RunParts {
  run: PrintRunRow;
  title: string;
  jobs: MailJobRow[];
  pieces: MailPieceRow[];
}

/** The manifest's pieces are those of the plan, with their place in the file. */
export function planRun({ run, title, jobs, pieces }: RunParts): { plan: PrintPlan; pieces: ManifestPiece[] } {
  const known = new Map(jobs.map((job) => [job.id, { ...job, returnLines: returnLines(job.returnAddress) }]));
  let pdfLast = 0;
  const planned = pieces.map((piece): ManifestPiece => {
    const job = known.get(piece.jobId);
    if (!job || piece.runSeq === null) throw new ChanceryError('internal', `the piece ${piece.id} is of no job or run`);
    const { sides, sheets } = pieceLayout(run.product, job.lastPage - job.firstPage + 1);
    const pdfFirst = pdfLast + 1;
    pdfLast += sides.length;
    return {
      seq: piece.runSeq,
      code: `${run.number}-${piece.runSeq}`,
      firstPage: job.firstPage,
      lastPage: job.lastPage,
      addressLines: addressLines(piece.address),
      returnLines: job.returnLines,
      barcode: piece.barcode ? `${piece.barcode}${routingDigits(piece.address)}` : '',
      id: piece.id,
      uniqueId: piece.uniqueId,
      jobNumber: job.number,
      address: piece.address,
      envelope: fitEnvelope(run.product, sheets).envelope,
      sheets,
      pdfFirst,
      pdfLast,
    };
  });
  const { id, number, product } = run;
  const plan = { id, number, createdAt: run.createdAt.toISOString(), title, product, pieces: planned.map(composed) };
  return { plan, pieces: planned };
}

function returnLines(address: AddressInput | null): string[] {
  return address ? addressLines(readAddress(address, { capitals: false }).address) : [];
}

/** Nothing else of a piece decides a byte of the file. */
function composed(piece: ManifestPiece): PrintPlan['pieces'][number] {
  const { seq, code, firstPage, lastPage, addressLines: lines, returnLines: sender, barcode } = piece;
  return { seq, code, firstPage, lastPage, addressLines: lines, returnLines: sender, barcode };
}
