/** The place of the seal in a document: written empty, and filled once every other byte is known. */

import type { Hash } from 'node:crypto';
import { pdfText } from './pdf-objects.ts';
import { seal, sealLength } from './seal.ts';
import type { SealKey } from './seal-certificate.ts';

/** Digits of each number in a ByteRange, so that its length does not depend on them. */
const rangeDigits = 10;

export interface Hole {
  /** The first number of the ByteRange, and the `<` and the end of `>` of Contents. */
  rangeAt: number;
  from: number;
  to: number;
}

export interface EmptySeal {
  body: string;
  hole: Hole;
}

/** The signature dictionary; the places are counted from its first byte. `date` is a PDF date. */
export function emptySeal(key: SealKey, date: string, author: string): EmptySeal {
  const before = '<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange[0 ';
  const digits = sealLength(key);
  const middle = `${before}${' '.repeat(3 * (rangeDigits + 1))}]/Contents`;
  const body = `${middle}<${'0'.repeat(digits)}>/M${date}/Name${pdfText(author)}>>`;
  const from = middle.length;
  return { body, hole: { rangeAt: before.length, from, to: from + digits + 2 } };
}

export const movedBy = (hole: Hole, by: number): Hole => ({
  rangeAt: hole.rangeAt + by,
  from: hole.from + by,
  to: hole.to + by,
});

/** Signs everything but the hole. `state` has taken in the `start` bytes before the tail; it is used up. */
export function fillSeal(tail: Buffer, start: number, hole: Hole, state: Hash, key: SealKey): void {
  const numbers = [start + hole.from, start + hole.to, tail.length - hole.to];
  tail.write(numbers.map((one) => String(one).padEnd(rangeDigits)).join(' '), hole.rangeAt, 'latin1');
  const digest = state.update(tail.subarray(0, hole.from)).update(tail.subarray(hole.to)).digest();
  tail.write(seal(key, digest), hole.from + 1, 'latin1');
}
