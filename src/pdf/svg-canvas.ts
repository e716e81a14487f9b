/** Content streams and resources of the forms a drawing becomes; form 0 is the whole, every other one a transparency group inside it. */

import { pdfNumber, streamBody } from './pdf-objects.ts';

type NumberOf = (local: number) => number;

/** All forms share one coordinate system and one bounding box, that of form 0. */
export class SvgForms {
  readonly width: number;
  readonly height: number;
  readonly #bodies: ((numberOf: NumberOf) => Buffer)[] = [];

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
  }

  get count(): number {
    return this.#bodies.length;
  }

  /** Draws a form and says its local number. */
  form(space: 'DeviceRGB' | 'DeviceGray', draw: (canvas: SvgCanvas) => void): number {
    const local = this.#bodies.push(() => Buffer.alloc(0)) - 1;
    const canvas = new SvgCanvas();
    draw(canvas);
    const content = Buffer.from(canvas.content, 'latin1');
    const box = `0 0 ${pdfNumber(this.width, 6)} ${pdfNumber(this.height, 6)}`;
    // Form 0 is painted straight onto the page; isolating it would only make printers flatten it.
    const group = local === 0 ? '' : `/Group<</Type/Group/S/Transparency/CS/${space}/I true>>`;
    this.#bodies[local] = (numberOf) =>
      streamBody(`/Type/XObject/Subtype/Form/BBox[${box}]${group}/Resources<<${canvas.resources(numberOf)}>>`, content);
    return local;
  }

  write(numberOf: NumberOf): Uint8Array[] {
    return this.#bodies.map((body) => body(numberOf));
  }
}

export class SvgCanvas {
  content = '';
  /** Graphics-state dictionaries by their text; `#n` in it stands for the reference to form n. */
  readonly #states = new Map<string, string>();
  readonly #patterns = new Map<string, string>();
  readonly #forms = new Map<number, string>();

  state(dictionary: string): string {
    return `/${nameIn(this.#states, dictionary, 'G')} gs`;
  }

  pattern(dictionary: string): string {
    return `/${nameIn(this.#patterns, dictionary, 'P')}`;
  }

  form(local: number): string {
    return `/${nameIn(this.#forms, local, 'F')} Do`;
  }

  resources(numberOf: NumberOf): string {
    const resolve = (text: string) => text.replace(/#(\d+)/g, (_, local: string) => `${numberOf(Number(local))} 0 R`);
    const part = (name: string, entries: string[]) => (entries.length > 0 ? `/${name}<<${entries.join('')}>>` : '');
    return (
      part(
        'ExtGState',
        [...this.#states].map(([text, name]) => `/${name}<<${resolve(text)}>>`),
      ) +
      part(
        'Pattern',
        [...this.#patterns].map(([text, name]) => `/${name}${text}`),
      ) +
      part(
        'XObject',
        [...this.#forms].map(([local, name]) => `/${name} ${numberOf(local)} 0 R`),
      )
    );
  }
}

function nameIn<K>(names: Map<K, string>, key: K, prefix: string): string {
  const known = names.get(key) ?? `${prefix}${names.size}`;
  names.set(key, known);
  return known;
}
