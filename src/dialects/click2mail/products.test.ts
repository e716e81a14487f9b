/** The vendor's options as products: every combination of the table, words spelt otherwise, words that nobody knows. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { pieceLayout } from '../../domain/piece-layout.ts';
import type { Panel, PrintProduct, Size } from '../../domain/print-product.ts';
import { productClasses } from './product-options.ts';
import { readProduct } from './products.ts';

const table = new URL('../../../test/corpora/click2mail/product-options.json', import.meta.url);

const letter = {
  documentClass: 'Letter 8.5 x 11',
  layout: 'Address on Separate Page',
  productionTime: 'Next Day',
  envelope: '#10 Double Window',
  color: 'Black and White',
  paperType: 'White 24#',
  printOption: 'Printing One side',
  mailClass: 'First Class',
};
const postcard = {
  documentClass: 'Postcard 4.25 x 6',
  layout: 'Double Sided Postcard',
  productionTime: 'Week 3',
  envelope: '',
  color: 'Full Color',
  paperType: 'White Matte',
  printOption: 'Printing both sides',
  mailClass: 'First Class',
};

function productOf(terms: Record<string, string>, strict = false): PrintProduct {
  const { product, warnings, fault } = readProduct(terms, strict);
  assert.deepEqual({ warnings, fault }, { warnings: [], fault: null }, JSON.stringify(terms));
  return product ?? assert.fail();
}

const warned = (terms: Record<string, string>) =>
  readProduct(terms, false).warnings.map(({ path, code }) => `${path} ${code}`);

test('the table is the one of the vendor’s own program', async () => {
  const theirs = JSON.parse(await readFile(table, 'utf8')) as Record<string, string | string[]>[];
  const sorted = (values: readonly string[] = []) => [...values].sort();
  const ours = productClasses.map((one) => ({
    documentClass: one.documentClass,
    Layout: sorted(one.layout),
    MailClass: sorted(one.mailClass),
    PrintOption: sorted(one.printOption),
    PaperType: sorted(one.paperType),
    PrintColor: sorted(one.color),
    Envelope: sorted(one.envelope),
    ProductionTime: sorted(one.productionTime),
  }));
  assert.deepEqual(
    ours,
    theirs.map((one) =>
      Object.fromEntries(
        [
          'documentClass',
          'Layout',
          'MailClass',
          'PrintOption',
          'PaperType',
          'PrintColor',
          'Envelope',
          'ProductionTime',
        ].map((key) => [key, key === 'documentClass' ? one[key] : sorted(one[key] as string[])]),
      ),
    ),
  );
});

const within = ({ left, top, width, height }: Panel, page: Size) =>
  left >= 0 && top >= 0 && width >= 60 && height >= 40 && left + width <= page.width && top + height <= page.height;
const overlap = (a: Panel, b: Panel) =>
  a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;

test('every combination of the table is a product without a warning, its panels apart and on the page', () => {
  let products = 0;
  for (const one of productClasses)
    for (const layout of one.layout)
      for (const envelope of one.envelope.length > 0 ? one.envelope : ['', ' ', 'NONE', 'None'])
        for (const color of one.color)
          for (const printOption of one.printOption)
            for (const paperType of one.paperType)
              for (const mailClass of one.mailClass) {
                const terms = { documentClass: one.documentClass, layout, envelope, color, printOption, paperType };
                const product = productOf(
                  { ...terms, mailClass, productionTime: one.productionTime[0] as string },
                  true,
                );
                const page = product.envelopes[0]?.size ?? product.page;
                assert.ok(within(product.recipient, page) && within(product.sender, page), JSON.stringify(terms));
                assert.ok(!overlap(product.recipient, product.sender), JSON.stringify(terms));
                assert.equal(product.color, color === 'Full Color');
                assert.equal(product.duplex, printOption === 'Printing both sides');
                products++;
              }
  assert.ok(products > 2_000, `${products} products`);
});

test('words are compared without case and blanks', () => {
  const drifted = { ...letter, documentClass: ' LETTER  8.5 X 11 ', printOption: 'Printing Both sides' };
  assert.equal(productOf(drifted).name, 'Letter 8.5 x 11');
  assert.equal(productOf(drifted).duplex, true);
  const express = {
    ...letter,
    documentClass: 'Priority Express Letter 8.5 x 11',
    envelope: 'Flat Rate USPS Priority Mail Express',
    mailClass: 'Priority Mail Express No Signature Required',
    productionTime: 'Same Day',
  };
  assert.equal(productOf(express).name, 'Priority Express Letter  8.5 x 11');
  assert.equal(productOf(express).service, 'express');
});

test('where the address goes', () => {
  const at = (layout: string) => productOf({ ...letter, layout }).placement;
  assert.equal(at('Address on Separate Page'), 'separate_page');
  assert.equal(at('Address on Separate Page w/EQC'), 'separate_page');
  assert.equal(at('Address on First Page'), 'first_page');
  assert.equal(at('Picture and Address First Page'), 'first_page');
  assert.equal(at('Address Back Page'), 'last_page');
  assert.equal(productOf(postcard).placement, 'last_page');
});

test('an envelope takes five sheets of the document, and its address page; best fit has the next larger', () => {
  const sheets = (terms: object, pages: number) => pieceLayout(productOf({ ...letter, ...terms }), pages).sheets;
  const capacity = (terms: object) => productOf({ ...letter, ...terms }).envelopes.map((one) => one.capacity);
  assert.deepEqual(capacity({}), [6]);
  assert.equal(sheets({}, 5), 6);
  assert.equal(sheets({ printOption: 'Printing both sides' }, 10), 6);
  assert.deepEqual(capacity({ layout: 'Address on First Page' }), [5]);
  assert.deepEqual(capacity({ envelope: 'Best Fit' }), [6, 11, 48]);
  assert.deepEqual(
    productOf({ ...letter, envelope: 'Best Fit' }).envelopes.map((one) => one.name),
    ['#10 Double Window', '6 x 9.5 Double Window', 'Flat Envelope'],
  );
  assert.equal(productOf({ ...letter, envelope: 'Flat Envelope' }).maxSheets, 48);
});

test('cards lie, or stand with their address turned; a card is one sheet', () => {
  assert.deepEqual(productOf(postcard).page, { width: 432, height: 306 });
  const upright = productOf({ ...postcard, layout: 'Portrait Double Sided Postcard' });
  assert.deepEqual(upright.page, { width: 306, height: 432 });
  assert.equal(upright.turns, 1);
  assert.equal(upright.maxSheets, 1);
  assert.deepEqual(upright.envelopes, []);
});

test('endorsements the post knows are printed, others are not', () => {
  const endorsed = (ancillaryEndorsement: string) => readProduct({ ...letter, ancillaryEndorsement }, false);
  assert.equal(endorsed('return service requested').product?.endorsement, 'Return Service Requested');
  assert.equal(endorsed('No Ancillary Endorsement').product?.endorsement, '');
  assert.equal(endorsed('').warnings.length, 0);
  const other = endorsed('Burn after reading');
  assert.equal(other.product?.endorsement, '');
  assert.equal(other.warnings.length, 1);
});

test('words nobody knows are taken and marked; in strict mode they are a fault', () => {
  const blue = { ...letter, paperType: 'Blue', mailClass: 'Non Profit' };
  const { product, warnings } = readProduct(blue, false);
  assert.equal(product?.stock, 'Blue');
  assert.equal(product?.service, 'standard');
  assert.deepEqual(
    warnings.map(({ path }) => path),
    ['paperType "Blue"', 'mailClass "Non Profit"'],
  );
  assert.deepEqual(readProduct(blue, true).product, null);
  assert.match(readProduct(blue, true).fault as string, /^PaperType "Blue" is not one of: White 24#, /);
});

test('classes that other clients were seen to send are printed', () => {
  const classes: [documentClass: string, page: Size][] = [
    ['Postcard 3.5 x 5', { width: 360, height: 252 }],
    ['Secure Self Mailer', { width: 612, height: 792 }],
    ['Certified Self Mailer - Green Card ', { width: 612, height: 792 }],
    ['Flyer 8.5 x 11', { width: 612, height: 792 }],
    ['EDDM', { width: 612, height: 792 }],
    ['Flyer 99 x 11', { width: 612, height: 792 }],
  ];
  for (const [documentClass, page] of classes) {
    const { product, warnings, fault } = readProduct({ ...postcard, documentClass }, false);
    assert.equal(fault, null);
    assert.deepEqual(product?.page, page, documentClass);
    assert.equal(warnings.length, 1, documentClass);
  }
});

test('what is left out is what the class is offered with first, and said; without a class nothing is printed', () => {
  assert.deepEqual(warned({ ...letter, layout: '', paperType: ' ' }), ['layout required', 'paperType required']);
  assert.equal(
    readProduct({ documentClass: 'Postcard 6 x 11' }, false).product?.stock,
    'White Matte with Gloss UV Finish',
  );
  assert.deepEqual(readProduct({}, false), {
    product: null,
    warnings: [],
    fault: 'The job names no documentClass in its printProductionOptions.',
  });
});
