/** What is asked of which printer. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { letterProduct } from '../../../test/support/letter-product.ts';
import type { PrintProduct } from '../../domain/print-product.ts';
import type { IppAttributes } from './ipp-message.ts';
import { ticketOf } from './ipp-ticket.ts';

const letter = letterProduct({ color: true, duplex: true });
const printer: IppAttributes = {
  'document-format-supported': ['application/pdf'],
  'job-creation-attributes-supported': ['media', 'media-col'],
  'media-supported': ['na_letter_8.5x11in', 'iso_a4_210x297mm', 'custom_min_3x5in', 'custom_max_8.5x14in'],
  'media-size-supported': [
    { 'x-dimension': [{ low: 7620, high: 21590 }], 'y-dimension': [{ low: 12700, high: 35560 }] },
  ],
  'sides-supported': ['one-sided', 'two-sided-long-edge'],
  'print-color-mode-supported': ['color', 'monochrome'],
  'print-scaling-supported': ['none'],
};
const asked = (product: Partial<PrintProduct>, more: IppAttributes = {}) => {
  const ticket = ticketOf({ ...letter, ...product }, { ...printer, ...more });
  return 'refused' in ticket
    ? ticket.refused
    : Object.fromEntries(ticket.attributes.map((one) => [one.name, one.values]));
};

test('paper, sides and colour are asked for in the words the printer knows', () => {
  assert.deepEqual(asked({}), {
    copies: [1],
    sides: ['two-sided-long-edge'],
    'print-color-mode': ['color'],
    'print-scaling': ['none'],
    media: ['na_letter_8.5x11in'],
  });
  assert.deepEqual(asked({ color: false, duplex: false, page: { width: 595.28, height: 841.89 } }), {
    copies: [1],
    sides: ['one-sided'],
    'print-color-mode': ['monochrome'],
    'print-scaling': ['none'],
    media: ['iso_a4_210x297mm'],
  });
});

test('a page that lies across is turned over its short edge, as a leaf of a book is', () => {
  const both = { 'sides-supported': ['one-sided', 'two-sided-long-edge', 'two-sided-short-edge'] };
  const card = { page: { width: 792, height: 612 } };
  assert.deepEqual((asked(card, both) as { sides: string[] }).sides, ['two-sided-short-edge']);
  assert.equal(asked(card), 'the printer does not print on both sides');
});

test('paper without a name is asked for by its size, where the printer takes such; envelopes leave it to the pages', () => {
  const { 'media-col': sized } = asked({ page: { width: 432, height: 648 } }) as Record<string, unknown[]>;
  assert.match(JSON.stringify(sized), /"x-dimension".*15240.*"y-dimension".*22860/);
  assert.ok(!('media' in (asked({ placement: 'envelope' }) as object)));
});

test('what the printer lacks is said', () => {
  assert.equal(asked({ page: { width: 792, height: 1_224 } }), 'the printer has no paper of 11 x 17 inches');
  assert.equal(asked({}, { 'sides-supported': ['one-sided'] }), 'the printer does not print on both sides');
  assert.equal(asked({}, { 'print-color-mode-supported': ['monochrome'] }), 'the printer does not print in colour');
  assert.equal(asked({}, { 'document-format-supported': ['image/pwg-raster'] }), 'the printer does not take PDF');
});
