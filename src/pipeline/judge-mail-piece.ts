/** What becomes of one recipient of an order: its address read into the one form, and what the piece costs. */

import type { App } from '../app.ts';
import type { NewMailPiece } from '../db/mail-sorting.ts';
import type { OrderedPiece } from '../domain/mail-order.ts';
import type { AddressKind } from '../domain/postal-address.ts';
import { priceOf } from '../domain/price-table.ts';
import type { JudgedJob } from './judge-mail-job.ts';
import { readMailAddress } from './read-mail-address.ts';

type Judge = (piece: OrderedPiece, seq: number) => NewMailPiece;

/** For the recipients of one job; a piece of a job that failed fails with it. */
export function pieceJudge({ mailPrices, config }: App, job: JudgedJob): Judge {
  const { sheets, product, fault } = job;
  const prices = new Map<AddressKind, number>();
  const price = (kind: AddressKind): number => {
    const known = prices.get(kind);
    if (known !== undefined || !product) return known ?? 0;
    const found = priceOf(mailPrices, { product, sheets, kind });
    prices.set(kind, found);
    return found;
  };
  return ({ uniqueId, address: input }, seq) => {
    const { kind, address, issues } = readMailAddress(input, { capitals: config.MAIL_ADDRESS_CAPITALS });
    const isPrinted = fault === null && kind !== 'non_mailable';
    return {
      seq,
      job: job.id,
      status: isPrinted ? 'accepted' : 'failed',
      uniqueId,
      address,
      kind,
      issues: fault === null ? (issues.length > 0 ? issues : null) : [...issues, jobFailed(fault)],
      barcode: null,
      price: isPrinted ? price(kind) : 0,
      sheets: isPrinted ? sheets : 0,
    };
  };
}

export const jobFailed = (reason: string) => ({ path: 'job', code: 'job_failed', params: { reason } }) as const;
