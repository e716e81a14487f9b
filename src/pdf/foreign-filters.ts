/** Undoes the filters of a foreign PDF's streams (ISO 32000-1, 7.4), none of them beyond a budget. */

import { inflateSync, constants as zlib } from 'node:zlib';
import { assetFault } from './asset-fault.ts';
import { withoutArmour } from './upload/armour.ts';

const shortNames = new Map([
  ['Fl', 'FlateDecode'],
  ['RL', 'RunLengthDecode'],
  ['AHx', 'ASCIIHexDecode'],
  ['A85', 'ASCII85Decode'],
]);

/** Bytes, for everything that is looked into of a file; below nothing where they did not suffice, and then nothing more is. */
export interface Budget {
  left: number;
  readonly of: number;
}

export const bomb = ({ of }: Budget) => assetFault(`the PDF unpacks to more than ${of / 1e6} MB; simplify it`);

export function spend(budget: Budget, bytes: number): void {
  budget.left = budget.left < bytes ? -1 : budget.left - bytes;
  if (budget.left < 0) throw bomb(budget);
}

export function unpacked(bytes: Uint8Array, filter: string, budget: Budget): Uint8Array {
  const plain = withoutFilter(bytes, shortNames.get(filter) ?? filter, budget.left);
  spend(budget, plain?.length ?? Number.POSITIVE_INFINITY);
  return plain as Uint8Array;
}

/** Undefined where there would be more than `most`. */
function withoutFilter(bytes: Uint8Array, filter: string, most: number): Uint8Array | undefined {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (filter === 'FlateDecode') return inflated(data, most);
  if (filter === 'RunLengthDecode') return fromRuns(data, most);
  if (filter === 'ASCIIHexDecode' || filter === 'ASCII85Decode') return withoutArmour(data, [filter]);
  throw assetFault(`a stream in the PDF cannot be read (${filter.slice(0, 30)}); save it again`);
}

function inflated(data: Buffer, most: number): Buffer | undefined {
  try {
    return inflateSync(data, { maxOutputLength: Math.max(1, most), finishFlush: zlib.Z_SYNC_FLUSH });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw assetFault('a stream in the PDF is damaged; save it again');
  }
}

/** A length below 128 and so many bytes and one more, or one above and the byte that is repeated 257 less that many times. */
function fromRuns(data: Buffer, most: number): Buffer | undefined {
  let plain = Buffer.alloc(Math.min(most, 2 * data.length) + 128);
  let length = 0;
  for (let at = 0; at < data.length && data[at] !== 128; ) {
    const said = data[at++] as number;
    const count = said < 128 ? said + 1 : 257 - said;
    if (length + count > most) return undefined;
    if (length + count > plain.length) plain = Buffer.concat([plain, Buffer.alloc(plain.length)]);
    if (said < 128) data.copy(plain, length, at, at + count);
    else plain.fill(data[at] ?? 0, length, length + count);
    at += said < 128 ? count : 1;
    length += count;
  }
  return plain.subarray(0, length);
}
