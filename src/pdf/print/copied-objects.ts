/** Objects of a source as they were written there, each copied once; only the numbers in references change, and what hangs on drawings without being drawn stays behind. */

import { isDict } from '../upload/cross-references.ts';
import { nameSyntax, type PdfDict, type PdfEntry, SyntaxReader } from '../upload/pdf-syntax.ts';
import type { PdfObject, UploadedPdf } from '../upload/uploaded-pdf.ts';
import type { RunWriter } from './run-writer.ts';

/** Of streams; the private data of drawing programs can be larger than the drawing. */
const leftBehind = new Set([
  ...['Length', 'Metadata', 'PieceInfo', 'OPI', 'Thumb', 'StructParent', 'StructParents', 'LastModified', 'AF'],
]);
/** By way of these a drawing would bring the whole document along. */
const structure = new Set(['Catalog', 'Pages', 'Page', 'StructTreeRoot', 'StructElem', 'Outlines']);

export class CopiedObjects {
  readonly #pdf: UploadedPdf;
  readonly #writer: RunWriter;
  readonly #numbers = new Map<number, number>();
  readonly #waiting: number[] = [];

  constructor(pdf: UploadedPdf, writer: RunWriter) {
    this.#pdf = pdf;
    this.#writer = writer;
  }

  /** What stands in the new file for a reference of the source. */
  reference(number: number): string {
    const known = this.#numbers.get(number);
    if (known !== undefined) return `${known} 0 R`;
    const place = this.#pdf.index.places.get(number);
    if (place === undefined || place === 'free') return 'null';
    const copy = this.#writer.reserve();
    this.#numbers.set(number, copy);
    this.#waiting.push(number);
    return `${copy} 0 R`;
  }

  /** An entry's value. */
  entry(dict: PdfDict, key: string): string {
    const { from, to } = dict.entries.get(key) as PdfEntry;
    return this.#written(dict.source, from, to);
  }

  /** Entries of a dictionary. */
  entries(dict: PdfDict, keys: Iterable<string>): string {
    let text = '';
    for (const key of keys) if (dict.entries.has(key)) text += `${nameSyntax(key)} ${this.entry(dict, key)}\n`;
    return text;
  }

  /** A drawing to be called by `Do`, which old programs did not always name one. */
  form(number: number): string {
    const value = this.#pdf.object(number)?.value;
    if (!this.#numbers.has(number) && isDict(value) && !value.entries.has('Subtype')) {
      const copy = this.#writer.reserve();
      this.#numbers.set(number, copy);
      this.#stream(copy, this.#pdf.object(number) as PdfObject, '/Subtype/Form');
    }
    return this.reference(number);
  }

  /** Writes what was referred to since, and what that refers to. */
  flush(): void {
    for (let number = this.#waiting.pop(); number !== undefined; number = this.#waiting.pop()) {
      const copy = this.#numbers.get(number) as number;
      const object = this.#pdf.read(number);
      if (!object || this.#isStructure(object)) this.#writer.object(copy, 'null');
      else if (object.data) this.#stream(copy, object);
      else this.#writer.object(copy, this.#written(object.source, object.from, object.to));
    }
  }

  #stream(copy: number, { value, data = Buffer.alloc(0) }: PdfObject, more = ''): void {
    const dict = value as PdfDict;
    const kept = [...dict.entries.keys()].filter((key) => !leftBehind.has(key));
    const head = `<<${this.entries(dict, kept)}${more}/Length ${data.length}>>stream\n`;
    this.#writer.object(copy, head, data, '\nendstream');
  }

  #isStructure({ value }: PdfObject): boolean {
    return isDict(value) && structure.has(this.#pdf.name(value, 'Type') ?? '');
  }

  /** The bytes between two places with references put right. */
  #written(source: Buffer, from: number, to: number): string {
    const reader = new SyntaxReader(source, from);
    let text = '';
    let kept = from;
    /** Where the last two words stand, while they are whole numbers. */
    let integers: { at: number; value: number }[] = [];
    for (reader.skip(); reader.at < to; reader.skip()) {
      const { at } = reader;
      const word = reader.word();
      if (/^\d{1,10}$/.test(word)) integers = [...integers.slice(-1), { at, value: Number(word) }];
      else {
        const [target] = integers;
        if (word === 'R' && target && integers.length === 2) {
          text += source.toString('latin1', kept, target.at) + this.reference(target.value);
          kept = reader.at;
        } else if (word === '') passDelimiter(reader);
        integers = [];
      }
    }
    return text + source.toString('latin1', kept, to);
  }
}

/** Over a whole name or string, or one bracket. */
function passDelimiter(reader: SyntaxReader): void {
  const { bytes, at } = reader;
  const byte = bytes[at];
  if (byte === 0x2f || byte === 0x28 || (byte === 0x3c && bytes[at + 1] !== 0x3c)) reader.value();
  else reader.at += byte === 0x3c ? 2 : 1;
}
