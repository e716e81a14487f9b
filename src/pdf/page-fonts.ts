/** The fonts of a page: those of the constant part hold, face by face, what every document may need; the one of a document what they lack. */

import { FontSubset } from './font-objects.ts';
import type { Face } from './fonts/face.ts';
import type { GlyphShape } from './shape.ts';
import type { GlyphCode } from './text-operators.ts';

export interface NamedSubset {
  /** Resource name without the slash. */
  name: string;
  subset: FontSubset;
}

/** One subset per face, in order of first use; resources are named F1, F2 … */
export class SharedFonts {
  readonly #byFace = new Map<Face, NamedSubset>();
  readonly #codes = new Map<GlyphShape, GlyphCode>();

  get subsets(): NamedSubset[] {
    return [...this.#byFace.values()];
  }

  /** The shape's code, if the fonts have it. */
  find(shape: GlyphShape): GlyphCode | undefined {
    return this.#codes.get(shape);
  }

  /** The shape's code; added where it is new. */
  code(shape: GlyphShape): GlyphCode {
    let code = this.#codes.get(shape);
    if (!code) {
      const named = this.#subsetOf(shape.face);
      code = { font: named.name, code: named.subset.code(shape) };
      this.#codes.set(shape, code);
    }
    return code;
  }

  #subsetOf(face: Face): NamedSubset {
    let named = this.#byFace.get(face);
    if (!named) {
      named = { name: `F${this.#byFace.size + 1}`, subset: new FontSubset() };
      this.#byFace.set(face, named);
    }
    return named;
  }
}

/** A document's own glyphs, of whatever faces, in one font named T. */
export class OwnFont {
  readonly name = 'T';
  readonly subset = new FontSubset();

  get isEmpty(): boolean {
    return this.subset.shapes.length === 0;
  }

  code(shape: GlyphShape): GlyphCode {
    return { font: this.name, code: this.subset.code(shape) };
  }
}
