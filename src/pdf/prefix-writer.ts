/** Collects the objects of a document's constant part and lays them out as bytes with their own cross-reference stream. */

import type { ImportedArt } from './pdf-objects.ts';

export class PrefixWriter {
  readonly #bodies = new Map<number, string | Uint8Array>();
  /** Numbers below are kept for objects written later. */
  readonly #first: number;
  #next: number;

  constructor(reserved: number) {
    this.#first = reserved + 1;
    this.#next = this.#first;
  }

  /** A new object's number; its body is put later. */
  reserve(count = 1): number {
    const number = this.#next;
    this.#next += count;
    return number;
  }

  put(number: number, body: string | Uint8Array): void {
    this.#bodies.set(number, body);
  }

  add(body: string | Uint8Array): number {
    const number = this.reserve();
    this.put(number, body);
    return number;
  }

  /** Number of the art's XObject. */
  addArt(art: ImportedArt): number {
    const first = this.reserve(art.count);
    art
      .write((local) => first + local)
      .forEach((body, local) => {
        this.put(first + local, body);
      });
    return first;
  }

  /** The bytes, where their cross-reference stream begins, and the first number that is free. */
  finish(root: number): { bytes: Buffer; xrefAt: number; nextNumber: number } {
    const xref = this.reserve();
    const parts: Uint8Array[] = [Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')];
    let length = (parts[0] as Uint8Array).length;
    const entries = Buffer.alloc(7 * (xref - this.#first + 2));
    entries.writeUInt16BE(65_535, 5);
    const enter = (number: number) => {
      const at = 7 * (number - this.#first + 1);
      entries[at] = 1;
      entries.writeUInt32BE(length, at + 1);
    };
    for (let number = this.#first; number < xref; number++) {
      const body = this.#bodies.get(number);
      if (body === undefined) throw new Error(`PDF object ${number} was never written`);
      enter(number);
      const object = objectBytes(number, body);
      parts.push(object);
      length += object.length;
    }
    const xrefAt = length;
    enter(xref);
    const dictionary =
      `<</Type/XRef/Size ${xref + 1}/Root ${root} 0 R/W[1 4 2]/Index[0 1 ${this.#first} ${xref - this.#first + 1}]` +
      `/Length ${entries.length}>>stream\n`;
    parts.push(objectBytes(xref, Buffer.concat([Buffer.from(dictionary), entries, Buffer.from('\nendstream')])));
    return { bytes: Buffer.concat(parts), xrefAt, nextNumber: xref + 1 };
  }
}

function objectBytes(number: number, body: string | Uint8Array): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'latin1') : body;
  return Buffer.concat([Buffer.from(`${number} 0 obj\n`), bytes, Buffer.from('\nendobj\n')]);
}
