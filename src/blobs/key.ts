/** What both stores check before they touch anything: keys cannot leave the store, ranges are whole numbers, short objects are told from whole ones. */

import { ChanceryError, notFound } from '../errors.ts';
import type { Range } from './index.ts';

const shape = /^[a-z0-9_-][a-z0-9._-]*(?:\/[a-z0-9_-][a-z0-9._-]*)*$/;
const longestKey = 500;
/** Of most file systems. */
const longestSegment = 255;

/** @throws ChanceryError internal */
export function checkKey(key: string): void {
  const valid =
    key.length <= longestKey && shape.test(key) && key.split('/').every((segment) => segment.length <= longestSegment);
  if (!valid) throw new ChanceryError('internal', 'not a blob key', { details: { key: key.slice(0, 200) } });
}

/** @throws ChanceryError internal */
export function checkRange(key: string, range: Range | undefined): void {
  if (range === undefined) return;
  const { offset, length } = range;
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0) {
    throw new ChanceryError('internal', 'not a byte range', { details: { key, offset, length } });
  }
}

export function noSuchBlob(key: string): ChanceryError {
  return notFound('blob', key);
}

/** The object exists but does not hold all the bytes asked for. */
export function tooShort(key: string, range: Range | undefined, cause?: unknown): ChanceryError {
  return new ChanceryError('internal', 'a stored object is shorter than it should be', {
    details: { key, ...range },
    cause,
  });
}
