/** One page of a PDF as a vector form of ours, read in a thread of its own. */

import { readForeignPdf } from './foreign-reader.ts';
import type { ImportedArt } from './pdf-objects.ts';

/** `page` counts from 1. Annotations, links, scripts, attachments and metadata stay behind; fonts must be embedded and colours
 * must not be CMYK, because PDF/A would break. Throws `invalid_input` with the reason and the remedy. */
export async function importPdf(data: Uint8Array, page = 1): Promise<ImportedArt> {
  const { art } = await readForeignPdf({ task: 'art', data, page });
  if (!art) throw new Error('the reading thread gave no answer');
  const { widthPt, heightPt, bodies } = art;
  return {
    widthPt,
    heightPt,
    kind: 'form',
    count: bodies.length,
    write: (numberOf) =>
      bodies.map((parts) =>
        Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.from(`${numberOf(part)} 0 R`) : part))),
      ),
  };
}
