/** Remembers a million rows by what they say in a few dozen mebibytes: a hash table of 64-bit keys without objects. */

import { hash } from 'node:crypto';
import type { NewItem } from '../../pipeline/accept-row.ts';

export interface RowTable {
  /** The value under which the same content was put before; else puts it and gives undefined. */
  put(content: Buffer, value: number): number | undefined;
  /** Puts nothing. */
  get(content: Buffer): number | undefined;
}

/** Person and values: the address in any case, the name, the fields in any order. Two rows in 2^32 million are taken for one. */
export function contentOf({ name, email, fields }: Pick<NewItem, 'name' | 'email' | 'fields'>): Buffer {
  const values = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
  return hash('sha256', JSON.stringify([email.toLowerCase(), name, values]), 'buffer');
}

/** Values are whole numbers from 0 to 2^32 - 2. */
export function openRowTable(): RowTable {
  let capacity = 2 ** 12;
  let used = 0;
  // Three numbers a place: both halves of the key, and the value plus one, so that zero is an empty place.
  let places = new Uint32Array(3 * capacity);
  const find = (high: number, low: number): number => {
    for (let at = low & (capacity - 1); ; at = (at + 1) & (capacity - 1)) {
      if (places[3 * at + 2] === 0 || (places[3 * at] === high && places[3 * at + 1] === low)) return 3 * at;
    }
  };
  const write = (high: number, low: number, stored: number) => {
    const at = find(high, low);
    places[at] = high;
    places[at + 1] = low;
    places[at + 2] = stored;
  };
  const grow = () => {
    const old = places;
    capacity *= 2;
    places = new Uint32Array(3 * capacity);
    for (let at = 0; at < old.length; at += 3)
      if (old[at + 2] !== 0) write(old[at] as number, old[at + 1] as number, old[at + 2] as number);
  };
  const get = (content: Buffer) => {
    const stored = places[find(content.readUInt32BE(0), content.readUInt32BE(4)) + 2] as number;
    return stored === 0 ? undefined : stored - 1;
  };
  return {
    get,
    put(content, value) {
      const earlier = get(content);
      if (earlier !== undefined) return earlier;
      if (++used * 2 > capacity) grow();
      write(content.readUInt32BE(0), content.readUInt32BE(4), value + 1);
      return undefined;
    },
  };
}
