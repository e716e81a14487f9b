/** Artwork people upload (backgrounds, logos, signatures), judged and turned into objects of our own documents. */

import { assetFault, quoted } from './asset-fault.ts';
import { importJpeg, importPng } from './import-image.ts';
import { importPdf } from './import-pdf.ts';
import { importSvg } from './import-svg.ts';
import type { ImportedArt } from './pdf-objects.ts';

/** PNG, JPEG, SVG or one page of a PDF (from 1). The bytes it writes depend on the data alone.
 * Throws `invalid_input` with an issue at `asset` for anything that cannot be taken over whole and harmless. */
export async function importArt(
  mediaType: string,
  data: Uint8Array,
  options: { page?: number } = {},
): Promise<ImportedArt> {
  if (mediaType === 'image/png') return importPng(data);
  if (mediaType === 'image/jpeg') return importJpeg(data);
  if (mediaType === 'image/svg+xml') return importSvg(data);
  if (mediaType === 'application/pdf') return importPdf(data, options.page);
  throw assetFault(`${quoted(mediaType)} is not supported; use PNG, JPEG, SVG or PDF`);
}
