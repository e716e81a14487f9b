/** The objects taken over from a foreign PDF as they are being written: bytes, and numbers of other objects between them. */

import { assetFault } from './asset-fault.ts';

/** Bytes, and local object numbers where a reference stands. */
export type Parts = (Uint8Array | number)[];

/** What one page may come to, however often the file uses one thing. */
const limits = { bytes: 40_000_000, values: 1_000_000 };

/** One for a page. */
export class PageSize {
  #bytes = 0;
  #values = 0;

  note(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > limits.bytes) throw assetFault('the page of the PDF is too large');
    if (++this.#values > limits.values) throw assetFault('the page of the PDF is made of too many objects');
  }
}

/** One for an object. */
export class PartsWriter {
  readonly #parts: Parts = [];
  readonly #size: PageSize;
  #text = '';

  constructor(size: PageSize) {
    this.#size = size;
  }

  /** Latin-1. */
  text(latin1: string): void {
    this.#size.note(latin1.length);
    this.#text += latin1;
  }

  bytes(bytes: Uint8Array): void {
    this.#size.note(bytes.length);
    this.#endText();
    this.#parts.push(bytes);
  }

  /** A reference to the object of this local number. */
  refer(local: number): void {
    this.#endText();
    this.#parts.push(local);
  }

  finish(): Parts {
    this.#endText();
    return this.#parts;
  }

  #endText(): void {
    if (this.#text !== '') this.#parts.push(Buffer.from(this.#text, 'latin1'));
    this.#text = '';
  }
}
