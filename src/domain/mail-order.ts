/** The order of a mailing, as a door hands it in and as it is stored: one line of JSON for each job, followed by one for each of its recipients. */

import type { Issue } from './issue.ts';
import type { AddressInput } from './postal-address.ts';
import type { PrintProduct } from './print-product.ts';

export interface OrderedJob {
  /** 1-based, inclusive, as handed in; may lie outside the document. */
  firstPage: number;
  lastPage: number;
  /** As the door words it, shown again as it came: {documentClass: 'Letter 8.5 x 11', ...}. */
  terms: Record<string, string>;
  /** Null where there is no such product (`fault` says why). */
  product: PrintProduct | null;
  /** Null: the account's own. */
  returnAddress: AddressInput | null;
  /** Strings that no table knows, unknown elements, and the like: the job is done nevertheless. */
  warnings: Issue[];
  /** The job is not done, the others are. A sentence. */
  fault: string | null;
}

export interface OrderedPiece {
  /** The hand-in's own key, for tracking; '' for none. */
  uniqueId: string;
  address: AddressInput;
}

/** `{"job": …}` or `{"piece": …}`; pieces belong to the job before them. */
export type OrderLine = { job: OrderedJob } | { piece: OrderedPiece };

export interface OrderFacts {
  jobs: number;
  pieces: number;
  /** Of the document, as the hand-in calls it. */
  filename: string;
  appSignature: string;
  /** Paths of elements that nobody knows, each once, at most 100. */
  unknown: string[];
}
