/** Writes a PDF from front to back into a sink; nothing of it is kept but where each object stands. */

export type Part = string | Uint8Array;

/** Bytes gathered before the sink gets them. */
const gathered = 65_536;

export class RunWriter {
  readonly #sink: (bytes: Uint8Array) => void;
  /** By object number; 0 is none. */
  readonly #offsets: number[] = [0];
  #waiting: Uint8Array[] = [];
  #waitingLength = 0;
  #length = 0;

  constructor(sink: (bytes: Uint8Array) => void) {
    this.#sink = sink;
    this.#push('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n');
  }

  /** The first of `count` consecutive numbers. */
  reserve(count = 1): number {
    const first = this.#offsets.length;
    for (let left = count; left > 0; left--) this.#offsets.push(0);
    return first;
  }

  /** Strings are Latin-1. */
  object(number: number, ...body: Part[]): void {
    this.#offsets[number] = this.#length;
    this.#push(`${number} 0 obj\n`);
    for (const part of body) this.#push(part);
    this.#push('\nendobj\n');
  }

  /** A new object's number. */
  add(...body: Part[]): number {
    const number = this.reserve();
    this.object(number, ...body);
    return number;
  }

  /** `entries` of the trailer besides Size. */
  finish(entries: string): void {
    const missing = this.#offsets.findIndex((offset, number) => number > 0 && offset === 0);
    if (missing > 0) throw new Error(`object ${missing} was never written`);
    const at = this.#length;
    this.#push(`xref\n0 ${this.#offsets.length}\n0000000000 65535 f \n`);
    for (const offset of this.#offsets.slice(1)) this.#push(`${String(offset).padStart(10, '0')} 00000 n \n`);
    this.#push(`trailer\n<</Size ${this.#offsets.length}${entries}>>\nstartxref\n${at}\n%%EOF\n`);
    this.#flush();
  }

  #push(part: Part): void {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'latin1') : part;
    this.#waiting.push(bytes);
    this.#waitingLength += bytes.length;
    this.#length += bytes.length;
    if (this.#waitingLength >= gathered) this.#flush();
  }

  #flush(): void {
    if (this.#waitingLength > 0) this.#sink(Buffer.concat(this.#waiting));
    this.#waiting = [];
    this.#waitingLength = 0;
  }
}
