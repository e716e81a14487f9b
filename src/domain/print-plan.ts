/** A print run as its composer gets it: nothing else decides a byte of the file. */

import type { PostalAddress } from './postal-address.ts';
import type { Envelope, PrintProduct } from './print-product.ts';

export interface PlannedPiece {
  /** From 1 within the run. */
  seq: number;
  /** Printed small beside the address, and in the manifest: `<run number>-<seq>`. */
  code: string;
  firstPage: number;
  lastPage: number;
  /** As printed, top to bottom. */
  addressLines: string[];
  returnLines: string[];
  /** 20 digits of tracking code and 0, 5, 9 or 11 of routing; '' where no barcode is printed (abroad). */
  barcode: string;
}

export interface PrintPlan {
  /** Of the run; makes the file's own id. */
  id: string;
  number: number;
  /** ISO time; the only clock of the file. */
  createdAt: string;
  title: string;
  product: PrintProduct;
  pieces: PlannedPiece[];
}

/** What the manifest says of a piece besides what the plan says. */
export interface ManifestPiece extends PlannedPiece {
  id: string;
  uniqueId: string;
  jobNumber: number;
  address: PostalAddress;
  envelope: Envelope | null;
  /** Of paper, without the envelope. */
  sheets: number;
  /** Where it stands in the PDF, from 1. */
  pdfFirst: number;
  pdfLast: number;
}

/** Blobs of a run as it was composed at that revision. */
export function runFileKeys(runId: string, revision: number): Record<'pdf' | 'csv' | 'xml', string> {
  const key = (ending: string) => `print-runs/${runId}/${revision}.${ending}`;
  return { pdf: key('pdf'), csv: key('csv'), xml: key('xml') };
}
