/** What a page's annotations look like on paper: notes, stamps, filled fields; never what only reacts to a reader. */

import { isDict } from '../upload/cross-references.ts';
import type { PdfDict, PdfValue } from '../upload/pdf-syntax.ts';
import type { UploadedPdf } from '../upload/uploaded-pdf.ts';
import type { Matrix } from './place-page.ts';

export interface Appearance {
  /** Object of the form that draws it. */
  form: number;
  /** From the form to the page. */
  matrix: Matrix;
  /** The annotation, where a layer decides whether it is seen. */
  layered: PdfDict | undefined;
}

const flag = { hidden: 2, print: 4, noView: 32 } as const;
const pushButton = 1 << 16;
const mostAnnotations = 2_000;

export function appearancesOf(pdf: UploadedPdf, page: PdfDict): Appearance[] {
  const annotations = pdf.items(page.entries.get('Annots')?.value) ?? [];
  return annotations.slice(0, mostAnnotations).flatMap((one) => {
    const annotation = pdf.dict(one);
    return annotation && isPrinted(pdf, annotation) ? appearanceOf(pdf, annotation) : [];
  });
}

/** Whoever made the file saw it on a screen, so that what is seen there counts, whether or not it was marked for paper. */
function isPrinted(pdf: UploadedPdf, annotation: PdfDict): boolean {
  const flags = pdf.number(annotation, 'F') ?? 0;
  if (flags & flag.hidden) return false;
  if (flags & flag.print) return pdf.name(annotation, 'Subtype') !== 'Popup';
  const subtype = pdf.name(annotation, 'Subtype') ?? '';
  const button = subtype === 'Widget' && ((pdf.number(annotation, 'Ff') ?? 0) & pushButton) !== 0;
  return !(flags & flag.noView) && !button && !['Popup', 'Link', 'Text'].includes(subtype);
}

function appearanceOf(pdf: UploadedPdf, annotation: PdfDict): Appearance[] {
  const form = formNumber(pdf, annotation);
  const dict = form === undefined ? undefined : pdf.object(form)?.value;
  const box = numbers(pdf, isDict(dict) ? pdf.get(dict, 'BBox') : null, 4);
  const rect = numbers(pdf, pdf.get(annotation, 'Rect'), 4);
  if (form === undefined || !isDict(dict) || !box || !rect) return [];
  const own = numbers(pdf, pdf.get(dict, 'Matrix'), 6) ?? [1, 0, 0, 1, 0, 0];
  const matrix = onto(transformed(box, own), [
    Math.min(rect[0] as number, rect[2] as number),
    Math.min(rect[1] as number, rect[3] as number),
    Math.max(rect[0] as number, rect[2] as number),
    Math.max(rect[1] as number, rect[3] as number),
  ]);
  return matrix ? [{ form, matrix, layered: annotation.entries.has('OC') ? annotation : undefined }] : [];
}

/** Of the normal appearance, in the state the annotation is in. */
function formNumber(pdf: UploadedPdf, annotation: PdfDict): number | undefined {
  const appearances = pdf.dict(annotation.entries.get('AP')?.value);
  let normal: PdfValue | undefined = appearances?.entries.get('N')?.value;
  const states = pdf.dict(normal);
  if (states && !states.entries.has('BBox')) {
    const state = pdf.name(annotation, 'AS');
    normal = state === undefined ? undefined : states.entries.get(state)?.value;
  }
  return typeof normal === 'object' && normal?.kind === 'ref' && pdf.object(normal.number)?.data
    ? normal.number
    : undefined;
}

function numbers(pdf: UploadedPdf, value: PdfValue, count: number): number[] | undefined {
  const found = pdf.items(value)?.map((one) => pdf.look(one));
  return found?.length === count && found.every((one) => typeof one === 'number') ? (found as number[]) : undefined;
}

/** The box around a box that a matrix has moved. */
function transformed([x1, y1, x2, y2]: number[], [a, b, c, d, e, f]: number[]): number[] {
  const corners = [
    [x1, y1],
    [x1, y2],
    [x2, y1],
    [x2, y2],
  ] as [number, number][];
  const m = { a: a as number, b: b as number, c: c as number, d: d as number, e: e as number, f: f as number };
  const xs = corners.map(([x, y]) => m.a * x + m.c * y + m.e);
  const ys = corners.map(([x, y]) => m.b * x + m.d * y + m.f);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** ISO 32000-1, 12.5.5, algorithm 8.1. */
function onto(box: number[], rect: number[]): Matrix | undefined {
  const [left, bottom, right, top] = box as [number, number, number, number];
  const [x1, y1, x2, y2] = rect as [number, number, number, number];
  if (right - left <= 0 || top - bottom <= 0) return undefined;
  const [sx, sy] = [(x2 - x1) / (right - left), (y2 - y1) / (top - bottom)];
  return [sx, 0, 0, sy, x1 - left * sx, y1 - bottom * sy];
}
