/** What a class of documents is on paper: its page, where the address goes, what it is put into, and how much of it. The vendor's own measures are not public; these are ours. */

import type { AddressPlacement, Envelope, Panel, PrintProduct, Size } from '../../domain/print-product.ts';
import { folded } from './product-options.ts';

export type Shape = Pick<
  PrintProduct,
  'page' | 'placement' | 'recipient' | 'sender' | 'turns' | 'envelopes' | 'maxSheets'
> & {
  /** It cannot be printed on one side only. */
  twoSided: boolean;
};

/** What is asked for, already folded. */
export interface Wanted {
  documentClass: string;
  layout: string;
  envelope: string;
  /** As it is written on the manifest. */
  envelopeName: string;
}

const inches = (width: number, height: number): Size => ({ width: width * 72, height: height * 72 });
const panel = (left: number, top: number, width: number, height: number): Panel => ({
  left: left * 72,
  top: top * 72,
  width: width * 72,
  height: height * 72,
});

/**
 * A letter folded in three lies in a #10 envelope (9.5 x 4.125 in) with half an inch of play to the side and a quarter to each edge. What stands
 * here shows through the windows wherever it slides to, of the half-folded and the flat envelopes too, whose windows are larger.
 */
const letterRecipient = panel(0.5, 2.1, 3.75, 1.15);
const letterSender = panel(0.5, 0.55, 3.25, 0.8);

/** Sheets of the document; a separate address page comes on top. */
const capacities: [name: RegExp, sheets: number][] = [
  [/box/, 500],
  [/flat rate/, 70],
  [/flat/, 47],
  [/6 x 9/, 10],
  [/printed on envelope/, 1],
];
const smallest = 5;
const most = { letter: 47, booklet: 28, flatRate: 70, box: 500 };

/** The page in the name of a class, such as `Flyer 8.5 x 11`; the longer side is the width of a card and the height of everything else. */
function sizeIn(documentClass: string): Size | undefined {
  const [, first, second] = /(\d+(?:\.\d+)?) ?x ?(\d+(?:\.\d+)?)/.exec(documentClass) ?? [];
  const [a, b] = [Number(first), Number(second)];
  return a >= 2 && b >= 2 && a <= 24 && b <= 24 ? inches(a, b) : undefined;
}

export function shapeOf(wanted: Wanted): Shape {
  const { documentClass } = wanted;
  if (/note ?card/.test(documentClass)) return noteCard(wanted);
  if (/self mailer/.test(documentClass)) return selfMailer(wanted);
  if (/postcard|rack card|\bcard\b/.test(documentClass)) return postcard(wanted);
  if (/brochure/.test(documentClass)) return brochure();
  return letter(wanted);
}

function letter(wanted: Wanted): Shape {
  const { documentClass, layout } = wanted;
  const isBooklet = /booklet/.test(documentClass);
  const placement = placements.find(([pattern]) => pattern.test(layout))?.[1] ?? 'separate_page';
  const own = placement === 'separate_page' ? 1 : 0;
  const envelopes = envelopesFor(wanted).map((one) => ({ ...one, capacity: one.capacity + own }));
  const sheets = isBooklet ? most.booklet : Math.max(most.letter, ...envelopesFor(wanted).map((one) => one.capacity));
  return {
    page: sizeIn(documentClass) ?? inches(8.5, 11),
    placement,
    recipient: letterRecipient,
    sender: letterSender,
    turns: 0,
    envelopes,
    maxSheets: sheets + own,
    twoSided: isBooklet,
  };
}

/** A layout that nobody knows gets a page of its own: it covers nothing of the document. */
const placements: [layout: RegExp, placement: AddressPlacement][] = [
  [/separate/, 'separate_page'],
  [/first page|front/, 'first_page'],
  [/back|last/, 'last_page'],
];

const bestFits: [documentClass: RegExp, names: string[]][] = [
  [/certified/, ['Certified Mail Letter Envelope', 'Certified Mail 6 x 9.5 Envelope', 'Certified Mail Flat Envelope']],
  [/express/, ['Flat Rate USPS Priority Mail Express']],
  [/priority/, ['Flat Rate USPS Priority Mail', 'Priority Flat Rate Box']],
  [/8\.5 ?x ?14/, ['#10 Double Window', '6 x 9.5 Double Window']],
  [/./, ['#10 Double Window', '6 x 9.5 Double Window', 'Flat Envelope']],
];

function envelopesFor({ documentClass, envelope, envelopeName }: Wanted): Envelope[] {
  if (!/best fit/.test(envelope)) return [envelopeNamed(envelopeName)];
  const names = bestFits.find(([pattern]) => pattern.test(documentClass))?.[1] as string[];
  return names.map(envelopeNamed);
}

function envelopeNamed(name: string): Envelope {
  const known = folded(name);
  return {
    name,
    capacity: capacities.find(([pattern]) => pattern.test(known))?.[1] ?? smallest,
    // Of an open or single window the sender stands on the envelope.
    hasReturnWindow: !/open window|single window|printed on envelope/.test(known),
  };
}

/** The address stands on the back, across the long side whichever way the card is held. */
function postcard({ documentClass, layout }: Wanted): Shape {
  const size = sizeIn(documentClass) ?? inches(6, 4.25);
  const width = Math.max(size.width, size.height);
  const height = Math.min(size.width, size.height);
  const recipient = { left: width * 0.5, top: height * 0.42, width: width * 0.5 - 18, height: height * 0.58 - 24 };
  const sender = { left: 18, top: 18, width: width * 0.45, height: Math.min(60, height * 0.3) };
  const isUpright = /portrait/.test(layout);
  return {
    page: isUpright ? { width: height, height: width } : { width, height },
    placement: 'last_page',
    recipient: isUpright ? turned(recipient, height) : recipient,
    sender: isUpright ? turned(sender, height) : sender,
    turns: isUpright ? 1 : 0,
    envelopes: [],
    maxSheets: 1,
    twoSided: true,
  };
}

/** Where a panel comes to lie when its page, of that height, is turned clockwise by a quarter. */
const turned = ({ left, top, width, height }: Panel, pageHeight: number): Panel => ({
  left: pageHeight - top - height,
  top: left,
  width: height,
  height: width,
});

/** Folded once to half its height; the address stands on the lower half of its last page. */
function selfMailer({ documentClass }: Wanted): Shape {
  const page = sizeIn(documentClass) ?? inches(8.5, 11);
  return {
    page,
    placement: 'last_page',
    recipient: { left: page.width * 0.45, top: page.height * 0.7, width: page.width * 0.5, height: page.height * 0.2 },
    sender: { left: 36, top: page.height * 0.5 + 24, width: page.width * 0.4, height: 60 },
    turns: 0,
    envelopes: [],
    maxSheets: /booklet/.test(documentClass) ? most.booklet : 1,
    twoSided: true,
  };
}

/** Folded in three; the address stands across the middle third of its last page. */
function brochure(): Shape {
  const page = inches(11, 8.5);
  const third = page.width / 3;
  return {
    page,
    placement: 'last_page',
    recipient: { left: third + 36, top: page.height * 0.45, width: third - 108, height: page.height * 0.5 },
    sender: { left: third * 2 - 78, top: 24, width: 60, height: page.height * 0.38 },
    turns: 1,
    envelopes: [],
    maxSheets: 1,
    twoSided: true,
  };
}

/** Printed flat, folded in the middle, put into an envelope of its own (A2) that is printed too: the panels are the envelope's. */
function noteCard({ envelopeName }: Wanted): Shape {
  const envelope = inches(5.75, 4.375);
  return {
    page: inches(5.5, 8.5),
    placement: 'envelope',
    recipient: { left: 150, top: 140, width: envelope.width - 168, height: 120 },
    sender: { left: 18, top: 18, width: 190, height: 60 },
    turns: 0,
    envelopes: [{ name: envelopeName, capacity: 1, hasReturnWindow: false, size: envelope }],
    maxSheets: 1,
    twoSided: true,
  };
}
