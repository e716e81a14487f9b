/** One page of a foreign PDF: found by walking the tree, not by what the file counts. */

import { type PDFDict, PDFName, PDFNumber, type PDFObject, PDFRawStream } from '@cantoo/pdf-lib';
import { assetFault } from './asset-fault.ts';
import { type ForeignPdf, name } from './foreign-pdf.ts';

export interface ForeignPage {
  dict: PDFDict;
  resources: PDFDict | undefined;
  /** Visible part in the page's own coordinates: left, bottom, right, top. */
  box: [number, number, number, number];
  /** Clockwise quarter turns. */
  turns: number;
  userUnit: number;
  content: Uint8Array;
}

const limits = { nodes: 20_000, depth: 50, contentParts: 1_000 };

/** `number` counts from 1. Throws `invalid_input` where there is no such page or its size is absurd. */
export function foreignPage(pdf: ForeignPdf, number: number): ForeignPage {
  const path = findPage(pdf, number);
  const dict = path.at(-1) as PDFDict;
  const inherited = (key: string) =>
    path
      .map((node) => pdf.look(node.get(name(key))))
      .filter((value) => value !== undefined)
      .at(-1);
  const media = rectangle(pdf, inherited('MediaBox')) ?? [0, 0, 612, 792];
  const crop = rectangle(pdf, inherited('CropBox')) ?? media;
  const box: ForeignPage['box'] = [
    Math.max(media[0], crop[0]),
    Math.max(media[1], crop[1]),
    Math.min(media[2], crop[2]),
    Math.min(media[3], crop[3]),
  ];
  const userUnit = numberOf(pdf.look(dict.get(name('UserUnit')))) ?? 1;
  const [width, height] = [(box[2] - box[0]) * userUnit, (box[3] - box[1]) * userUnit];
  if (!(userUnit > 0 && width >= 1 && height >= 1 && width <= 14_400 && height <= 14_400))
    throw assetFault('the page of the PDF must be between 1 and 14,400 points wide and high');
  const rotate = numberOf(inherited('Rotate')) ?? 0;
  if (rotate % 90 !== 0) throw assetFault('the page of the PDF is rotated by something else than quarter turns');
  return {
    dict,
    resources: pdf.dict(inherited('Resources')),
    box,
    turns: (((rotate / 90) % 4) + 4) % 4,
    userUnit,
    content: contentOf(pdf, dict),
  };
}

/** From the root of the page tree down to the page. */
function findPage(pdf: ForeignPdf, wanted: number): PDFDict[] {
  let seen = 0;
  let pages = 0;
  const visited = new Set<PDFDict>();
  const walk = (node: PDFDict, path: PDFDict[]): PDFDict[] | undefined => {
    if (visited.has(node) || path.length >= limits.depth || ++seen > limits.nodes)
      throw assetFault('the page tree of the PDF runs in a circle or is too large; save it again');
    visited.add(node);
    const kids = pdf.array(node.get(name('Kids')));
    if (!kids) {
      if ((pdf.look(node.get(name('Type'))) ?? name('Page')) !== name('Page'))
        throw assetFault('the PDF is damaged (a page is something else); save it again');
      return ++pages === wanted ? [...path, node] : undefined;
    }
    for (const kid of kids.asArray()) {
      const child = pdf.dict(kid);
      const found = child && walk(child, [...path, node]);
      if (found) return found;
    }
    return undefined;
  };
  const root = pdf.dict(pdf.catalog.get(name('Pages')));
  const found = root && walk(root, []);
  if (!found) throw assetFault(`the PDF has no page ${wanted}; it has ${pages}`);
  return found;
}

export function numberOf(object: PDFObject | undefined): number | undefined {
  const value = object instanceof PDFNumber ? object.asNumber() : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

function rectangle(pdf: ForeignPdf, object: PDFObject | undefined): [number, number, number, number] | undefined {
  const numbers = pdf
    .array(object)
    ?.asArray()
    .map((one) => numberOf(pdf.look(one)));
  if (numbers?.length !== 4 || numbers.some((n) => n === undefined || Math.abs(n) > 1e6)) {
    if (object === undefined) return undefined;
    throw assetFault('the page size of the PDF cannot be read');
  }
  const [a, b, c, d] = numbers as [number, number, number, number];
  return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
}

function contentOf(pdf: ForeignPdf, page: PDFDict): Uint8Array {
  const contents = pdf.look(page.get(name('Contents')));
  if (page.has(name('Contents')) && contents === undefined)
    throw assetFault('the PDF is cut off (the page has lost its content); upload the whole file');
  const streams = contents instanceof PDFRawStream ? [contents] : (pdf.array(contents)?.asArray() ?? []);
  if (streams.length > limits.contentParts)
    throw assetFault('the page of the PDF is in too many pieces; save it again');
  const parts: Uint8Array[] = [];
  for (const one of streams) {
    const stream = pdf.look(one);
    if (stream instanceof PDFRawStream) parts.push(pdf.decode(stream), Buffer.from('\n'));
  }
  return Buffer.concat(parts);
}

/** Whether a layer is switched off where the document opens: taken over alone, the page would show it. */
export function hasHiddenLayers(pdf: ForeignPdf): boolean {
  const settings = pdf.dict(pdf.dict(pdf.catalog.get(name('OCProperties')))?.get(name('D')));
  const base = settings?.get(name('BaseState'));
  return (
    (pdf.array(settings?.get(name('OFF')))?.size() ?? 0) > 0 || (base instanceof PDFName && base.asString() === '/OFF')
  );
}
