/** Changes bytes in the ways parsers trip over; the same random numbers always give the same change. */

export const longest = 65_536;

const edges = [0, 1, 9, 10, 13, 32, 34, 39, 44, 47, 59, 60, 92, 127, 128, 0xc0, 0xed, 0xef, 0xf4, 0xfe, 0xff];
const numbers = ['0', '-1', '1', '2147483648', '4294967295', '9007199254740993', '1e400', '-0', '65536', '00000000001'];

type Change = (bytes: Buffer, pick: (below: number) => number, material: Material) => Buffer;

interface Material {
  words: readonly string[];
  /** Another input of the corpus. */
  other: Buffer;
}

const put = (bytes: Buffer, at: number, removed: number, added: Uint8Array) =>
  Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)]);

const changes: Change[] = [
  (bytes, pick) => {
    const copy = Buffer.from(bytes);
    const at = pick(copy.length);
    if (copy.length > 0) copy[at] = (copy[at] as number) ^ (1 << pick(8));
    return copy;
  },
  (bytes, pick) => put(bytes, pick(bytes.length), 1, Buffer.from([edges[pick(edges.length)] as number])),
  (bytes, pick) => put(bytes, pick(bytes.length), 1, Buffer.from([pick(256)])),
  (bytes, pick) => put(bytes, pick(bytes.length), 1 + pick(16), Buffer.alloc(0)),
  (bytes, pick) => put(bytes, pick(bytes.length), pick(bytes.length), Buffer.alloc(0)),
  (bytes, pick) => {
    const from = pick(bytes.length);
    return put(bytes, pick(bytes.length), 0, bytes.subarray(from, from + 1 + pick(64)));
  },
  (bytes, pick) => {
    const from = pick(bytes.length);
    const piece = bytes.subarray(from, from + 1 + pick(32));
    return put(bytes, from, 0, Buffer.concat(Array.from({ length: 1 << pick(10) }, () => piece)));
  },
  (bytes, pick, { words }) => put(bytes, pick(bytes.length + 1), 0, wordOf(words, pick)),
  (bytes, pick, { words }) => {
    const word = wordOf(words, pick);
    return put(bytes, pick(bytes.length), word.length, word);
  },
  (bytes, pick) => {
    const found = [...bytes.toString('latin1').matchAll(/-?\d+/g)];
    const match = found[pick(found.length)];
    const number = Buffer.from(numbers[pick(numbers.length)] as string);
    return match ? put(bytes, match.index, match[0].length, number) : put(bytes, pick(bytes.length), 0, number);
  },
  (bytes, pick, { other }) =>
    Buffer.concat([bytes.subarray(0, pick(bytes.length)), other.subarray(pick(other.length))]),
  (bytes, pick, { other }) => {
    const from = pick(other.length);
    return put(bytes, pick(bytes.length), pick(64), other.subarray(from, from + 1 + pick(128)));
  },
];

function wordOf(words: readonly string[], pick: (below: number) => number): Buffer {
  return Buffer.from(words[pick(words.length)] ?? '\0', 'utf8');
}

export function mutate(bytes: Buffer, random: () => number, material: Material): Buffer {
  const pick = (below: number) => Math.floor(random() * below);
  let changed = bytes;
  for (let left = 1 << pick(4); left > 0; left--)
    changed = (changes[pick(changes.length)] as Change)(changed, pick, material).subarray(0, longest);
  return changed;
}
