/** The fonts of a run: one subset a face, and one more for lines that mix directions; written once, when all is drawn. */

import { type FontSubset, objectsPerFont } from '../font-objects.ts';
import { OwnFont, SharedFonts } from '../page-fonts.ts';
import type { CodeOf } from '../text-operators.ts';
import type { RunWriter } from './run-writer.ts';

export class RunFonts {
  readonly #faces = new SharedFonts();
  readonly #mixed = new OwnFont();

  readonly codeOf: CodeOf = (shape, own) => (own ? this.#mixed.code(shape) : this.#faces.code(shape));

  /** As the object `number`: a dictionary of fonts for resources. */
  write(writer: RunWriter, number: number): void {
    const named: { name: string; subset: FontSubset }[] = [...this.#faces.subsets];
    if (!this.#mixed.isEmpty) named.push(this.#mixed);
    const entries = named.map(({ name, subset }) => {
      const first = writer.reserve(objectsPerFont);
      subset.objects(first).forEach((body, at) => {
        writer.object(first + at, body);
      });
      return `/${name} ${first} 0 R`;
    });
    writer.object(number, `<<${entries.join('')}>>`);
  }
}
