/** What a mailing to so many recipients costs, broken down as a bill is. */

import { pieceLayout } from './piece-layout.ts';
import type { AddressKind } from './postal-address.ts';
import { type PriceTable, priceParts } from './price-table.ts';
import type { PrintProduct } from './print-product.ts';

/** Credits. */
export interface CostLine {
  quantity: number;
  /** Of one piece. */
  unit: number;
  subtotal: number;
}

export type MailableKind = Exclude<AddressKind, 'non_mailable'>;

export interface MailCost {
  /** Paper, print, envelope and handling of all pieces. */
  production: CostLine;
  postage: Record<MailableKind, CostLine>;
  total: number;
}

/** `pages` of the document that each recipient gets; what cannot be mailed costs nothing. */
export function mailCost(
  table: PriceTable,
  product: PrintProduct,
  pages: number,
  counts: Partial<Record<AddressKind, number>>,
): MailCost {
  const { sheets } = pieceLayout(product, pages);
  const line = (quantity: number, unit: number): CostLine => ({ quantity, unit, subtotal: quantity * unit });
  const postageOf = (kind: MailableKind) =>
    line(counts[kind] ?? 0, priceParts(table, { product, sheets, kind }).postage);
  const postage = {
    standard: postageOf('standard'),
    non_standard: postageOf('non_standard'),
    international: postageOf('international'),
  };
  const pieces = Object.values(postage).reduce((sum, { quantity }) => sum + quantity, 0);
  const production = line(pieces, priceParts(table, { product, sheets, kind: 'standard' }).production);
  const total = Object.values(postage).reduce((sum, { subtotal }) => sum + subtotal, production.subtotal);
  return { production, postage, total };
}
