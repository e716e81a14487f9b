/** The pages of a run as a tree of two levels, so that no list in it is long. */

import type { RunWriter } from './run-writer.ts';

const perNode = 100;

export class PageTree {
  readonly #writer: RunWriter;
  readonly #top: number;
  readonly #nodes: string[] = [];
  #node = 0;
  #kids: number[] = [];
  count = 0;

  constructor(writer: RunWriter) {
    this.#writer = writer;
    this.#top = writer.reserve();
  }

  /** `entries` of the page besides Type and Parent. */
  add(entries: string): void {
    if (this.#kids.length === 0) this.#node = this.#writer.reserve();
    this.#kids.push(this.#writer.add(`<</Type/Page/Parent ${this.#node} 0 R${entries}>>`));
    this.count++;
    if (this.#kids.length === perNode) this.#close();
  }

  /** The object of the tree. */
  finish(): number {
    if (this.#kids.length > 0) this.#close();
    this.#writer.object(this.#top, `<</Type/Pages/Count ${this.count}/Kids[${this.#nodes.join(' ')}]>>`);
    return this.#top;
  }

  #close(): void {
    const kids = this.#kids.map((kid) => `${kid} 0 R`).join(' ');
    this.#writer.object(this.#node, `<</Type/Pages/Parent ${this.#top} 0 R/Count ${this.#kids.length}/Kids[${kids}]>>`);
    this.#nodes.push(`${this.#node} 0 R`);
    this.#kids = [];
  }
}
