/** Where packs, prefixes and sources are kept: named runs of bytes, written once as a whole, read whole or in ranges, visible complete or not at all. */

import type { Readable } from 'node:stream';
import { openDisk } from './disk.ts';

export interface Range {
  /** Bytes from the start. */
  offset: number;
  /** Bytes; all of them must exist. */
  length: number;
}

/** Keys are `[a-z0-9._-]` in segments parted by `/`, no segment starting with a dot, 500 characters at most; any other is a programming error (`internal`). */
export interface Blobs {
  /** Replaces what the key held. When it returns, the bytes survive a power cut; when it throws, nothing has changed. Gives the number of bytes. */
  put(key: string, data: Uint8Array | AsyncIterable<Uint8Array>): Promise<number>;
  /** @throws ChanceryError not_found; internal where the range reaches beyond the end */
  get(key: string, range?: Range): Promise<Buffer>;
  /** Like `get`, without holding the bytes in memory. The caller consumes or destroys the stream. */
  stream(key: string, range?: Range): Promise<Readable>;
  exists(key: string): Promise<boolean>;
  /** Deleting what is not there is no fault. */
  delete(key: string): Promise<void>;
  /** Every key that holds something, in no order; what is put or deleted meanwhile may be missed. For checks of the whole store. */
  list(): AsyncIterable<StoredBlob>;
  close(): Promise<void>;
}

export interface StoredBlob {
  key: string;
  bytes: number;
  modifiedAt: Date;
}

export type BlobsConfig =
  | { kind: 'disk'; directory: string }
  | {
      kind: 's3';
      /** Absent: AWS itself. */
      endpoint?: string;
      region: string;
      bucket: string;
      /** Put before every key, with a slash between; may be empty. */
      prefix: string;
      /** Absent: the SDK's usual places (environment, profile, instance role). */
      accessKeyId?: string;
      secretAccessKey?: string;
      /** True for most servers that are not AWS. */
      forcePathStyle: boolean;
    };

/** @throws ChanceryError not_ready if the directory cannot be written or the bucket does not answer */
export async function openBlobs(config: BlobsConfig): Promise<Blobs> {
  if (config.kind === 'disk') return await openDisk(config.directory);
  // The SDK takes a quarter of a second to load; who stores on disk does not wait for it.
  const { openS3 } = await import('./s3.ts');
  return await openS3(config);
}
