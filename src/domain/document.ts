/** A document's bytes: the constant prefix of its batch followed by its own tail out of the chunk's pack. */

/** Rows and documents of one chunk. */
export const rowsPerChunk = 500;

export const sourceKey = (batchId: string) => `sources/${batchId.slice(0, 2)}/${batchId}`;
export const packKey = (batchId: string, chunkSeq: number) => `packs/${batchId.slice(0, 2)}/${batchId}/${chunkSeq}`;
export const prefixKey = (hash: string) => `prefixes/${hash.slice(0, 2)}/${hash}`;
export const previewKey = (itemId: string, width: number) => `previews/${itemId.slice(0, 2)}/${itemId}-${width}.png`;
export const screenshotKey = (versionId: string) => `screenshots/${versionId.slice(0, 2)}/${versionId}.png`;
