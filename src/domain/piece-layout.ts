/** Which sides of paper one recipient's piece has, in printing order; every piece begins on the front of a sheet. */

import type { PrintProduct } from './print-product.ts';

export type Side =
  | { kind: 'address' }
  /** `page` counts from 0 within the piece. */
  | { kind: 'page'; page: number; addressed: boolean }
  | { kind: 'blank' };

export interface PieceLayout {
  sides: Side[];
  /** Of paper, with the address page, without an envelope that is printed on: what must fit into it. */
  sheets: number;
}

/** `pages` of the document, at least 1. */
export function pieceLayout(product: PrintProduct, pages: number): PieceLayout {
  const { duplex, placement } = product;
  const before: Side[] = placement === 'separate_page' || placement === 'envelope' ? [{ kind: 'address' }] : [];
  const document = documentSides(product, pages);
  const sides = duplex ? [...toFullSheets(before), ...toFullSheets(document)] : [...before, ...document];
  return { sides, sheets: sheetsOf(sides.length, duplex) - (placement === 'envelope' ? 1 : 0) };
}

function documentSides({ duplex, placement, envelopes }: PrintProduct, pages: number): Side[] {
  // What is mailed as it is shows its last side to the post; where no page stands there, the address does not cover one.
  const onEmptyBack = placement === 'last_page' && envelopes.length === 0 && duplex && pages % 2 === 1;
  const addressed = onEmptyBack ? -1 : placement === 'first_page' ? 0 : placement === 'last_page' ? pages - 1 : -1;
  const sides: Side[] = Array.from({ length: pages }, (_, page) => ({
    kind: 'page',
    page,
    addressed: page === addressed,
  }));
  return onEmptyBack ? [...sides, { kind: 'address' }] : sides;
}

function toFullSheets(sides: Side[]): Side[] {
  return sides.length % 2 === 0 ? sides : [...sides, { kind: 'blank' }];
}

export function sheetsOf(sides: number, duplex: boolean): number {
  return duplex ? Math.ceil(sides / 2) : sides;
}
