/** QR codes (ISO/IEC 18004) in the smallest version, the strongest correction it has room for, and the mask with the least penalty. */

import { type BlockPlan, blockPlan, smallestSymbol } from './qr-capacity.ts';
import { penalty } from './qr-penalty.ts';
import { type ErrorCorrection, type ModuleBits, maskOverlays, type QrSymbol, qrSymbol, wordAt } from './qr-symbol.ts';

export interface QrCode {
  version: number;
  correction: ErrorCorrection;
  mask: number;
  /** Modules a side, without the quiet zone. */
  size: number;
  isDark(x: number, y: number): boolean;
  /** Rows of dark bits as hex, first module first, each row filled up to whole bytes. */
  hexRows(): string;
}

/** The code of a text, or undefined when it is longer than any symbol of that correction holds. */
export function qrCode(text: string, atLeast: ErrorCorrection): QrCode | undefined {
  const segment = segmentOf(text);
  const chosen = smallestSymbol((version) => 4 + segment.countBits(version) + segment.bits, atLeast);
  if (!chosen) return undefined;
  const { version, correction } = chosen;
  const plan = blockPlan(version, correction);
  const codewords = interleave(dataCodewords(segment, version, plan), plan);
  const symbol = qrSymbol(version);
  const { base, masked } = symbol.scratch;
  base.set(symbol.functions);
  placeBits(codewords, symbol.path, base);
  const overlays = maskOverlays(version, correction);
  let mask = 0;
  let fewest = Number.POSITIVE_INFINITY;
  for (let at = 0; at < overlays.length; at++) {
    cover(base, overlays[at] as ModuleBits, masked);
    const points = penalty(symbol, masked, fewest);
    if (points >= fewest) continue;
    fewest = points;
    mask = at;
  }
  const modules = new Int32Array(base.length);
  cover(base, overlays[mask] as ModuleBits, modules);
  const { size } = symbol;
  const isDark = (x: number, y: number) => (((modules[wordAt(size, x, y)] as number) >>> (x & 31)) & 1) === 1;
  return { version, correction, mask, size, isDark, hexRows: () => hexRows(modules, size) };
}

function cover(base: ModuleBits, overlay: ModuleBits, masked: ModuleBits): void {
  for (let word = 0; word < base.length; word++) masked[word] = (base[word] as number) ^ (overlay[word] as number);
}

/** Hex of a byte whose bits are turned round: our bit 0 is the leftmost module. */
const reversedHex = Array.from({ length: 256 }, (_, byte) => {
  let turned = 0;
  for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) turned |= 0x80 >> bit;
  return turned.toString(16).padStart(2, '0');
});

function hexRows(modules: ModuleBits, size: number): string {
  let hex = '';
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x += 8) hex += reversedHex[((modules[wordAt(size, x, y)] as number) >>> (x & 31)) & 255];
  return hex;
}

interface Segment {
  mode: number;
  /** Characters, or bytes in byte mode. */
  count: number;
  /** Of the content. */
  bits: number;
  countBits(version: number): number;
  write(put: (value: number, bits: number) => void): void;
}

const alphanumeric = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const countBits = (small: number, middle: number, large: number) => (version: number) =>
  version <= 9 ? small : version <= 26 ? middle : large;

/** One segment for the whole text in the tightest mode that holds it; bytes are UTF-8. */
function segmentOf(text: string): Segment {
  if (/^\d+$/.test(text)) return packed(1, text, 10, [0, 4, 7, 10], 3, countBits(10, 12, 14));
  if (/^[0-9A-Z $%*+\-./:]+$/.test(text)) return packed(2, text, 45, [0, 6, 11], 2, countBits(9, 11, 13));
  const bytes = Buffer.from(text, 'utf8');
  return {
    mode: 4,
    count: bytes.length,
    bits: 8 * bytes.length,
    countBits: countBits(8, 16, 16),
    write: (put) => {
      for (const byte of bytes) put(byte, 8);
    },
  };
}

function packed(
  mode: number,
  text: string,
  base: number,
  groupBits: readonly number[],
  group: number,
  count: (version: number) => number,
): Segment {
  const left = groupBits[text.length % group] as number;
  return {
    mode,
    count: text.length,
    bits: Math.floor(text.length / group) * (groupBits[group] as number) + left,
    countBits: count,
    write: (put) => {
      for (let at = 0; at < text.length; at += group) {
        const part = text.slice(at, at + group);
        let value = 0;
        for (const character of part) value = value * base + alphanumeric.indexOf(character);
        put(value, groupBits[part.length] as number);
      }
    },
  };
}

/** Used anew for each code: codewords of the largest symbol before and after they are dealt out, and one block at work. */
const scratch = { data: new Uint8Array(3_706), dealt: new Uint8Array(3_706), block: new Uint8Array(256) };

function dataCodewords(segment: Segment, version: number, plan: BlockPlan): Uint8Array {
  const bytes = scratch.data.subarray(0, plan.data).fill(0);
  let at = 0;
  const put = (value: number, bits: number) => {
    for (let left = bits; left > 0; ) {
      const room = 8 - (at & 7);
      const take = Math.min(room, left);
      left -= take;
      const part = (value >>> left) & ((1 << take) - 1);
      bytes[at >> 3] = (bytes[at >> 3] as number) | (part << (room - take));
      at += take;
    }
  };
  put(segment.mode, 4);
  put(segment.count, segment.countBits(version));
  segment.write(put);
  at += Math.min(4, plan.data * 8 - at);
  for (let byte = (at + 7) >> 3, pad = 0xec; byte < plan.data; byte++, pad ^= 0xec ^ 0x11) bytes[byte] = pad;
  return bytes;
}

/** Splits the data into blocks, adds each block's error correction and deals both out in turn. */
function interleave(data: Uint8Array, plan: BlockPlan): Uint8Array {
  const shortLength = Math.floor(plan.data / plan.blocks);
  const shortBlocks = plan.blocks - (plan.data % plan.blocks);
  const result = scratch.dealt.subarray(0, plan.codewords);
  const work = scratch.block;
  for (let block = 0, from = 0; block < plan.blocks; block++) {
    const length = shortLength + (block < shortBlocks ? 0 : 1);
    for (let at = 0; at < length; at++) {
      const place = at < shortLength ? at * plan.blocks + block : shortLength * plan.blocks + block - shortBlocks;
      work[at] = data[from + at] as number;
      result[place] = work[at] as number;
    }
    divide(work, length, plan.correction);
    for (let at = 0; at < plan.correction; at++)
      result[plan.data + at * plan.blocks + block] = work[length + at] as number;
    from += length;
  }
  return result;
}

const exponents = new Uint8Array(512);
const logarithms = new Uint8Array(256);
for (let power = 0, value = 1; power < 255; power++) {
  exponents[power] = value;
  exponents[power + 255] = value;
  logarithms[value] = power;
  value = (value << 1) ^ (value >= 128 ? 0x11d : 0);
}

const divisors = new Map<number, Uint8Array>();

/** Logarithms of the coefficients of (x - 1)(x - a)...(x - a^(degree-1)), highest first, without the leading one. */
function divisor(degree: number): Uint8Array {
  let found = divisors.get(degree);
  if (!found) {
    let polynomial = [1];
    for (let root = 0; root < degree; root++) {
      const next = [...polynomial, 0];
      polynomial.forEach((coefficient, at) => {
        const product = exponents[(logarithms[coefficient] as number) + root] as number;
        next[at + 1] = (next[at + 1] as number) ^ product;
      });
      polynomial = next;
    }
    found = Uint8Array.from(polynomial.slice(1), (coefficient) => logarithms[coefficient] as number);
    divisors.set(degree, found);
  }
  return found;
}

/** Reed-Solomon over GF(256) with 0x11d: the remainder comes behind the data. No coefficient of a QR divisor is zero, so each has a logarithm. */
function divide(work: Uint8Array, length: number, degree: number): void {
  const by = divisor(degree);
  work.fill(0, length, length + degree);
  for (let at = 0; at < length; at++) {
    const factor = work[at] as number;
    if (factor === 0) continue;
    const power = logarithms[factor] as number;
    for (let term = 0; term < degree; term++)
      work[at + 1 + term] = (work[at + 1 + term] as number) ^ (exponents[power + (by[term] as number)] as number);
  }
}

function placeBits(codewords: Uint8Array, { words, bits }: QrSymbol['path'], modules: ModuleBits): void {
  for (let at = 0; at < codewords.length * 8; at++) {
    const dark = ((codewords[at >> 3] as number) >>> (7 - (at & 7))) & 1;
    const word = words[at] as number;
    modules[word] = (modules[word] as number) | (-dark & (bits[at] as number));
  }
}
