/** A document's bytes: the constant prefix of its batch followed by its own tail out of the chunk's pack. */

import { createHash } from 'node:crypto';
import { isUuid } from './uuid.ts';

/** Rows and documents of one chunk. */
export const rowsPerChunk = 500;

/** Rows of one chunk of uploaded files, whose bytes are handled one after the other. */
export const uploadsPerChunk = 10;

export const sourceKey = (batchId: string) => `sources/${batchId.slice(0, 2)}/${batchId}`;
/** `layout`: where the documents lie in the pack, and their hashes. An attempt that made them otherwise, row by row for instance, writes another pack and never over this one. */
export const packKey = (batchId: string, chunkSeq: number, layout: string) =>
  `packs/${batchId.slice(0, 2)}/${batchId}/${chunkSeq}-${createHash('sha256').update(layout).digest('hex').slice(0, 16)}`;
/** What belongs to the only row of a batch that was issued at once: its document's tail, and behind it the row as it was handed in. */
export const singlePackKey = (batchId: string) => `packs/${batchId.slice(0, 2)}/${batchId}.0`;
export const prefixKey = (hash: string) => `prefixes/${hash.slice(0, 2)}/${hash}`;
/**
 * An uploaded document begins with its file, under the file's id instead of a hash: two organizations that upload the same bytes share
 * nothing, so that one can be deleted without asking for the other.
 */
export const isUploaded = ({ prefixHash }: { prefixHash: string | null }): boolean =>
  prefixHash !== null && isUuid(prefixHash);
export const previewKey = (itemId: string, width: number) => `previews/${itemId.slice(0, 2)}/${itemId}-${width}.png`;
export const screenshotKey = (versionId: string) => `screenshots/${versionId.slice(0, 2)}/${versionId}.png`;
