/** What is asked of a printer for a product: paper, sides and colour, in the words this printer knows; what it lacks is said before anything is sent. */

import type { PrintProduct, Size } from '../../domain/print-product.ts';
import type { IppAttribute, IppAttributes, IppValue } from './ipp-message.ts';

/** Asked of Get-Printer-Attributes. */
export const capabilities = [
  'printer-name',
  'printer-make-and-model',
  'printer-is-accepting-jobs',
  'operations-supported',
  'document-format-supported',
  'job-creation-attributes-supported',
  'media-supported',
  'media-size-supported',
  'sides-supported',
  'print-color-mode-supported',
  'print-scaling-supported',
];

export const documentFormat = 'application/pdf';

export type Ticket = { attributes: IppAttribute[] } | { refused: string };

export function ticketOf(product: PrintProduct, printer: IppAttributes): Ticket {
  const offers = (name: string, value: IppValue) => printer[name]?.includes(value) ?? false;
  if (!offers('document-format-supported', documentFormat)) return { refused: 'the printer does not take PDF' };
  const attributes: IppAttribute[] = [{ name: 'copies', tag: 'integer', values: [1] }];
  const sides = sidesOf(product);
  if (offers('sides-supported', sides)) attributes.push(keyword('sides', sides));
  else if (product.duplex) return { refused: 'the printer does not print on both sides' };
  const mode = product.color ? 'color' : 'monochrome';
  if (offers('print-color-mode-supported', mode)) attributes.push(keyword('print-color-mode', mode));
  else if (product.color) return { refused: 'the printer does not print in colour' };
  // Panels and windows fit only at the size they were composed in.
  if (offers('print-scaling-supported', 'none')) attributes.push(keyword('print-scaling', 'none'));
  // Envelopes and letters come in one file: the printer takes each page's own paper.
  if (product.placement === 'envelope') return { attributes };
  const media = mediaFor(product.page, printer);
  if (!media) return { refused: `the printer has no paper of ${inches(product.page)}` };
  return { attributes: [...attributes, media] };
}

/** Turned like a leaf of a book, whichever way the page lies. */
function sidesOf({ duplex, page }: PrintProduct): string {
  if (!duplex) return 'one-sided';
  return page.width > page.height ? 'two-sided-short-edge' : 'two-sided-long-edge';
}

const keyword = (name: string, value: string): IppAttribute => ({ name, tag: 'keyword', values: [value] });
const inches = ({ width, height }: Size) =>
  `${Number((width / 72).toFixed(3))} x ${Number((height / 72).toFixed(3))} inches`;

/** Hundredths of a millimetre. */
const hundredths = (points: number) => Math.round((points * 2540) / 72);
/** Printers round their sizes to whole millimetres. */
const tolerance = 60;

function mediaFor(page: Size, printer: IppAttributes): IppAttribute | undefined {
  const [width, height] = [hundredths(page.width), hundredths(page.height)];
  const isPage = ([x, y]: readonly [number, number]) => near(x, width) && near(y, height);
  for (const name of printer['media-supported'] ?? []) {
    const size = typeof name === 'string' ? sizeIn(name) : undefined;
    if (size && (isPage(size) || isPage([size[1], size[0]]))) return keyword('media', name as string);
  }
  const isOffered = (printer['media-size-supported'] ?? []).some((size) => covers(size, width, height));
  if (!isOffered || !printer['job-creation-attributes-supported']?.includes('media-col')) return undefined;
  const dimension = (name: string, value: number): IppAttribute => ({ name, tag: 'integer', values: [value] });
  const size: IppAttribute[] = [dimension('x-dimension', width), dimension('y-dimension', height)];
  const column: IppAttribute = { name: 'media-size', tag: 'collection', values: [size] };
  return { name: 'media-col', tag: 'collection', values: [[column]] };
}

const near = (one: number, other: number) => Math.abs(one - other) <= tolerance;

/** `na_letter_8.5x11in`, `iso_a4_210x297mm` (PWG 5101.1), whatever stands behind. */
function sizeIn(name: string): [number, number] | undefined {
  const match = /^[a-z]+_(?!min_|max_)[^_]+_(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)(in|mm)(?:_|$)/.exec(name);
  // The names of the smallest and largest custom paper look like names of paper.
  if (!match || /^custom_(min|max)_/.test(name)) return undefined;
  const unit = match[3] === 'in' ? 2540 : 100;
  return [Math.round(Number(match[1]) * unit), Math.round(Number(match[2]) * unit)];
}

/** Of `media-size-supported`: each dimension is a number, or a range of a printer that takes any. */
function covers(size: IppValue, width: number, height: number): boolean {
  if (typeof size !== 'object' || size === null || size instanceof Uint8Array || 'low' in size) return false;
  const within = (name: string, wanted: number) => {
    const value = (size as IppAttributes)[name]?.[0];
    if (typeof value === 'number') return near(value, wanted);
    if (typeof value !== 'object' || value === null || !('low' in value)) return false;
    const { low, high } = value as { low: number; high: number };
    return wanted >= low && wanted <= high;
  };
  return within('x-dimension', width) && within('y-dimension', height);
}
