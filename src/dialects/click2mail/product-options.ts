/** What Click2Mail sells: its classes of documents with every option that each is offered with, spelt as there. */

export interface ProductClass {
  documentClass: string;
  layout: readonly string[];
  /** Empty: it is mailed without one. */
  envelope: readonly string[];
  paperType: readonly string[];
  color: readonly string[];
  printOption: readonly string[];
  mailClass: readonly string[];
  productionTime: readonly string[];
}

const firstAndStandard = ['First Class', 'Standard'];
const stamped = ['First Class', 'First Class Live Stamp', 'First Class Specialty Stamp'];
const fourClasses = ['First Class', 'Standard', 'First Class Live Stamp', 'First Class Specialty Stamp'];
const bothColors = ['Full Color', 'Black and White'];
const bothSides = ['Printing both sides'];
const eitherSides = ['Printing One side', 'Printing both sides'];
const letterPapers = ['White 24#', 'Off-White 28#', 'Canary 24#', 'White 28#', 'White 28# Matte'];
const bookletPapers = ['White 24#', 'Off-White 28#', 'Canary 24#', 'High Quality Paper'];
const gloss = 'White Matte with Gloss UV Finish';
const cardPapers = [
  gloss,
  'White Matte',
  'Yellow 65# Uncoated',
  'Green 65# Uncoated',
  'Printers Choice',
  'Pink 65# Uncoated',
  'White Uncoated',
];
const nextDay = ['Next Day'];
const sameDay = ['Same Day'];
const weeks = ['Next Day', 'Within 3 Days', ...Array.from({ length: 12 }, (_, at) => `Week ${at + 1}`)];
const addressed = [
  'Address on Separate Page',
  'Address on First Page',
  'Picture and Address First Page',
  'Address Back Page',
];
const windows = [
  '#10 Double Window',
  'Best Fit',
  '#10 Open Window Envelope',
  '6 x 9.5 Double Window',
  '6 x 9.5 Open Window',
];
const doubleSided = ['Double Sided Postcard', 'Portrait Double Sided Postcard'];
const singleSided = ['Single Sided Postcard', 'Portrait Single Sided Postcard'];
const split = ['Vertical Split Postcard', 'Portrait Vertical Split Postcard'];
const picture = ['Picture Postcard', 'Portrait Picture Postcard'];

const letter = (
  documentClass: string,
  layout: readonly string[],
  envelope: readonly string[],
  mailClass: readonly string[],
  more: Partial<ProductClass> = {},
): ProductClass => ({
  documentClass,
  layout,
  envelope,
  paperType: ['White 24#'],
  color: bothColors,
  printOption: eitherSides,
  mailClass,
  productionTime: nextDay,
  ...more,
});

/** Folded or a card: printed on both sides, mailed as it is. */
const card = (
  documentClass: string,
  layout: readonly string[],
  paperType: readonly string[],
  mailClass: readonly string[],
  more: Partial<ProductClass> = {},
): ProductClass => ({
  documentClass,
  layout,
  envelope: [],
  paperType,
  color: bothColors,
  printOption: bothSides,
  mailClass,
  productionTime: weeks,
  ...more,
});

export const productClasses: readonly ProductClass[] = [
  card('Booklet 8.5 x 11 Address Front Page', ['Address on First Page'], bookletPapers, firstAndStandard, {
    envelope: ['Flat Envelope'],
    productionTime: nextDay,
  }),
  card('Booklet Self Mailer 8.5 x 11', ['Self Mailer'], bookletPapers, fourClasses, { productionTime: nextDay }),
  letter(
    'Certified Letter 8.5 x 11',
    ['Address on Separate Page'],
    ['Certified Mail Letter Envelope', 'Best Fit', 'Certified Mail 6 x 9.5 Envelope', 'Certified Mail Flat Envelope'],
    [
      'Certified Mail',
      'Cert. w/electronic return receipt',
      'Cert. w/rtn. and restricted delivery',
      'Certified Mail w/return receipt',
      'Certified Mail No Move Update',
      'Cert. w/ERR No Move Update',
    ],
  ),
  card(
    'Certified Self Mailer 8.5 x 11',
    ['Self Mailer'],
    ['Postcard Stock'],
    ['Certified Mail', 'Cert. w/electronic return receipt'],
    { productionTime: nextDay },
  ),
  letter(
    'Letter 8.5 x 11',
    [...addressed, 'Address on Separate Page w/EQC'],
    [...windows, 'Flat Envelope'],
    [...fourClasses, 'First Class No Move Update'],
    { paperType: letterPapers },
  ),
  letter('Letter 8.5 x 14', addressed, windows, fourClasses, { paperType: letterPapers }),
  card('Note Card - Folded 4.25 x 5.5', ['Notecard - Folded'], ['120# White Uncoated'], stamped, {
    envelope: ['Address Printed On Envelope'],
    productionTime: nextDay,
  }),
  card('Postcard 4 x 9', split, cardPapers, fourClasses),
  card('Postcard 4.25 x 6', [...singleSided, ...doubleSided, ...picture, ...split], cardPapers, [
    'First Class',
    'First Class Live Stamp',
  ]),
  card('Postcard 5 x 8', [...doubleSided, ...singleSided], cardPapers, fourClasses),
  card('Postcard 6 x 9', doubleSided, cardPapers, fourClasses),
  // Two blanks: so the vendor writes it.
  letter(
    'Priority Express Letter  8.5 x 11',
    ['Address on Separate Page'],
    ['Flat Rate USPS Priority Mail Express'],
    ['Priority Mail Express with Signature Required', 'Priority Mail Express No Signature Required'],
    { productionTime: sameDay },
  ),
  letter(
    'Priority Mail Letter 8.5 x 11',
    ['Address on Separate Page'],
    ['Flat Rate USPS Priority Mail', 'Best Fit', 'Priority Flat Rate Box'],
    ['Priority Mail with Delivery Confirmation', 'Priority Mail with Signature Confirmation'],
    { productionTime: sameDay },
  ),
  card('Rack Card 4 x 9', ['Portrait Vertical Split Postcard'], cardPapers, firstAndStandard),
  letter('Reply Letter 8.5 x 11', ['Courtesy Reply Letter'], ['#10 Eco-Envelope - CRM'], fourClasses, {
    paperType: letterPapers.slice(0, 3),
  }),
  card(
    'Reply Mail Postcard 4.25 x 6',
    ['Business Reply Postcard', 'Courtesy Reply Postcard'],
    ['White Matte'],
    ['First Class', 'First Class No Move Update'],
    { productionTime: nextDay },
  ),
  card(
    'Brochure 11 x 8.5',
    ['Self Mailer', 'Self Mailer with Message Area on Address Panel'],
    ['100# White Gloss'],
    fourClasses,
    { color: ['Full Color'] },
  ),
  card('Postcard 6 x 11', doubleSided, [gloss], fourClasses, { color: ['Full Color'] }),
];

/** Words are compared without case, blanks at the ends or more than one between them. */
export const folded = (text: string): string => text.trim().replace(/\s+/g, ' ').toLowerCase();

const byName = new Map(productClasses.map((one) => [folded(one.documentClass), one]));

export const productClassNamed = (documentClass: string): ProductClass | undefined => byName.get(folded(documentClass));

/** As the table spells it; undefined where it is not there. */
export function offered(choices: readonly string[], given: string): string | undefined {
  const wanted = folded(given);
  return choices.find((one) => folded(one) === wanted);
}
