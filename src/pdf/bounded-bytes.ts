/** The bytes of a foreign PDF as its parser reads them, of which it may read only so many: it goes back as often as the file makes it. */

import type { PDFObjectParser } from '@cantoo/pdf-lib';
import { assetFault } from './asset-fault.ts';

/** What is left for a file and all of its object streams; below nothing, every further read throws. */
export interface Reads {
  left: number;
}

/** A place is asked for at each dictionary and for each error, both of which cost as much as reading many bytes. */
const readsPerPlace = 30;
const endOfStream = Buffer.from('endstream');

/** Has the shape of the library's `ByteStream`. */
class BoundedBytes {
  readonly bytes: Uint8Array;
  readonly length: number;
  readonly #reads: Reads;
  #at = 0;

  constructor(bytes: Uint8Array, reads: Reads) {
    this.bytes = bytes;
    this.length = bytes.length;
    this.#reads = reads;
  }

  moveTo(offset: number): void {
    this.#at = offset;
  }

  next(): number {
    this.#count(1);
    return this.bytes[this.#at++] as number;
  }

  assertNext(expected: number): number {
    if (this.peek() !== expected) throw new Error(`something else stands at ${this.#at}`);
    return this.next();
  }

  peek(): number {
    return this.bytes[this.#at] as number;
  }

  peekAhead(steps: number): number {
    return this.bytes[this.#at + steps] as number;
  }

  peekAt(offset: number): number {
    return this.bytes[offset] as number;
  }

  done(): boolean {
    return this.#at >= this.length;
  }

  offset(): number {
    return this.#at;
  }

  slice(start: number, end: number): Uint8Array {
    return this.bytes.subarray(start, end);
  }

  position() {
    this.#count(readsPerPlace);
    return { line: 0, column: 0, offset: this.#at };
  }

  /** Where the stream ends that begins here and does not say how long it is: before its line end and `endstream`. Streams may stand within it. */
  endOfStream(): number {
    const { bytes } = this;
    const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let depth = 1, from = this.#at; ; ) {
      const at = data.indexOf('stream', from, 'latin1');
      if (at < 0) throw new Error('a stream has no end');
      this.#count(readsPerPlace);
      from = at + 'stream'.length;
      const isEnd = data.subarray(Math.max(at - 3, this.#at), from).equals(endOfStream);
      depth += isEnd ? -1 : 1;
      if (depth > 0) continue;
      this.#at = from;
      return this.#beforeLineEnd(at - 3);
    }
  }

  #beforeLineEnd(at: number): number {
    const isNewline = this.bytes[at - 1] === 10;
    const end = isNewline ? at - 1 : at;
    return this.bytes[end - 1] === 13 ? end - 1 : end;
  }

  #count(reads: number): void {
    this.#reads.left -= reads;
    if (this.#reads.left < 0) throw tooMuch();
  }
}

export const tooMuch = () => assetFault('the PDF is made of too many objects; save its page as a PDF of its own');

/** From now on the parser reads these bytes, from their beginning. */
export function bound<Parser extends PDFObjectParser>(parser: Parser, bytes: Uint8Array, reads: Reads): Parser {
  const bounded = new BoundedBytes(bytes, reads);
  return Object.assign(parser, { bytes: bounded, findEndOfStreamFallback: () => bounded.endOfStream() });
}
