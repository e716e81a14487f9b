/** The fixed parts of QR symbols (ISO/IEC 18004): function patterns, the way data runs, masks with format bits; built once per version. */

export type ErrorCorrection = 'L' | 'M' | 'Q' | 'H';
export const corrections: readonly ErrorCorrection[] = ['L', 'M', 'Q', 'H'];
const formatCodes = { L: 1, M: 0, Q: 3, H: 2 };

/** Light rows that stand above and below a square of modules. */
export const beside = 4;

/**
 * A square of modules as bits: 32 columns of all rows after the other, then the next 32. Bit 0 is the left end; rows that are not there stand
 * above and below, light.
 */
export type ModuleBits = Int32Array;

export interface QrSymbol {
  size: number;
  /** Words a row. */
  words: number;
  /** Finder, timing, alignment, version patterns and the dark module. */
  functions: ModuleBits;
  /** Of each data bit in reading order: its word, and the bit in it. */
  path: { words: Uint16Array; bits: Int32Array };
  /** Used anew for each code: its modules without a mask and with one. */
  scratch: { base: ModuleBits; masked: ModuleBits };
}

const symbols: (QrSymbol | undefined)[] = [];

export function qrSymbol(version: number): QrSymbol {
  symbols[version] ??= buildSymbol(version);
  return symbols[version];
}

const overlays = new Map<number, ModuleBits[]>();

/** The eight mask patterns over the data modules together with their format bits. */
export function maskOverlays(version: number, correction: ErrorCorrection): readonly ModuleBits[] {
  const key = version * 4 + formatCodes[correction];
  let found = overlays.get(key);
  if (!found) {
    const symbol = qrSymbol(version);
    found = maskRules.map((rule, mask) => buildOverlay(symbol, correction, mask, rule));
    overlays.set(key, found);
  }
  return found;
}

type Square = Pick<QrSymbol, 'size' | 'words'>;

const emptyBits = ({ size, words }: Square) => new Int32Array((size + 2 * beside) * words);

/** Where in a square of that size the word of a module stands. */
export function wordAt(size: number, x: number, y: number): number {
  return (x >> 5) * (size + 2 * beside) + beside + y;
}

export function setDark(bits: ModuleBits, size: number, x: number, y: number): void {
  const at = wordAt(size, x, y);
  bits[at] = (bits[at] as number) | (1 << (x & 31));
}

/** Modules that carry data and error correction, remainder bits included. */
export function rawDataModules(version: number): number {
  let modules = (16 * version + 128) * version + 64;
  if (version >= 2) {
    const alignments = Math.floor(version / 7) + 2;
    modules -= (25 * alignments - 10) * alignments - 55;
    if (version >= 7) modules -= 36;
  }
  return modules;
}

function buildSymbol(version: number): QrSymbol {
  const size = 17 + 4 * version;
  const words = (size + 31) >> 5;
  const functions = emptyBits({ size, words });
  const reserved = new Uint8Array(size * size);
  const put = (x: number, y: number, dark: boolean) => {
    if (x < 0 || y < 0 || x >= size || y >= size) return;
    reserved[y * size + x] = 1;
    if (dark) setDark(functions, size, x, y);
  };
  const ring = (x: number, y: number, radius: number, darkAt: (distance: number) => boolean) => {
    for (let dy = -radius; dy <= radius; dy++)
      for (let dx = -radius; dx <= radius; dx++) put(x + dx, y + dy, darkAt(Math.max(Math.abs(dx), Math.abs(dy))));
  };
  for (const [x, y] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const)
    ring(x, y, 4, (far) => far !== 2 && far !== 4);
  for (let at = 8; at < size - 8; at++) {
    put(6, at, at % 2 === 0);
    put(at, 6, at % 2 === 0);
  }
  const centers = alignmentCenters(version, size);
  const last = centers.length - 1;
  centers.forEach((y, j) => {
    centers.forEach((x, i) => {
      const corner = (i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0);
      if (!corner) ring(x, y, 2, (far) => far !== 1);
    });
  });
  for (const [x, y] of formatPlaces(size).flat() as [number, number][]) reserved[y * size + x] = 1;
  put(8, size - 8, true);
  if (version >= 7) putVersion(version, size, put);
  const scratch = { base: emptyBits({ size, words }), masked: emptyBits({ size, words }) };
  return { size, words, functions, path: dataPath(size, reserved), scratch };
}

function alignmentCenters(version: number, size: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = version === 32 ? 26 : Math.ceil((version * 4 + 4) / (count * 2 - 2)) * 2;
  const centers = [6];
  for (let at = count - 2; at >= 0; at--) centers.push(size - 7 - at * step);
  return centers;
}

function putVersion(version: number, size: number, put: (x: number, y: number, dark: boolean) => void): void {
  let remainder = version;
  for (let step = 0; step < 12; step++) remainder = (remainder << 1) ^ ((remainder >>> 11) * 0x1f25);
  const bits = (version << 12) | remainder;
  for (let at = 0; at < 18; at++) {
    const dark = ((bits >>> at) & 1) === 1;
    const far = size - 11 + (at % 3);
    const near = Math.floor(at / 3);
    put(far, near, dark);
    put(near, far, dark);
  }
}

/** Where each of the 15 format bits stands, twice. */
function formatPlaces(size: number): [[number, number], [number, number]][] {
  return Array.from({ length: 15 }, (_, bit) => {
    const first: [number, number] = bit < 6 ? [8, bit] : bit < 8 ? [8, bit + 1] : bit === 8 ? [7, 8] : [14 - bit, 8];
    const second: [number, number] = bit < 8 ? [size - 1 - bit, 8] : [8, size - 15 + bit];
    return [first, second];
  });
}

function dataPath(size: number, reserved: Uint8Array): QrSymbol['path'] {
  const words: number[] = [];
  const bits: number[] = [];
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    const upward = ((right + 1) & 2) === 0;
    for (let step = 0; step < size; step++) {
      const y = upward ? size - 1 - step : step;
      for (const x of [right, right - 1])
        if (reserved[y * size + x] === 0) {
          words.push(wordAt(size, x, y));
          bits.push(1 << (x & 31));
        }
    }
  }
  return { words: Uint16Array.from(words), bits: Int32Array.from(bits) };
}

const maskRules: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

function buildOverlay(
  { size, words, path }: QrSymbol,
  correction: ErrorCorrection,
  mask: number,
  rule: (x: number, y: number) => boolean,
): ModuleBits {
  const overlay = emptyBits({ size, words });
  path.words.forEach((word, at) => {
    const bit = path.bits[at] as number;
    const x = 32 * Math.floor(word / (size + 2 * beside)) + 31 - Math.clz32(bit);
    const y = (word % (size + 2 * beside)) - beside;
    if (rule(x, y)) overlay[word] = (overlay[word] as number) | bit;
  });
  const data = (formatCodes[correction] << 3) | mask;
  let remainder = data;
  for (let step = 0; step < 10; step++) remainder = (remainder << 1) ^ ((remainder >>> 9) * 0x537);
  const format = ((data << 10) | remainder) ^ 0x5412;
  formatPlaces(size).forEach((places, bit) => {
    if (((format >>> bit) & 1) === 1) for (const [x, y] of places) setDark(overlay, size, x, y);
  });
  return overlay;
}
