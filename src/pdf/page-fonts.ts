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

  get subsets(): NamedSubset[] {
    return [...this.#byFace.values()];
  }

  /** The shape's code, if the fonts have it. */
  find(shape: GlyphShape): GlyphCode | undefined {
    const named = this.#byFace.get(shape.face);
    const code = named?.subset.find(shape);
    return named && code !== undefined ? { font: named.name, code } : undefined;
  }

  /** The shape's code; added where it is new. */
  code(shape: GlyphShape): GlyphCode {
    let named = this.#byFace.get(shape.face);
    if (!named) {
      named = { name: `F${this.#byFace.size + 1}`, subset: new FontSubset() };
      this.#byFace.set(shape.face, named);
    }
    return { font: named.name, code: named.subset.code(shape) };
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
