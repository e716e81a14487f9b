/** What becomes of one recipient of an order: its address read into the one form, and what the piece costs. */

import type { App } from '../app.ts';
import type { NewMailPiece } from '../db/mail-sorting.ts';
import { addressLines } from '../domain/address-lines.ts';
import type { OrderedPiece } from '../domain/mail-order.ts';
import type { AddressInput, AddressKind, ReadAddress } from '../domain/postal-address.ts';
import { priceOf } from '../domain/price-table.ts';
import { readAddress } from '../domain/read-address.ts';
import { missingGlyph } from '../pdf/dynamic-element.ts';
import { missingGlyphs } from '../pdf/print/missing-glyphs.ts';
import type { JudgedJob } from './judge-mail-job.ts';

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
    const { kind, address, issues } = drawable(readAddress(input, { capitals: config.MAIL_ADDRESS_CAPITALS }), input);
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

/** What cannot be drawn cannot be mailed. */
function drawable(read: ReadAddress, input: AddressInput): ReadAddress {
  const missing = read.kind === 'non_mailable' ? [] : missingGlyphs(addressLines(read.address));
  if (missing.length === 0) return read;
  const keys = Object.keys(input) as (keyof AddressInput)[];
  const found = missing.map((character) =>
    missingGlyph(keys.find((key) => input[key].includes(character)) ?? 'name', character),
  );
  return { ...read, kind: 'non_mailable', issues: [...read.issues, ...found] };
}
