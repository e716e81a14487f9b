/** Objects of a document's own part and their places, closed by a cross-reference stream that goes on in the prefix. */

import { hash } from 'node:crypto';
import { ownObjects, type PageProgram } from './compile-page.ts';
import type { PackWriter } from './pack-writer.ts';

export class TailWriter {
  readonly #pack: PackWriter;
  /** Of the prefix, and where the tail begins in the pack. */
  readonly #prefixLength: number;
  readonly #start: number;
  readonly #offsets = new Map<number, number>();
  /** Latin-1 text that is to come next. */
  #text = '';

  constructor(pack: PackWriter, prefixLength: number) {
    this.#pack = pack;
    this.#prefixLength = prefixLength;
    this.#start = pack.length;
  }

  /** Writes an object; answers where its body begins. Strings are Latin-1. */
  object(number: number, body: string | Uint8Array): number {
    this.#begin(number);
    this.#text += `${number} 0 obj\n`;
    const at = this.#length;
    if (typeof body === 'string') this.#text += body;
    else this.#bytes(body);
    this.#text += '\nendobj\n';
    return at;
  }

  /** Writes a stream of data that is already as its filter wants it; answers where the data begins. Strings are UTF-8. */
  stream(number: number, dictionary: string, ...data: (string | Uint8Array)[]): { at: number; length: number } {
    const lengths = data.map((piece) => (typeof piece === 'string' ? Buffer.byteLength(piece) : piece.length));
    const length = lengths.reduce((sum, one) => sum + one, 0);
    this.#begin(number);
    this.#text += `${number} 0 obj\n<<${dictionary}/Length ${length}>>stream\n`;
    const at = this.#length;
    data.forEach((piece, index) => {
      if (typeof piece !== 'string') this.#bytes(piece);
      else {
        this.#flush();
        this.#pack.utf8(piece, lengths[index] as number);
      }
    });
    this.#text += '\nendstream\nendobj\n';
    return { at, length };
  }

  /** Writes the cross-reference stream and the end of the file; answers the whole tail, good until more is written to the pack. */
  finish(program: PageProgram, xref: number, credentialId: string): Buffer {
    const at = this.#prefixLength + this.#length;
    this.#offsets.set(xref, at);
    const numbers = [...this.#offsets.keys()].sort((a, b) => a - b);
    const entries = Buffer.alloc(numbers.length * 5);
    numbers.forEach((number, index) => {
      entries[index * 5] = 1;
      entries.writeUInt32BE(this.#offsets.get(number) as number, index * 5 + 1);
    });
    const id = hash('sha256', program.prefixHash + credentialId, 'hex').slice(0, 32);
    this.stream(
      xref,
      `/Type/XRef/Size ${xref + 1}/Root ${program.root} 0 R/Info ${ownObjects.info} 0 R` +
        `/ID[<${program.prefixHash.slice(0, 32)}><${id}>]/Prev ${program.xrefAt}/W[1 4 0]/Index[${sections(numbers)}]`,
      entries,
    );
    this.#text += `startxref\n${at}\n%%EOF\n`;
    this.#flush();
    return this.#pack.from(this.#start);
  }

  get #length(): number {
    return this.#pack.length + this.#text.length - this.#start;
  }

  #begin(number: number): void {
    this.#offsets.set(number, this.#prefixLength + this.#length);
  }

  #bytes(data: Uint8Array): void {
    this.#flush();
    this.#pack.write(data);
  }

  #flush(): void {
    if (this.#text !== '') this.#pack.latin1(this.#text);
    this.#text = '';
  }
}

/** Ascending numbers as pairs of first and count. */
function sections(numbers: readonly number[]): string {
  const pairs: [number, number][] = [];
  for (const number of numbers) {
    const last = pairs.at(-1);
    if (last && last[0] + last[1] === number) last[1]++;
    else pairs.push([number, 1]);
  }
  return pairs.flat().join(' ');
}
