/** One page of a foreign PDF as the objects of a form: the outer one upright with its corner at 0 0, the inner one the page as it was. */

import { deflateSync } from 'node:zlib';
import { assetFault } from './asset-fault.ts';
import { scanContent } from './content-scan.ts';
import { ForeignObjects } from './foreign-objects.ts';
import { foreignPage, hasHiddenLayers } from './foreign-page.ts';
import type { Parts } from './foreign-parts.ts';
import { ForeignPdf, name } from './foreign-pdf.ts';
import { pdfNumber } from './pdf-objects.ts';

export interface ForeignArt {
  widthPt: number;
  heightPt: number;
  bodies: Parts[];
}

/** Artwork is one page, whose pictures and fonts are not read; the costliest file takes a second or two for so much. */
const limits = { reads: 5_000_000, unpacked: 20_000_000 };

export async function foreignArt(data: Uint8Array, pageNumber: number): Promise<ForeignArt> {
  const pdf = await ForeignPdf.open(data, limits);
  const page = foreignPage(pdf, pageNumber);
  const facts = scanContent(page.content);
  if (facts.names.has('OC') && hasHiddenLayers(pdf)) throw assetFault('the PDF has hidden layers; flatten it');
  const [left, bottom, right, top] = page.box;
  const [w, h] = [(right - left) * page.userUnit, (top - bottom) * page.userUnit];
  const [width, height] = page.turns % 2 === 0 ? [w, h] : [h, w];
  const u = page.userUnit;
  // Clockwise turns of a page whose visible corner was moved to 0 0.
  const matrix = [
    [u, 0, 0, u, -left * u, -bottom * u],
    [0, -u, u, 0, -bottom * u, right * u],
    [-u, 0, 0, -u, right * u, top * u],
    [0, u, -u, 0, top * u, -left * u],
  ][page.turns] as number[];
  const numbers = (list: readonly number[]) => list.map((n) => pdfNumber(n, 6)).join(' ');
  const objects = new ForeignObjects(pdf, 2, page.resources);
  const content = deflateSync(page.content, { level: 9 });
  const group = page.dict.get(name('Group'));
  const inner = objects.writer();
  inner.text(`<</Type/XObject/Subtype/Form/BBox[${numbers(page.box)}]/Matrix[${numbers(matrix)}]/Resources`);
  objects.resources(inner, page.resources, facts);
  if (group) {
    inner.text('/Group ');
    objects.value(inner, group);
  }
  inner.text(`/Filter/FlateDecode/Length ${content.length}>>stream\n`);
  inner.bytes(content);
  inner.text('\nendstream');
  const outer = objects.writer();
  outer.text(`<</Type/XObject/Subtype/Form/BBox[0 0 ${numbers([width, height])}]/Resources<</XObject<</P `);
  outer.refer(1);
  outer.text('>>>>/Length 5>>stream\n/P Do\nendstream');
  return { widthPt: width, heightPt: height, bodies: [outer.finish(), inner.finish(), ...objects.finish()] };
}
