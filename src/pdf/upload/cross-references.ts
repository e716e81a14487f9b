/** The cross-reference sections of a PDF (ISO 32000-1, 7.5), newest first, read as every viewer reads them; a file that needs repair is refused. */

import { inflateSync } from 'node:zlib';
import { assetFault } from '../asset-fault.ts';
import { damaged, type PdfDict, type PdfValue, SyntaxReader } from './pdf-syntax.ts';

export type Place = { at: number; generation: number } | { container: number; index: number } | 'free';

export interface CrossReferences {
  places: Map<number, Place>;
  /** The newest section: what it says, where it begins, and how it is written. */
  trailer: PdfDict;
  at: number;
  kind: 'table' | 'stream';
  /** The first number that no section uses. */
  next: number;
}

const limits = { sections: 500, unpacked: 50_000_000 };

export function readCrossReferences(bytes: Buffer, mostObjects: number): CrossReferences {
  const start = startOf(bytes);
  const places = new Places(mostObjects);
  const seen = new Set<number>();
  let newest: { trailer: PdfDict; kind: 'table' | 'stream' } | undefined;
  let next = 0;
  const read = (at: number) => {
    if (seen.has(at) || seen.size >= limits.sections) throw damaged('its index runs in a circle');
    seen.add(at);
    const section = readSection(bytes, at, places);
    const { trailer } = section;
    if (trailer.entries.has('Encrypt'))
      throw assetFault('the PDF is encrypted; save it without a password or restrictions');
    next = Math.max(next, numberIn(trailer, 'Size') ?? 0);
    newest ??= section;
    return trailer;
  };
  for (let at: number | undefined = start; at !== undefined; ) {
    const trailer = read(at);
    const hybrid = numberIn(trailer, 'XRefStm');
    if (hybrid !== undefined) read(hybrid);
    at = numberIn(trailer, 'Prev');
  }
  for (const number of places.all.keys()) next = Math.max(next, number + 1);
  if (next > 2 ** 31) throw damaged('its index is too large');
  return { places: places.all, ...(newest as { trailer: PdfDict; kind: 'table' | 'stream' }), at: start, next };
}

/** What the last `startxref` says; behind it nothing but the end of the file may stand. */
function startOf(bytes: Buffer): number {
  const at = bytes.lastIndexOf('startxref');
  if (at < 0) throw assetFault('the PDF is cut off; upload the whole file');
  const match = /^startxref\s+(\d{1,10})\s+%%EOF([\s\0]*)$/.exec(bytes.toString('latin1', at, at + 4_096));
  if (!match || bytes.length > at + 4_096)
    throw assetFault('the PDF is cut off or other data follow its end; save it again');
  return Number(match[1]);
}

function readSection(bytes: Buffer, at: number, places: Places) {
  if (at >= bytes.length) throw damaged('its index is missing');
  const reader = new SyntaxReader(bytes, at);
  if (reader.takes('xref')) return { trailer: readTable(reader, places), kind: 'table' as const };
  return { trailer: readStream(reader, places), kind: 'stream' as const };
}

class Places {
  readonly all = new Map<number, Place>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** The newest section comes first and counts. */
  note(number: number, place: Place): void {
    if (!this.all.has(number)) this.all.set(number, place);
    if (this.all.size > this.#most) throw assetFault('the PDF is made of too many objects; print it to a new PDF');
  }
}

function readTable(reader: SyntaxReader, places: Places): PdfDict {
  while (!reader.takes('trailer')) {
    const first = reader.integer();
    const count = reader.integer();
    for (let number = first; number < first + count; number++) {
      const at = reader.integer();
      const generation = reader.integer();
      if (reader.takes('n')) places.note(number, at === 0 ? 'free' : { at, generation });
      else if (reader.takes('f')) places.note(number, 'free');
      else throw damaged('its index cannot be read');
    }
  }
  const trailer = reader.value();
  if (!isDict(trailer)) throw damaged('it has no trailer');
  return trailer;
}

function readStream(reader: SyntaxReader, places: Places): PdfDict {
  reader.integer();
  reader.integer();
  if (!reader.takes('obj')) throw damaged('its index is missing');
  const dict = reader.value();
  if (!isDict(dict) || nameIn(dict, 'Type') !== 'XRef') throw damaged('its index is missing');
  const length = numberIn(dict, 'Length');
  const data = unpackIndex(dict, streamBytes(reader, length));
  const widths = numbersIn(dict, 'W');
  const [a, b, c] = widths as [number, number, number];
  if (widths.length !== 3 || widths.some((width) => width > 6) || a + b + c === 0) throw damaged('its index');
  const sections = dict.entries.has('Index') ? numbersIn(dict, 'Index') : [0, numberIn(dict, 'Size') ?? 0];
  let at = 0;
  const field = (width: number, absent: number) => {
    const value = width === 0 ? absent : data.readUIntBE(at, width);
    at += width;
    return value;
  };
  for (let pair = 0; pair + 1 < sections.length; pair += 2) {
    const [first, count] = [sections[pair] as number, sections[pair + 1] as number];
    for (let number = first; number < first + count; number++) {
      if (at + a + b + c > data.length) throw damaged('its index is too short');
      const type = field(a, 1);
      const [second, third] = [field(b, 0), field(c, 0)];
      if (type === 1) places.note(number, { at: second, generation: third });
      else if (type === 2) places.note(number, { container: second, index: third });
      else places.note(number, 'free');
    }
  }
  return dict;
}

/** The bytes of the stream whose dictionary was just read; its length must be right. */
export function streamBytes(reader: SyntaxReader, length: number | undefined): Buffer {
  const { bytes } = reader;
  if (length === undefined || !reader.takes('stream')) throw damaged('a stream has no length');
  if (bytes[reader.at] === 13) reader.at++;
  if (bytes[reader.at] === 10) reader.at++;
  const from = reader.at;
  reader.at += length;
  if (reader.at > bytes.length) throw assetFault('the PDF is cut off; upload the whole file');
  if (!reader.takes('endstream')) throw damaged('the length of a stream is wrong');
  return bytes.subarray(from, from + length);
}

/** Of the filters only Flate with PNG's predictors is used for an index. */
function unpackIndex(dict: PdfDict, data: Buffer): Buffer {
  if (!dict.entries.has('Filter')) return data;
  const filter = dict.entries.get('Filter')?.value as PdfValue;
  const names = isArray(filter) ? filter.items : [filter];
  if (names.length !== 1 || !isName(names[0]) || names[0].text !== 'FlateDecode') throw damaged('its index is packed');
  const plain = inflated(data, limits.unpacked);
  const found = dict.entries.get('DecodeParms')?.value ?? null;
  const parms = isArray(found) ? (found.items[0] ?? null) : found;
  if (!isDict(parms) || (numberIn(parms, 'Predictor') ?? 1) === 1) return plain;
  const columns = numberIn(parms, 'Columns') ?? 1;
  if ((numberIn(parms, 'Predictor') ?? 1) < 10 || columns < 1 || columns > 32) throw damaged('its index is packed');
  return withoutPredictor(plain, columns);
}

/** PNG's filters, one byte a pixel (RFC 2083, 6). */
function withoutPredictor(data: Buffer, columns: number): Buffer {
  const rows = Math.floor(data.length / (columns + 1));
  const plain = Buffer.alloc(rows * columns);
  for (let row = 0; row < rows; row++) {
    const filter = data[row * (columns + 1)] as number;
    for (let column = 0; column < columns; column++) {
      const to = row * columns + column;
      const left = column > 0 ? (plain[to - 1] as number) : 0;
      const up = row > 0 ? (plain[to - columns] as number) : 0;
      const corner = column > 0 && row > 0 ? (plain[to - columns - 1] as number) : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      if (guess === undefined) throw damaged('its index is packed');
      plain[to] = ((data[row * (columns + 1) + 1 + column] as number) + guess) & 0xff;
    }
  }
  return plain;
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

export function inflated(data: Uint8Array, most: number): Buffer {
  try {
    return inflateSync(data, { maxOutputLength: most });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE')
      throw assetFault('the PDF unpacks to far more than its size; print it to a new PDF');
    throw damaged('packed data cannot be unpacked');
  }
}

export const isDict = (value: PdfValue | undefined): value is PdfDict =>
  typeof value === 'object' && value?.kind === 'dict';
export const isArray = (value: PdfValue | undefined): value is Extract<PdfValue, { kind: 'array' }> =>
  typeof value === 'object' && value?.kind === 'array';
export const isName = (value: PdfValue | undefined): value is Extract<PdfValue, { kind: 'name' }> =>
  typeof value === 'object' && value?.kind === 'name';

function numberIn(dict: PdfDict, key: string): number | undefined {
  const value = dict.entries.get(key)?.value;
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) throw damaged(`its index, ${key}`);
  return value;
}

function nameIn(dict: PdfDict, key: string): string | undefined {
  const value = dict.entries.get(key)?.value;
  return isName(value) ? value.text : undefined;
}

function numbersIn(dict: PdfDict, key: string): number[] {
  const value = dict.entries.get(key)?.value;
  if (!isArray(value)) throw damaged(`its index, ${key}`);
  return value.items.map((item) => {
    if (typeof item !== 'number' || !Number.isInteger(item) || item < 0) throw damaged(`its index, ${key}`);
    return item;
  });
}
