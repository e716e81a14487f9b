/** Writes the objects of an incremental update and the cross-reference section that adds them, of the same kind as the one it follows. */

import type { AppendPlan } from '../../domain/append-plan.ts';

export class UpdateWriter {
  readonly #start: number;
  readonly #parts: Uint8Array[] = [];
  readonly #places = new Map<number, { at: number; generation: number }>();
  #length = 0;
  #next: number;

  constructor(base: Buffer, next: number) {
    this.#start = base.length;
    this.#next = next;
    if (base.at(-1) !== 10) this.#push('\n');
  }

  reserve(count = 1): number {
    const number = this.#next;
    this.#next += count;
    return number;
  }

  /** Answers where the body begins, counted from the update's first byte. Strings are Latin-1. */
  object(number: number, body: string | Uint8Array, generation = 0): number {
    this.#places.set(number, { at: this.#start + this.#length, generation });
    this.#push(`${number} ${generation} obj\n`);
    const at = this.#length;
    this.#push(body);
    this.#push('\nendobj\n');
    return at;
  }

  /** A stream of data as it is; answers where the data begins. */
  stream(number: number, dictionary: string, data: Uint8Array): number {
    const head = `<<${dictionary}/Length ${data.length}>>stream\n`;
    const at = this.object(number, Buffer.concat([Buffer.from(head, 'latin1'), data, Buffer.from('\nendstream')]));
    return at + head.length;
  }

  finish({ index, root, info }: AppendPlan, entries: string): void {
    const shared = `/Root ${root.number} ${root.generation} R/Prev ${index.at}${info && `/Info ${info}`}${entries}`;
    const at = this.#start + this.#length;
    if (index.kind === 'table') this.#table(shared);
    else this.#stream(shared, at);
    this.#push(`startxref\n${at}\n%%EOF\n`);
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }

  #table(shared: string): void {
    const lines = this.#sections().map(([first, count]) => {
      const entries = Array.from({ length: count }, (_, ahead) => {
        const { at, generation } = this.#place(first + ahead);
        return `${String(at).padStart(10, '0')} ${String(generation).padStart(5, '0')} n \n`;
      });
      return `${first} ${count}\n${entries.join('')}`;
    });
    this.#push(`xref\n${lines.join('')}trailer\n<</Size ${this.#next}${shared}>>\n`);
  }

  #stream(shared: string, at: number): void {
    const number = this.reserve();
    this.#places.set(number, { at, generation: 0 });
    const sections = this.#sections();
    const numbers = sections.flatMap(([first, count]) => Array.from({ length: count }, (_, ahead) => first + ahead));
    const data = Buffer.alloc(numbers.length * 7);
    numbers.forEach((one, row) => {
      const place = this.#place(one);
      data[row * 7] = 1;
      data.writeUInt32BE(place.at, row * 7 + 1);
      data.writeUInt16BE(place.generation, row * 7 + 5);
    });
    const dictionary = `/Type/XRef/Size ${this.#next}${shared}/W[1 4 2]/Index[${sections.flat().join(' ')}]`;
    this.#push(`${number} 0 obj\n<<${dictionary}/Length ${data.length}>>stream\n`);
    this.#push(data);
    this.#push('\nendstream\nendobj\n');
  }

  #place(number: number) {
    return this.#places.get(number) as { at: number; generation: number };
  }

  /** Ascending runs as pairs of first and count. */
  #sections(): [number, number][] {
    const runs: [number, number][] = [];
    for (const number of [...this.#places.keys()].sort((a, b) => a - b)) {
      const last = runs.at(-1);
      if (last && last[0] + last[1] === number) last[1]++;
      else runs.push([number, 1]);
    }
    return runs;
  }

  #push(part: string | Uint8Array): void {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'latin1') : part;
    this.#parts.push(bytes);
    this.#length += bytes.length;
  }
}
