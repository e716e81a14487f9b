/** An uploaded PDF read through its own index: each object exactly where the index says, and nothing that lies anywhere else. */

import { assetFault } from '../asset-fault.ts';
import {
  type CrossReferences,
  inflated,
  isArray,
  isDict,
  isName,
  type Place,
  readCrossReferences,
  streamBytes,
} from './cross-references.ts';
import { damaged, type PdfDict, type PdfValue, SyntaxReader } from './pdf-syntax.ts';

export interface PdfObject {
  value: PdfValue;
  /** Where the value was written. */
  source: Buffer;
  from: number;
  to: number;
  /** Of a stream, still packed. */
  data?: Buffer;
}

/** Bytes of one object stream and of all: they are held as long as the file is looked at. */
const mostUnpacked = { one: 50_000_000, all: 200_000_000 };
const shortNames = new Map([
  ['Fl', 'FlateDecode'],
  ['LZW', 'LZWDecode'],
  ['RL', 'RunLengthDecode'],
  ['AHx', 'ASCIIHexDecode'],
  ['A85', 'ASCII85Decode'],
]);

export class UploadedPdf {
  readonly bytes: Buffer;
  readonly index: CrossReferences;
  readonly #objects = new Map<number, PdfObject>();
  readonly #open = new Set<number>();
  readonly #containers = new Map<number, { reader: SyntaxReader; places: Map<number, number> }>();
  #left = mostUnpacked.all;

  /** Throws `invalid_input` for more than `mostObjects`, and whatever the index of the file is refused for. */
  constructor(bytes: Buffer, mostObjects: number) {
    if (!/^%PDF-[12]\.\d/.test(bytes.toString('latin1', 0, 8))) throw assetFault('the file is not a PDF');
    this.bytes = bytes;
    this.index = readCrossReferences(bytes, mostObjects);
  }

  /** Numbers of the objects in use. */
  *numbers(): Generator<number> {
    for (const [number, place] of this.index.places) if (place !== 'free') yield number;
  }

  /** Undefined where the index names none. */
  object(number: number): PdfObject | undefined {
    const known = this.#objects.get(number);
    if (known) return known;
    const object = this.read(number);
    if (object) this.#objects.set(number, object);
    return object;
  }

  /** The same without remembering it: a million objects do not fit into the heap. */
  read(number: number): PdfObject | undefined {
    const place = this.index.places.get(number);
    if (place === undefined || place === 'free') return undefined;
    if (this.#open.has(number)) throw damaged('an object contains itself');
    this.#open.add(number);
    const object = 'at' in place ? this.#plain(number, place) : this.#packed(number, place);
    this.#open.delete(number);
    return object;
  }

  /** The value itself where it is a reference. */
  look(value: PdfValue | undefined): PdfValue {
    let found = value ?? null;
    for (let steps = 0; typeof found === 'object' && found?.kind === 'ref'; steps++) {
      if (steps > 20) throw damaged('a reference leads to itself');
      found = this.object(found.number)?.value ?? null;
    }
    return found;
  }

  dict(value: PdfValue | undefined): PdfDict | undefined {
    const found = this.look(value);
    return isDict(found) ? found : undefined;
  }

  items(value: PdfValue | undefined): PdfValue[] | undefined {
    const found = this.look(value);
    return isArray(found) ? found.items : undefined;
  }

  get(dict: PdfDict | undefined, key: string): PdfValue {
    return this.look(dict?.entries.get(key)?.value);
  }

  name(dict: PdfDict | undefined, key: string): string | undefined {
    const found = this.get(dict, key);
    return isName(found) ? found.text : undefined;
  }

  number(dict: PdfDict | undefined, key: string): number | undefined {
    const found = this.get(dict, key);
    return typeof found === 'number' ? found : undefined;
  }

  /** Names of a stream's filters, in the order of decoding. */
  filters(dict: PdfDict): string[] {
    const found = this.get(dict, 'Filter');
    const list = isArray(found) ? found.items.map((one) => this.look(one)) : found === null ? [] : [found];
    return list.map((one) => {
      if (!isName(one)) throw damaged('a filter has no name');
      return shortNames.get(one.text) ?? one.text;
    });
  }

  #plain(number: number, { at, generation }: Extract<Place, { at: number }>): PdfObject {
    if (at >= this.bytes.length) throw damaged('its index leads beyond its end');
    const reader = new SyntaxReader(this.bytes, at);
    if (reader.integer() !== number || reader.integer() !== generation || !reader.takes('obj'))
      throw damaged('its index is wrong');
    const written = this.#value(reader);
    const { value } = written;
    reader.skip();
    if (!isDict(value) || !this.bytes.subarray(reader.at, reader.at + 6).equals(Buffer.from('stream'))) {
      if (!reader.takes('endobj')) throw damaged('an object has no end');
      return written;
    }
    const length = this.look(value.entries.get('Length')?.value);
    return { ...written, data: streamBytes(reader, typeof length === 'number' && length >= 0 ? length : undefined) };
  }

  #value(reader: SyntaxReader): PdfObject {
    reader.skip();
    const from = reader.at;
    return { value: reader.value(), source: reader.bytes, from, to: reader.at };
  }

  #packed(number: number, { container }: Extract<Place, { container: number }>): PdfObject {
    const { reader, places } = this.#container(container);
    const at = places.get(number);
    if (at === undefined) throw damaged('its index is wrong');
    reader.at = at;
    return this.#value(reader);
  }

  #container(number: number) {
    const known = this.#containers.get(number);
    if (known) return known;
    const place = this.index.places.get(number);
    if (place === undefined || place === 'free' || !('at' in place)) throw damaged('its index is wrong');
    const { value = null, data } = this.object(number) ?? {};
    if (!isDict(value) || !data || this.name(value, 'Type') !== 'ObjStm') throw damaged('its index is wrong');
    const filters = this.filters(value);
    const parms = this.dict(value.entries.get('DecodeParms')?.value);
    if (
      filters.some((filter) => filter !== 'FlateDecode') ||
      filters.length > 1 ||
      (this.number(parms, 'Predictor') ?? 1) > 1
    )
      throw damaged('its objects are packed in an unusual way');
    const plain = filters.length === 0 ? data : inflated(data, Math.min(mostUnpacked.one, this.#left));
    this.#left = Math.max(1, this.#left - plain.length);
    const first = this.number(value, 'First') ?? 0;
    const reader = new SyntaxReader(plain, 0);
    const places = new Map<number, number>();
    for (let left = this.number(value, 'N') ?? 0; left > 0; left--) {
      const one = reader.integer();
      places.set(one, first + reader.integer());
    }
    const made = { reader, places };
    this.#containers.set(number, made);
    return made;
  }
}
