/** Pictures of finished documents: the first page as PNG, the same bytes for the same document. */

import { PDFiumLibrary } from '@hyzyla/pdfium';
import { ChanceryError, invalidInput } from '../errors.ts';

const maxPixels = 24_000_000;
let library: Promise<PDFiumLibrary> | undefined;
/** The WebAssembly heap is one; pages are drawn one after the other. */
let last: Promise<unknown> = Promise.resolve();

/** The reason where `pages` is not what is found. */
export const otherPageCount = 'it shows another number of pages than it says';

export interface PreviewOptions {
  width: number;
  /** How many pages there must be. */
  pages?: number;
}

/** The first page, `width` pixels wide (100 to 2400), height by its proportions; transparent paper is white.
 * Throws `invalid_input` where the width is out of bounds, the page too tall, or the file is no PDF that can be drawn. */
export async function renderPreview(pdf: Uint8Array, options: PreviewOptions): Promise<Buffer> {
  const { data, width, height } = await drawFirstPage(pdf, options);
  // Loading it takes longer than drawing a page, and who only proves that a page can be drawn writes no PNG.
  const { default: sharp } = await import('sharp');
  return sharp(data, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .png({ compressionLevel: 6 })
    .toBuffer();
}

/** The same, as red, green, blue and alpha of each pixel. */
export async function drawFirstPage(
  pdf: Uint8Array,
  { width, pages }: PreviewOptions,
): Promise<{ data: Uint8Array; width: number; height: number }> {
  if (!Number.isInteger(width) || width < 100 || width > 2400)
    throw invalidInput('width out of bounds', [
      { path: 'width', code: 'invalid', params: { reason: 'use a whole number of pixels from 100 to 2400' } },
    ]);
  const turn = last.then(() => draw(pdf, width, pages));
  last = turn.catch(() => undefined);
  return { width, ...(await turn) };
}

async function draw(pdf: Uint8Array, width: number, pages?: number): Promise<{ data: Uint8Array; height: number }> {
  library ??= PDFiumLibrary.init();
  const pdfium = await library;
  try {
    const document = await pdfium.loadDocument(pdf);
    try {
      if (pages !== undefined && document.getPageCount() !== pages) throw undrawable(otherPageCount);
      const page = document.getPage(0);
      const { originalWidth, originalHeight } = page.getOriginalSize();
      const height = Math.max(1, Math.round((width * originalHeight) / originalWidth));
      if (!(width * height <= maxPixels)) throw undrawable('its page is too tall for its width');
      const { data } = await page.render({ width, height, scale: 1, render: 'bitmap' });
      return { data, height };
    } finally {
      document.destroy();
    }
  } catch (error) {
    // A WebAssembly trap leaves the heap in an unknown state: start over with a fresh one.
    if (error instanceof Error && error.name === 'RuntimeError') library = undefined;
    if (error instanceof ChanceryError) throw error;
    throw undrawable('it cannot be read as a PDF', error);
  }
}

function undrawable(reason: string, cause?: unknown): ChanceryError {
  return new ChanceryError('invalid_input', 'the document cannot be drawn', {
    issues: [{ path: 'document', code: 'invalid', params: { reason } }],
    cause,
  });
}
