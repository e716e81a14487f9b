/** Small print runs for tests, and what independent readers make of them. */

import { PDFiumLibrary } from '@hyzyla/pdfium';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { letterProduct } from '../../../test/support/letter-product.ts';
import type { PlannedPiece, PrintPlan } from '../../domain/print-plan.ts';
import type { PrintProduct } from '../../domain/print-product.ts';
import { isDict } from '../upload/cross-references.ts';
import { letterLimits } from '../upload/pdf-limits.ts';
import type { PdfDict } from '../upload/pdf-syntax.ts';
import { UploadedPdf } from '../upload/uploaded-pdf.ts';
import { type WrittenRun, writeRun } from './write-run.ts';

export const letter = (over: Partial<PrintProduct> = {}): PrintProduct =>
  letterProduct({
    color: true,
    recipient: { left: 36, top: 151.2, width: 270, height: 82.8 },
    sender: { left: 36, top: 39.6, width: 234, height: 57.6 },
    envelopes: [{ name: '#10 Double Window', capacity: 6, hasReturnWindow: true }],
    maxSheets: 6,
    ...over,
  });

export function piece(seq: number, over: Partial<PlannedPiece> = {}): PlannedPiece {
  return {
    seq,
    code: `17-${seq}`,
    firstPage: 1,
    lastPage: 1,
    addressLines: [`RECIPIENT ${seq}`, `${seq} NAVY WAY`, 'ARLINGTON VA 22201-1234'],
    returnLines: ['ACME INC', '5 MAIN ST', 'FLINT MI 48502'],
    barcode: '',
    ...over,
  };
}

export function planOf(pieces: PlannedPiece[], over: Partial<PrintProduct> = {}): PrintPlan {
  const product = letter(over);
  return { id: '0190f6c4', number: 17, createdAt: '2026-11-22T10:00:00.000Z', title: 'Run 17', product, pieces };
}

export async function written(document: Buffer, plan: PrintPlan): Promise<{ pdf: Buffer; run: WrittenRun }> {
  const parts: Uint8Array[] = [];
  const run = await writeRun(document, plan, (bytes) => parts.push(bytes));
  return { pdf: Buffer.concat(parts), run };
}

const plain = (text: string) =>
  text
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/\s+/g, ' ')
    .trim();

/** Page by page. */
export async function textsByPdfJs(pdf: Buffer): Promise<string[]> {
  const task = getDocument({ data: new Uint8Array(pdf), verbosity: 0 });
  const document = await task.promise;
  const texts: string[] = [];
  for (let number = 1; number <= document.numPages; number++) {
    const { items } = await (await document.getPage(number)).getTextContent();
    texts.push(plain(items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('')));
  }
  await task.destroy();
  return texts;
}

let library: Promise<PDFiumLibrary> | undefined;

async function withPdfium<T>(pdf: Buffer, read: (page: PdfiumPage, index: number) => T | Promise<T>): Promise<T[]> {
  library ??= PDFiumLibrary.init();
  const document = await (await library).loadDocument(pdf);
  try {
    const found: T[] = [];
    for (const page of document.pages()) found.push(await read(page, found.length));
    return found;
  } finally {
    document.destroy();
  }
}

type PdfiumPage = ReturnType<Awaited<ReturnType<PDFiumLibrary['loadDocument']>>['getPage']>;

export const textsByPdfium = (pdf: Buffer) => withPdfium(pdf, (page) => plain(page.getText()));

/** Width and height in points, page by page. */
export const sizesByPdfium = (pdf: Buffer) =>
  withPdfium(pdf, (page) => {
    const { originalWidth, originalHeight } = page.getOriginalSize();
    return [Math.round(originalWidth), Math.round(originalHeight)];
  });

export interface Picture {
  width: number;
  height: number;
  /** Whether the pixel that many points from the left and the top differs from white paper; `red` only where it is red. */
  ink(x: number, y: number): boolean;
  red(x: number, y: number): boolean;
}

/** `scale` in pixels a point. */
export const picturesByPdfium = (pdf: Buffer, scale = 1) =>
  withPdfium(pdf, async (page): Promise<Picture> => {
    const { data, width, height } = await page.render({ scale, render: 'bitmap', colorSpace: 'BGRA' });
    const at = (x: number, y: number) => {
      const from = (Math.floor(y * scale) * width + Math.floor(x * scale)) * 4;
      return [data[from] as number, data[from + 1] as number, data[from + 2] as number] as const;
    };
    return {
      width: width / scale,
      height: height / scale,
      ink: (x, y) => at(x, y).some((part) => part < 128),
      red: (x, y) => at(x, y)[0] > 200 && at(x, y)[1] < 60 && at(x, y)[2] < 60,
    };
  });

/** Every stream of a file as it is packed, with its dictionary. */
export function streamsOf(pdf: Buffer): { dict: PdfDict; data: Buffer }[] {
  const read = new UploadedPdf(pdf, letterLimits.objects);
  return [...read.numbers()].flatMap((number) => {
    const object = read.object(number);
    return object?.data && isDict(object.value) ? [{ dict: object.value, data: object.data }] : [];
  });
}
