/** What print and post cost: one table of prices in credits, a credit being a cent of it; the same piece always costs the same. */

import { z } from 'zod';
import type { AddressKind } from './postal-address.ts';
import type { Envelope, PrintProduct } from './print-product.ts';

const cents = z.number().int().min(0).max(1_000_000);
/** Of a sheet: parts of a cent are added up over the piece, and rounded up once. */
const fractional = z.number().min(0).max(1_000_000).multipleOf(0.01);
const byName = (price: z.ZodType<number>) => z.record(z.string().min(1).max(100), price);

/** So many sheets for so much, and each further started step of so many for so much more. */
const rate = z.strictObject({
  sheets: z.number().int().min(1).max(10_000),
  price: cents,
  further: z.strictObject({ sheets: z.number().int().min(1).max(10_000), price: cents }),
});

const postage = z.strictObject({
  standard: rate,
  non_standard: rate,
  international: rate,
});

export const priceTableSchema = z.strictObject({
  format: z.literal('chancery-mail-prices/1'),
  /** For each piece, whatever it is. */
  piece: cents,
  /** For each sheet, by colour and sides. */
  sheet: z.strictObject({
    blackAndWhite: z.strictObject({ simplex: fractional, duplex: fractional }),
    color: z.strictObject({ simplex: fractional, duplex: fractional }),
  }),
  /** On top for each sheet of this stock; others cost nothing more. */
  stocks: byName(fractional),
  /** Of an envelope; those that are not named cost `*`. */
  envelopes: byName(cents),
  /** By service, then by the kind of address. `card`: first class of one sheet without an envelope, such as postcards. */
  postage: z.strictObject({
    card: postage,
    first_class: postage,
    standard: postage,
    certified: postage,
    priority: postage,
    express: postage,
  }),
  /** On top for each piece of this class of mail. */
  classes: byName(cents),
});

export type PriceTable = z.infer<typeof priceTableSchema>;

export interface PricedPiece {
  product: Pick<PrintProduct, 'color' | 'duplex' | 'stock' | 'envelopes' | 'service' | 'mailClass'>;
  /** All of the piece, a separate address page among them. */
  sheets: number;
  kind: AddressKind;
}

/** In credits; of what is not mailed both are 0. */
export interface PriceParts {
  /** Paper, print, envelope and handling. */
  production: number;
  postage: number;
}

export function priceParts(table: PriceTable, { product, sheets, kind }: PricedPiece): PriceParts {
  if (kind === 'non_mailable') return { production: 0, postage: 0 };
  const side = product.duplex ? 'duplex' : 'simplex';
  const sheet = table.sheet[product.color ? 'color' : 'blackAndWhite'][side] + named(table.stocks, product.stock);
  // In hundredths, as whole numbers: 1.1 * 3 is more than 3.3.
  const paper = Math.ceil((Math.round(sheet * 100) * sheets) / 100);
  const envelope = envelopeOf(product.envelopes, sheets);
  const production = table.piece + paper + (envelope ? named(table.envelopes, envelope.name) : 0);
  const isCard = product.service === 'first_class' && sheets === 1 && !envelope;
  const stamp = stampOf(table.postage[isCard ? 'card' : product.service][kind], sheets);
  return { production, postage: stamp + named(table.classes, product.mailClass) };
}

/** Credits for one piece. */
export function priceOf(table: PriceTable, piece: PricedPiece): number {
  const { production, postage } = priceParts(table, piece);
  return production + postage;
}

/** Where nothing takes the sheets the job fails elsewhere; here the largest is asked. */
function envelopeOf(envelopes: readonly Envelope[], sheets: number): Envelope | undefined {
  return envelopes.find(({ capacity }) => capacity >= sheets) ?? envelopes.at(-1);
}

function stampOf({ sheets: first, price, further }: z.infer<typeof rate>, sheets: number): number {
  return price + Math.ceil(Math.max(0, sheets - first) / further.sheets) * further.price;
}

/** Names are compared without case, blanks at the ends or more than one between words. */
function named(prices: Record<string, number>, name: string): number {
  const wanted = folded(name);
  const found = Object.keys(prices).find((one) => folded(one) === wanted);
  return prices[found ?? '*'] ?? 0;
}

const folded = (name: string) => name.trim().replace(/\s+/g, ' ').toLowerCase();
