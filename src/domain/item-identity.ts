/** What looks random about an item is derived from its batch's seed, so that replay gives the same bytes. */

import { createHash, createHmac } from 'node:crypto';

/** UUID v4 form (122 bits no one can guess) and the 16-byte salt of the e-mail hash, in hex. */
export function itemIdentity(seed: Uint8Array, seq: number): { id: string; emailSalt: string } {
  const bytes = createHmac('sha256', seed).update(`item ${seq}`).digest();
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
  return { id, emailSalt: hex.slice(32) };
}

const half = 2 ** 26;

/**
 * Reference id, e.g. `VEC-IC-202667DAE48425BAD`: prefix, year, 13 hex digits. The digits are a keyed permutation
 * (four Feistel rounds over 2 x 26 bits) of the position, so they never repeat and do not reveal their order.
 */
export function referenceId(prefix: string, year: number, secret: Uint8Array, position: number): string {
  let left = Math.floor(position / half) % half;
  let right = position % half;
  for (let round = 0; round < 4; round++) {
    const digest = createHash('sha256').update(secret).update(`${round}:${right}`).digest();
    [left, right] = [right, (left ^ (digest.readUInt32BE(0) % half)) >>> 0];
  }
  return `${prefix}-${year}${(left * half + right).toString(16).toUpperCase().padStart(13, '0')}`;
}

/** Place of an item in the batch's status-list ranges. */
export function statusPlace<R extends { firstPosition: number; count: number }>(
  ranges: readonly R[],
  seq: number,
): { range: R; position: number } {
  let before = 0;
  for (const range of ranges) {
    if (seq < before + range.count) return { range, position: range.firstPosition + seq - before };
    before += range.count;
  }
  throw new RangeError(`the batch has no status-list place for row ${seq}`);
}

/** `YYYY-MM-DD` plus whole months; the 31st becomes the last day of a shorter month. */
export function addMonths(isoDate: string, months: number): string {
  const [year, month, day] = isoDate.split('-').map(Number) as [number, number, number];
  const lastDay = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(day, lastDay))).toISOString().slice(0, 10);
}
