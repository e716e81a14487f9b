/** The fonts of a page: those of the constant part hold what every document may need, those of one document only what they lack. */

import { FontSubset } from './font-objects.ts';
import type { Face } from './fonts/face.ts';
import type { GlyphShape } from './shape.ts';
import type { GlyphCode } from './text-operators.ts';

export interface NamedSubset {
  /** Resource name without the slash. */
  name: string;
  subset: FontSubset;
}

/** One subset per face, in order of first use. */
export class FontTable {
  readonly #prefix: string;
  readonly #byFace = new Map<Face, NamedSubset>();

  /** Resources are named prefix1, prefix2 … */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  get subsets(): NamedSubset[] {
    return [...this.#byFace.values()];
  }

  /** The shape's code, if the table has it. */
  find(shape: GlyphShape): GlyphCode | undefined {
    const named = this.#byFace.get(shape.face);
    const code = named?.subset.find(shape);
    return named && code !== undefined ? { font: named.name, code } : undefined;
  }

  /** The shape's code; added where it is new. */
  code(shape: GlyphShape): GlyphCode {
    let named = this.#byFace.get(shape.face);
    if (!named) {
      named = { name: `${this.#prefix}${this.#byFace.size + 1}`, subset: new FontSubset(shape.face) };
      this.#byFace.set(shape.face, named);
    }
    return { font: named.name, code: named.subset.code(shape) };
  }
}
