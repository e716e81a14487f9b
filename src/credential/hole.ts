/** Holes: the places of a document that a row fills, written as unmistakable marks while the document is compiled. */

import { randomBytes, randomInt } from 'node:crypto';

/**
 * text: any string, only ever a literal. iri: part or whole of an identifier, so its values must be safe IRI characters.
 * number: a JSON number.
 */
export type HoleKind = 'text' | 'iri' | 'number';

export interface Hole<Name extends string = string> {
  name: Name;
  kind: HoleKind;
}

/** Constant texts and the slots between them: constants[0] slot[0] constants[1] slot[1] … */
export interface Parts {
  readonly constants: readonly string[];
  readonly slots: readonly number[];
}

/**
 * Hands out marks and finds them again. A mark is an absolute IRI of plain characters, so that no escaping touches it and JSON-LD takes it
 * wherever it takes an IRI or a string; its random part cannot stand in a template.
 */
export class HoleMarks<Name extends string = string> {
  readonly holes: Hole<Name>[] = [];
  readonly #mark = `urn:x-hole:${randomBytes(16).toString('hex')}:`;
  readonly #firstNumber = randomInt(1 << 28, 1 << 29) + 0.5;

  /** Mark of a string hole; the same name gives the same hole. */
  text(name: Name): string {
    return this.markOf(this.#slot(name, 'text'));
  }

  /** Mark of a hole inside an identifier, or of a whole one. */
  iri(name: Name): string {
    return this.markOf(this.#slot(name, 'iri'));
  }

  /** A number no template holds; it stands for the hole until the document is taken apart. */
  number(name: Name): number {
    return this.#firstNumber + this.#slot(name, 'number');
  }

  /** Throws if nothing was marked with the name. */
  slotOf(name: Name): number {
    const slot = this.holes.findIndex((hole) => hole.name === name);
    if (slot < 0) throw new Error(`there is no hole ${name}`);
    return slot;
  }

  markOf(slot: number): string {
    return `${this.#mark}${slot}:`;
  }

  /** The slot a number stands for, or undefined. */
  slotOfNumber(value: number): number | undefined {
    const slot = value - this.#firstNumber;
    return this.holes[slot]?.kind === 'number' ? slot : undefined;
  }

  has(text: string): boolean {
    return text.includes(this.#mark);
  }

  /** Slots of the marks in a text. */
  slotsIn(text: string): number[] {
    return [...this.split(text).slots];
  }

  split(text: string): Parts {
    const pieces = text.split(new RegExp(`${this.#mark}(\\d+):`));
    return {
      constants: pieces.filter((_, at) => at % 2 === 0),
      slots: pieces.filter((_, at) => at % 2 === 1).map(Number),
    };
  }

  /** JSON text of a document with holes; number holes lose their quotes. */
  splitJson(document: unknown): Parts {
    const text = JSON.stringify(document, (_, value) => {
      const slot = typeof value === 'number' ? this.slotOfNumber(value) : undefined;
      return slot === undefined ? value : this.markOf(slot);
    });
    const numbers = this.holes.flatMap((hole, slot) => (hole.kind === 'number' ? [slot] : []));
    return this.split(
      numbers.reduce((json, slot) => json.replaceAll(`"${this.markOf(slot)}"`, this.markOf(slot)), text),
    );
  }

  #slot(name: Name, kind: HoleKind): number {
    const known = this.holes.findIndex((hole) => hole.name === name);
    if (known >= 0) return known;
    return this.holes.push({ name, kind }) - 1;
  }
}

/** Puts values into the slots. */
export function fillParts(parts: Parts, values: readonly string[]): string {
  const { constants, slots } = parts;
  let text = constants[0] as string;
  for (let at = 0; at < slots.length; at++)
    text += (values[slots[at] as number] as string) + (constants[at + 1] as string);
  return text;
}

/** Parts one after the other, as one. */
export function joinParts(many: readonly Parts[]): Parts {
  const constants = [''];
  const slots: number[] = [];
  for (const parts of many) {
    constants[constants.length - 1] += parts.constants[0] as string;
    slots.push(...parts.slots);
    constants.push(...parts.constants.slice(1));
  }
  return { constants, slots };
}

/** Order of two texts by UTF-16 unit whatever fills them; undefined if the filling decides. */
export function orderOfParts(a: Parts, b: Parts): number | undefined {
  const first = a.constants[0] as string;
  const second = b.constants[0] as string;
  const shared = Math.min(first.length, second.length);
  const [left, right] = [first.slice(0, shared), second.slice(0, shared)];
  if (left !== right) return left < right ? -1 : 1;
  if (a.slots.length === 0 && b.slots.length === 0) return first.length - second.length;
  return undefined;
}
