/** How large a page is as it is seen: its crop box within its media box, in points, turned upright (ISO 32000-1, 7.7.3.3). */

import { damaged, type PdfDict } from './pdf-syntax.ts';
import type { UploadedPdf } from './uploaded-pdf.ts';

/** Points; what PDF itself allows without a user unit, and what nobody prints. */
const sides = { least: 3, most: 14_400 };

type Box = [left: number, bottom: number, right: number, top: number];

/** `above` are the page's ancestors, the nearest first. Throws `invalid_input` for a page without a size. */
export function pageSize(
  pdf: UploadedPdf,
  page: PdfDict,
  above: readonly PdfDict[],
): { width: number; height: number } {
  const inherited = (key: string) => [page, ...above].find((node) => pdf.get(node, key) !== null);
  const media = boxOf(pdf, inherited('MediaBox'), 'MediaBox');
  if (!media) throw damaged('a page has no size');
  const crop = boxOf(pdf, inherited('CropBox'), 'CropBox');
  const [left, bottom, right, top] = (crop && overlap(media, crop)) ?? media;
  const unit = pdf.number(page, 'UserUnit') ?? 1;
  const turned = Math.abs((pdf.number(inherited('Rotate') ?? page, 'Rotate') ?? 0) % 180) === 90;
  const [width, height] = [(right - left) * unit, (top - bottom) * unit];
  for (const side of [width, height])
    if (!(side >= sides.least && side <= sides.most)) throw damaged('a page is too small or too large to be printed');
  return turned ? { width: height, height: width } : { width, height };
}

function boxOf(pdf: UploadedPdf, node: PdfDict | undefined, key: string): Box | undefined {
  const numbers = pdf.items(node?.entries.get(key)?.value)?.map((one) => pdf.look(one));
  if (numbers?.length !== 4 || !numbers.every((one) => typeof one === 'number')) return undefined;
  const [a, b, c, d] = numbers as Box;
  return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
}

/** Undefined where they do not touch: then readers show the whole media box. */
function overlap(media: Box, crop: Box): Box | undefined {
  const box: Box = [
    Math.max(media[0], crop[0]),
    Math.max(media[1], crop[1]),
    Math.min(media[2], crop[2]),
    Math.min(media[3], crop[3]),
  ];
  return box[0] < box[2] && box[1] < box[3] ? box : undefined;
}
