/** Prices of print and post: sheets, envelopes, postage steps, kinds of address. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { builtInPrices } from './built-in-prices.ts';
import { type PricedPiece, type PriceTable, priceOf, priceParts, priceTableSchema } from './price-table.ts';

const small = { name: '#10', capacity: 5, hasReturnWindow: true };
const large = { name: 'Flat Envelope', capacity: 47, hasReturnWindow: true };
const letter: PricedPiece = {
  product: {
    color: false,
    duplex: false,
    stock: 'White 24#',
    envelopes: [small, large],
    service: 'first_class',
    mailClass: 'First Class',
  },
  sheets: 2,
  kind: 'standard',
};
const priced = (changes: Partial<PricedPiece['product']>, sheets = 2, kind: PricedPiece['kind'] = 'standard') =>
  priceParts(builtInPrices, { product: { ...letter.product, ...changes }, sheets, kind });

test('the built-in table keeps to its own schema', () => {
  assert.deepEqual(priceTableSchema.parse(builtInPrices), builtInPrices);
});

test('a letter costs its handling, sheets, envelope and stamp', () => {
  assert.deepEqual(priceParts(builtInPrices, letter), { production: 12 + 2 * 5 + 5, postage: 64 });
  assert.equal(priceOf(builtInPrices, letter), 91);
});

test('parts of a cent are rounded up once, over the piece', () => {
  assert.equal(priced({ duplex: true }, 1).production, 12 + 8 + 5);
  assert.equal(priced({ duplex: true }, 2).production, 12 + 15 + 5);
  assert.equal(priced({ color: true, duplex: true, stock: ' white  28# MATTE' }, 3).production, 12 + 72 + 5);
  const odd: PriceTable = {
    ...builtInPrices,
    stocks: {},
    sheet: { ...builtInPrices.sheet, blackAndWhite: { simplex: 1.1, duplex: 1 } },
  };
  assert.equal(priceParts(odd, { ...letter, sheets: 10 }).production, 12 + 11 + 95);
});

test('the smallest envelope that takes the sheets is paid, and each further step of postage', () => {
  assert.deepEqual(priced({}, 5), { production: 12 + 25 + 5, postage: 64 });
  assert.deepEqual(priced({}, 6), { production: 12 + 30 + 95, postage: 64 + 28 });
  assert.equal(priced({}, 11).postage, 64 + 28);
  assert.equal(priced({}, 12).postage, 64 + 2 * 28);
  assert.equal(priced({}, 60).production, 12 + 300 + 95);
});

test('what kind of address it is decides on postage; what is not mailed is free', () => {
  assert.equal(priced({ service: 'standard' }).postage, 42);
  assert.equal(priced({ service: 'standard' }, 2, 'non_standard').postage, 69);
  assert.equal(priced({}, 2, 'international').postage, 165);
  assert.deepEqual(priced({}, 2, 'non_mailable'), { production: 0, postage: 0 });
});

test('one sheet without an envelope is a card; of other services, or with more sheets, it is a letter', () => {
  assert.equal(priced({ envelopes: [] }, 1).postage, 53);
  assert.equal(priced({ envelopes: [] }, 2).postage, 64);
  assert.equal(priced({ envelopes: [], service: 'certified' }, 1).postage, 554);
});

test('a class of mail may cost more', () => {
  const mailClass = 'Cert. w/Electronic  Return Receipt';
  assert.equal(priced({ service: 'certified', mailClass }).postage, 554 + 262);
  assert.equal(priced({ mailClass: 'constructor' }).postage, 64);
});
