/** The prices where nothing else is configured: an example, and nobody's offer. Postage follows what the post of the United States took of commercial mail in 2024. */

import type { PriceTable } from './price-table.ts';

type Postage = PriceTable['postage']['card'];
type Rate = Postage['standard'];

const rate = (sheets: number, price: number, step: number, more: number): Rate => ({
  sheets,
  price,
  further: { sheets: step, price: more },
});

/** An ounce is about five sheets in their envelope; each further one about six. */
const letter = (price: number, more = 28) => rate(5, price, 6, more);
const postage = (standard: Rate, nonStandard: Rate, international: Rate): Postage => ({
  standard,
  non_standard: nonStandard,
  international,
});

const abroad = rate(5, 165, 6, 140);

export const builtInPrices: PriceTable = {
  format: 'chancery-mail-prices/1',
  piece: 12,
  sheet: {
    blackAndWhite: { simplex: 5, duplex: 7.5 },
    color: { simplex: 14, duplex: 22.5 },
  },
  stocks: {
    'Off-White 28#': 1,
    'Canary 24#': 1,
    'White 28#': 1,
    'White 28# Matte': 1.5,
    'High Quality Paper': 2,
    '100# White Gloss': 6,
    '120# White Uncoated': 8,
    'White Matte': 4,
    'White Matte with Gloss UV Finish': 5,
    'White Uncoated': 4,
    'Postcard Stock': 5,
  },
  envelopes: {
    '*': 5,
    'Flat Envelope': 95,
    'Certified Mail Flat Envelope': 95,
    'Address Printed On Envelope': 8,
    'Flat Rate USPS Priority Mail': 0,
    'Flat Rate USPS Priority Mail Express': 0,
  },
  postage: {
    card: postage(rate(1, 53, 1, 0), rate(1, 56, 1, 0), rate(1, 165, 1, 0)),
    first_class: postage(letter(64), letter(69), abroad),
    standard: postage(letter(42, 0), letter(69), abroad),
    certified: postage(letter(554), letter(554), rate(5, 2_250, 6, 140)),
    priority: postage(rate(70, 1_040, 70, 900), rate(70, 1_040, 70, 900), rate(70, 4_485, 70, 1_000)),
    express: postage(rate(70, 3_140, 70, 1_500), rate(70, 3_140, 70, 1_500), rate(70, 6_995, 70, 2_000)),
  },
  classes: {
    'First Class Live Stamp': 8,
    'First Class Specialty Stamp': 12,
    'Cert. w/electronic return receipt': 262,
    'Cert. w/ERR No Move Update': 262,
    'Certified Mail w/return receipt': 410,
    'Cert. w/rtn. and restricted delivery': 1_370,
    'Priority Mail with Signature Confirmation': 340,
  },
};
