/** The syntax of PDF objects (ISO 32000-1, 7.3), read exactly where the file says they stand; every value remembers the bytes it was read from. */

import { assetFault } from '../asset-fault.ts';

export interface PdfName {
  kind: 'name';
  text: string;
}
export interface PdfRef {
  kind: 'ref';
  number: number;
  generation: number;
}
export interface PdfString {
  kind: 'string';
  /** Latin-1, escapes undone. */
  text: string;
}
export interface PdfArray {
  kind: 'array';
  items: PdfValue[];
}
export interface PdfEntry {
  value: PdfValue;
  /** Where the value was written in the bytes it was read from. */
  from: number;
  to: number;
}
export interface PdfDict {
  kind: 'dict';
  entries: Map<string, PdfEntry>;
  source: Buffer;
}
export type PdfValue = null | boolean | number | PdfName | PdfRef | PdfString | PdfArray | PdfDict;

const mostDeep = 100;

export const damaged = (what: string) => assetFault(`the PDF is damaged (${what}); open it and save it again`);

const blanks = new Set([0, 9, 10, 12, 13, 32]);
const delimiters = new Set(Buffer.from('()<>[]{}/%'));

export class SyntaxReader {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  /** Over white space and comments. */
  skip(): void {
    for (;;) {
      const byte = this.bytes[this.at];
      if (byte === 0x25) while (this.at < this.bytes.length && !this.#endsLine()) this.at++;
      else if (byte !== undefined && blanks.has(byte)) this.at++;
      else return;
    }
  }

  #endsLine(): boolean {
    return this.bytes[this.at] === 10 || this.bytes[this.at] === 13;
  }

  /** A run of regular characters, perhaps none. */
  word(): string {
    const from = this.at;
    for (let byte = this.bytes[this.at]; byte !== undefined; byte = this.bytes[++this.at])
      if (blanks.has(byte) || delimiters.has(byte)) break;
    if (this.at - from > 200) throw damaged('an endless word');
    return this.bytes.toString('latin1', from, this.at);
  }

  /** Whether the word stands here; then it is read. */
  takes(word: string): boolean {
    this.skip();
    const from = this.at;
    if (this.word() === word) return true;
    this.at = from;
    return false;
  }

  integer(): number {
    this.skip();
    const word = this.word();
    if (!/^\d{1,10}$/.test(word)) throw damaged('a number is missing');
    return Number(word);
  }

  value(depth = 0): PdfValue {
    if (depth > mostDeep) throw damaged('nested too deeply');
    this.skip();
    const byte = this.bytes[this.at];
    if (byte === 0x2f) return this.#name();
    if (byte === 0x28) return this.#literal();
    if (byte === 0x5b) return this.#array(depth);
    if (byte === 0x3c) return this.bytes[this.at + 1] === 0x3c ? this.#dict(depth) : this.#hex();
    const word = this.word();
    if (word === 'true' || word === 'false') return word === 'true';
    if (word === 'null') return null;
    if (!/^[+-]*\d*\.?\d*(?:-\d*)?$/.test(word) || !/\d/.test(word)) throw damaged('an object cannot be read');
    return this.#reference(word) ?? (Number.parseFloat(word.replace(/^[+-]*(?=[+-])/, '')) || 0);
  }

  /** `12 0 R`, of which the first number was read. */
  #reference(word: string): PdfRef | undefined {
    if (!/^\d{1,10}$/.test(word)) return undefined;
    const back = this.at;
    this.skip();
    const generation = this.word();
    if (/^\d{1,5}$/.test(generation) && this.takes('R'))
      return { kind: 'ref', number: Number(word), generation: Number(generation) };
    this.at = back;
    return undefined;
  }

  #name(): PdfName {
    this.at++;
    const text = this.word().replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    return { kind: 'name', text };
  }

  #literal(): PdfString {
    const from = this.at + 1;
    let depth = 0;
    for (; this.at < this.bytes.length; this.at++) {
      const byte = this.bytes[this.at];
      if (byte === 0x5c) this.at++;
      else if (byte === 0x28) depth++;
      else if (byte === 0x29 && --depth === 0) {
        const raw = this.bytes.toString('latin1', from, this.at++);
        return { kind: 'string', text: raw.length > 10_000 ? raw : unescaped(raw) };
      }
    }
    throw damaged('a text has no end');
  }

  #hex(): PdfString {
    const end = this.bytes.indexOf(0x3e, this.at);
    if (end < 0) throw damaged('a text has no end');
    const text = this.bytes.toString('latin1', this.at + 1, end).replace(/[\s\0]/g, '');
    if (!/^[0-9A-Fa-f]*$/.test(text)) throw damaged('a text cannot be read');
    this.at = end + 1;
    return { kind: 'string', text: Buffer.from(text.length % 2 ? `${text}0` : text, 'hex').toString('latin1') };
  }

  #array(depth: number): PdfArray {
    this.at++;
    const items: PdfValue[] = [];
    for (;;) {
      this.skip();
      if (this.bytes[this.at] === 0x5d) break;
      items.push(this.value(depth + 1));
    }
    this.at++;
    return { kind: 'array', items };
  }

  #dict(depth: number): PdfDict {
    this.at += 2;
    const entries = new Map<string, PdfEntry>();
    for (;;) {
      this.skip();
      if (this.bytes[this.at] === 0x3e && this.bytes[this.at + 1] === 0x3e) break;
      if (this.bytes[this.at] !== 0x2f) throw damaged('a dictionary cannot be read');
      const key = this.#name().text;
      this.skip();
      const from = this.at;
      const value = this.value(depth + 1);
      // Readers disagree which of two counts, so that one of them could be hidden from us.
      if (entries.has(key)) throw damaged('a dictionary says one thing twice');
      entries.set(key, { value, from, to: this.at });
    }
    this.at += 2;
    return { kind: 'dict', entries, source: this.bytes };
  }
}

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

function unescaped(raw: string): string {
  return raw.replace(/\\(?:([0-7]{1,3})|(\r\n|[\s\S]))/g, (_, octal?: string, one?: string) => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    return /^[\r\n]/.test(one as string) ? '' : (escapes[one as string] ?? (one as string));
  });
}

/** An entry's bytes as they were written, Latin-1. */
export function rawEntry(dict: PdfDict, key: string): string {
  const entry = dict.entries.get(key);
  return entry ? dict.source.toString('latin1', entry.from, entry.to) : '';
}

/** A name as it is written; its text is Latin-1. */
export function nameSyntax(text: string): string {
  return `/${[...text].map((one) => (/[A-Za-z0-9_.+*-]/.test(one) ? one : `#${one.charCodeAt(0).toString(16).padStart(2, '0')}`)).join('')}`;
}
