/** The one shape of everyone who can be given a print run: it is offered, handed over, asked about and taken back. */

import type { PrintProduct } from '../../domain/print-product.ts';

/** What a run will be, before a byte of it is handed over. */
export interface RunFacts {
  id: string;
  number: number;
  product: PrintProduct;
  pieces: number;
  /** Of the PDF. */
  bytes: number;
  pages: number;
  sheets: number;
}

export interface OutgoingFile {
  /** As the carrier gets it: `run.pdf`, `manifest.csv`, `manifest.xml`. */
  name: string;
  mediaType: string;
  bytes: number;
  sha256: string;
  /** From its beginning; may be called again. */
  open(): Promise<AsyncIterable<Uint8Array>>;
}

export interface OutgoingRun extends RunFacts {
  createdAt: Date;
  revision: number;
  pdf: OutgoingFile;
  manifests: OutgoingFile[];
}

/** `refused`: a sentence that says what the carrier lacks; nothing was handed over. */
export type Quote = { status: 'possible'; name: string } | { status: 'refused'; reason: string };

/**
 * What became of a run that was handed over. `deferred`: the carrier certainly does not have it, try again later.
 * `unknown`: it may have it; nothing is handed over again before `find` or a person has said so.
 */
export type Submission =
  | { status: 'submitted'; reference: string; response: string }
  | { status: 'deferred'; reason: string }
  | { status: 'unknown'; reason: string };

/** `absent`: for certain. `unsure`: the carrier answers, and cannot tell, nor will it. `unreachable`: ask again. */
export type Found =
  | { status: 'found'; reference: string; response: string }
  | { status: 'absent'; reason: string }
  | { status: 'unsure'; reason: string }
  | { status: 'unreachable'; reason: string };

export type RunState = 'unknown' | 'waiting' | 'printing' | 'printed' | 'cancelled' | 'failed';

/** None of these throws for what a carrier does or does not. */
export interface Carrier {
  readonly name: string;
  /** Whether it is worth asking for `status` again and again. */
  readonly reports: boolean;
  quote(run: RunFacts): Promise<Quote>;
  /** `begun` is called, and waited for, with the carrier's name of the run before the first byte that could be printed; when it throws, nothing is sent. */
  submit(run: OutgoingRun, begun: (reference: string) => Promise<void>): Promise<Submission>;
  /** Whether the run arrived, by the reference that `begun` was told (null: it was told none) or by the run's own id. */
  find(run: RunFacts, reference: string | null): Promise<Found>;
  status(reference: string): Promise<RunState>;
  /** True when it will not be printed; asking twice is as asking once. */
  cancel(reference: string): Promise<boolean>;
  close(): Promise<void>;
}
