/** The pages of a source with what they inherit: visible part, rotation, unit, resources. */

import { isArray } from '../upload/cross-references.ts';
import { treeOf, walkPages } from '../upload/page-tree.ts';
import { letterLimits } from '../upload/pdf-limits.ts';
import { damaged, type PdfDict, type PdfValue } from '../upload/pdf-syntax.ts';
import type { UploadedPdf } from '../upload/uploaded-pdf.ts';

/** Left, bottom, right, top in the page's own coordinates. */
export type Rectangle = [number, number, number, number];

export interface SourcePage {
  dict: PdfDict;
  /** The dictionary whose entry Resources counts. */
  resources: PdfDict | undefined;
  /** The visible part. */
  box: Rectangle;
  /** The part that is meant to be left after cutting. */
  trim: Rectangle;
  /** Clockwise, of a quarter. */
  turns: number;
  /** Points of a unit. */
  unit: number;
}

export class SourcePages {
  readonly #pdf: UploadedPdf;
  /** Each page with what lies above it, the nearest first. */
  readonly #lines: PdfDict[][] = [];
  readonly catalog: PdfDict;

  constructor(pdf: UploadedPdf) {
    this.#pdf = pdf;
    const { catalog, top } = treeOf(pdf);
    this.catalog = catalog;
    walkPages(pdf, top, letterLimits, (page, above) => this.#lines.push([page, ...above]));
  }

  /** `index` from 0. */
  page(index: number): SourcePage {
    const line = this.#lines[index];
    const dict = line?.[0];
    if (!line || !dict) throw damaged(`it has no page ${index + 1}`);
    const holder = (key: string) => line.find((node) => this.#pdf.get(node, key) !== null);
    const inherited = (key: string) => this.#pdf.get(holder(key), key);
    const media = this.#rectangle(inherited('MediaBox')) ?? [0, 0, 612, 792];
    const box = within(this.#rectangle(inherited('CropBox')), media);
    const unit = this.#pdf.number(dict, 'UserUnit') ?? 1;
    const rotate = inherited('Rotate');
    return {
      dict,
      resources: holder('Resources'),
      box,
      trim: within(this.#rectangle(this.#pdf.get(dict, 'TrimBox')), box),
      turns: typeof rotate === 'number' ? ((Math.round(rotate / 90) % 4) + 4) % 4 : 0,
      unit: unit > 0 ? unit : 1,
    };
  }

  #rectangle(value: PdfValue): Rectangle | undefined {
    if (!isArray(value) || value.items.length !== 4) return undefined;
    const numbers = value.items.map((item) => this.#pdf.look(item));
    if (!numbers.every((one) => typeof one === 'number')) return undefined;
    const [a, b, c, d] = numbers as Rectangle;
    return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
  }
}

/** The part of `inner` that lies in `outer`; all of it where they do not meet. */
function within(inner: Rectangle | undefined, outer: Rectangle): Rectangle {
  if (!inner) return outer;
  const [left, bottom] = [Math.max(inner[0], outer[0]), Math.max(inner[1], outer[1])];
  const [right, top] = [Math.min(inner[2], outer[2]), Math.min(inner[3], outer[3])];
  return right - left >= 1 && top - bottom >= 1 ? [left, bottom, right, top] : outer;
}
