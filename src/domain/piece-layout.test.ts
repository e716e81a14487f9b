/** Sides and sheets of pieces, for every placement of the address. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pieceLayout, type Side } from './piece-layout.ts';
import type { AddressPlacement, PrintProduct } from './print-product.ts';

const panel = { left: 0, top: 0, width: 1, height: 1 };
const window = { name: '#10 Double Window', capacity: 5, hasReturnWindow: true };

function product(placement: AddressPlacement, duplex: boolean, envelopes = [window]): PrintProduct {
  return {
    name: 'Letter',
    page: { width: 612, height: 792 },
    stock: 'White 24#',
    color: true,
    duplex,
    placement,
    recipient: panel,
    sender: panel,
    turns: 0,
    envelopes,
    maxSheets: 5,
    mailClass: 'First Class',
    service: 'first_class',
    productionTime: 'Next Day',
    endorsement: '',
  };
}

function words(sides: Side[]): string {
  return sides
    .map((side) =>
      side.kind === 'page' ? `${side.page}${side.addressed ? '@' : ''}` : side.kind === 'blank' ? '-' : '@',
    )
    .join(' ');
}

describe('the sides of a piece', () => {
  const cases: [AddressPlacement, boolean, number, string, number][] = [
    ['separate_page', false, 2, '@ 0 1', 3],
    ['separate_page', true, 2, '@ - 0 1', 2],
    ['separate_page', true, 3, '@ - 0 1 2 -', 3],
    ['first_page', false, 1, '0@', 1],
    ['first_page', true, 3, '0@ 1 2 -', 2],
    ['last_page', false, 3, '0 1 2@', 3],
    ['last_page', true, 3, '0 1 2@ -', 2],
    ['envelope', false, 2, '@ 0 1', 2],
    ['envelope', true, 3, '@ - 0 1 2 -', 2],
  ];
  for (const [placement, duplex, pages, sides, sheets] of cases)
    it(`${placement}, ${pages} pages ${duplex ? 'on both sides' : 'on one side'}: ${sides}`, () => {
      const layout = pieceLayout(product(placement, duplex), pages);
      assert.equal(words(layout.sides), sides);
      assert.equal(layout.sheets, sheets);
    });

  it('puts the address of a card with one page on its empty back', () => {
    assert.equal(words(pieceLayout(product('last_page', true, []), 1).sides), '0 @');
    assert.equal(words(pieceLayout(product('last_page', true, []), 2).sides), '0 1@');
  });
});
