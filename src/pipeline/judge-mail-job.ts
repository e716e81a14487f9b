/** Whether a job of an order can be printed: its pages, its product and its envelope, before any of its recipients is looked at. */

import { randomUUID } from 'node:crypto';
import type { NewMailJob } from '../db/mail-sorting.ts';
import { fitEnvelope } from '../domain/envelope-capacity.ts';
import type { OrderedJob } from '../domain/mail-order.ts';
import { pieceLayout } from '../domain/piece-layout.ts';
import type { AddressInput } from '../domain/postal-address.ts';

export interface JudgedJob extends NewMailJob {
  /** Of each piece; 0 for a job that failed. */
  sheets: number;
}

/** `documentPages`: how many the document has. */
export function judgeMailJob(
  ordered: OrderedJob,
  index: number,
  documentPages: number,
  returnAddress: AddressInput | null,
): JudgedJob {
  const sheets = sheetsOf(ordered, documentPages);
  const fault = typeof sheets === 'string' ? sheets : null;
  return {
    id: randomUUID(),
    index,
    status: fault === null ? 'processing' : 'failed',
    firstPage: storable(ordered.firstPage),
    lastPage: storable(ordered.lastPage),
    terms: ordered.terms,
    product: ordered.product,
    returnAddress: ordered.returnAddress ?? returnAddress,
    warnings: ordered.warnings,
    fault,
    sheets: fault === null ? (sheets as number) : 0,
  };
}

/** Sheets of each piece, or the sentence that says why there are none. */
function sheetsOf({ firstPage, lastPage, product, fault }: OrderedJob, documentPages: number): number | string {
  if (fault !== null) return fault;
  if (product === null) return 'There is no such product.';
  if (!(firstPage >= 1 && lastPage >= firstPage))
    return `Its pages ${firstPage} to ${lastPage} are no range: pages count from 1, and the last is not before the first.`;
  if (lastPage > documentPages)
    return `Its pages ${firstPage} to ${lastPage} reach beyond the document, which has ${counted(documentPages)}.`;
  const { sheets } = pieceLayout(product, lastPage - firstPage + 1);
  return fitEnvelope(product, sheets).fault ?? sheets;
}

const counted = (pages: number) => (pages === 1 ? '1 page' : `${pages} pages`);

/** What people write as a page number may be anything. */
function storable(page: number): number {
  return Number.isFinite(page) ? Math.trunc(Math.min(Math.max(page, -(2 ** 31)), 2 ** 31 - 1)) : 0;
}
