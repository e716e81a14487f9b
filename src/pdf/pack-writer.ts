/** The tails of many documents one after the other in one growing buffer: a buffer for each would cost the garbage collector more than the writing. */

export class PackWriter {
  #bytes: Buffer;
  #length = 0;

  /** `capacity`: bytes to begin with. */
  constructor(capacity: number) {
    this.#bytes = spaceFor(capacity);
  }

  get length(): number {
    return this.#length;
  }

  latin1(text: string): void {
    this.#reserve(text.length);
    this.#length += this.#bytes.write(text, this.#length, 'latin1');
  }

  /** `bytes`: how many the text has in UTF-8. */
  utf8(text: string, bytes: number): void {
    this.#reserve(bytes);
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
  }

  write(data: Uint8Array): void {
    this.#reserve(data.length);
    this.#bytes.set(data, this.#length);
    this.#length += data.length;
  }

  /** What was written since `start`; good until more is written. */
  from(start: number): Buffer {
    return this.#bytes.subarray(start, this.#length);
  }

  /** Forgets what was written since `start`. */
  cut(start: number): void {
    this.#length = start;
  }

  /** All of it in a buffer of just that size, which may be handed to another thread. The writer is used up. */
  finish(): Uint8Array<ArrayBuffer> {
    const whole = (this.#bytes.buffer as ArrayBuffer).transfer(this.#length);
    return new Uint8Array(whole);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = spaceFor(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

/** Not out of Node's pool, which others share. */
const spaceFor = (bytes: number) => Buffer.allocUnsafeSlow(bytes);
