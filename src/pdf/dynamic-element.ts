/** The elements of a page that differ from document to document: what each draws for given values, or what is wrong with them. */

import type { Issue } from '../domain/issue.ts';
import type { DisplayValues } from '../domain/placeholder.ts';
import { fillLines, fillText, placeholdersOf, type TextElement } from '../domain/template.ts';
import { type BarcodeElement, barcodeOperators, type QrElement, qrOperators } from './draw-codes.ts';
import { fitsForCertain } from './fit-bound.ts';
import { type SetText, setText, type TextBox } from './layout-text.ts';
import type { OwnFont, SharedFonts } from './page-fonts.ts';
import type { GlyphShape } from './shape.ts';
import { textBox } from './text-box.ts';
import { type GlyphCode, textOperators } from './text-operators.ts';

/** Draws for one document; `own` takes the glyphs that the constant fonts lack. Issues go to `issues`. */
export interface DynamicElement {
  draw(values: DisplayValues, own: OwnFont, issues: Issue[]): string;
  check(values: DisplayValues, issues: Issue[]): void;
}

/**
 * Results kept per element, and texts that came once: rows repeat courses and dates, hardly ever names, and what is kept for nothing
 * grows old and has to be collected with everything else.
 */
const mostKept = 200;

export class DynamicText implements DynamicElement {
  readonly #element: TextElement;
  readonly #box: TextBox;
  readonly #names: string[];
  readonly #shared: SharedFonts;
  readonly #once = new Set<string>();
  readonly #kept = new Map<string, { block: SetText; operators?: string }>();

  constructor(element: TextElement, pageHeight: number, language: string, shared: SharedFonts) {
    this.#element = element;
    this.#box = textBox(element, pageHeight, language);
    this.#names = placeholdersOf(element.text);
    this.#shared = shared;
  }

  draw(values: DisplayValues, own: OwnFont, issues: Issue[]): string {
    const set = this.#set(this.#text(values));
    this.#judge(set.block, values, issues);
    if (set.operators !== undefined) return set.operators;
    let ownUsed = false;
    const codeOf = (shape: GlyphShape, mustBeOwn: boolean): GlyphCode => {
      const code = mustBeOwn ? undefined : this.#shared.find(shape);
      if (code) return code;
      ownUsed = true;
      return own.code(shape);
    };
    const operators = textOperators(set.block, this.#element.color, codeOf);
    if (!ownUsed) set.operators = operators;
    return operators;
  }

  check(values: DisplayValues, issues: Issue[]): void {
    const text = this.#text(values);
    if (!this.#kept.has(text) && fitsForCertain(text, this.#box)) return;
    this.#judge(this.#set(text).block, values, issues);
  }

  #text(values: DisplayValues): string {
    const { text, omitEmptyLines } = this.#element;
    return omitEmptyLines ? fillLines(text, values) : fillText(text, values);
  }

  #set(text: string): { block: SetText; operators?: string } {
    const kept = this.#kept.get(text);
    if (kept) return kept;
    const set = { block: setText(text, this.#box) };
    if (this.#once.delete(text)) {
      if (this.#kept.size >= mostKept) this.#kept.clear();
      this.#kept.set(text, set);
    } else {
      if (this.#once.size >= mostKept) this.#once.clear();
      this.#once.add(text);
    }
    return set;
  }

  #judge(block: SetText, values: DisplayValues, issues: Issue[]): void {
    for (const character of block.missing) {
      const path = this.#names.find((name) => values[name]?.includes(character)) ?? this.#names[0] ?? 'template';
      issues.push(missingGlyph(path, character));
    }
    if (block.overflow) issues.push({ path: longestOf(this.#names, values), code: 'text_overflow' });
  }
}

export class DynamicQr implements DynamicElement {
  readonly #element: QrElement;
  readonly #pageHeight: number;
  readonly #names: string[];

  constructor(element: QrElement, pageHeight: number) {
    this.#element = element;
    this.#pageHeight = pageHeight;
    this.#names = placeholdersOf(element.value);
  }

  draw(values: DisplayValues, _own: OwnFont, issues: Issue[]): string {
    return this.#draw(values, issues);
  }

  /** 1000 bytes fit a code of any correction level. */
  check(values: DisplayValues, issues: Issue[]): void {
    if (fillText(this.#element.value, values).length * 3 > 1_000) this.#draw(values, issues);
  }

  #draw(values: DisplayValues, issues: Issue[]): string {
    const value = fillText(this.#element.value, values);
    const operators = value === '' ? '' : qrOperators(this.#element, value, this.#pageHeight);
    if (operators === undefined) issues.push({ path: longestOf(this.#names, values), code: 'text_overflow' });
    return operators ?? '';
  }
}

export class DynamicBarcode implements DynamicElement {
  readonly #element: BarcodeElement;
  readonly #pageHeight: number;
  readonly #names: string[];

  constructor(element: BarcodeElement, pageHeight: number) {
    this.#element = element;
    this.#pageHeight = pageHeight;
    this.#names = placeholdersOf(element.value);
  }

  draw(values: DisplayValues, _own: OwnFont, issues: Issue[]): string {
    return this.#draw(values, issues);
  }

  check(values: DisplayValues, issues: Issue[]): void {
    this.#draw(values, issues);
  }

  #draw(values: DisplayValues, issues: Issue[]): string {
    const value = fillText(this.#element.value, values);
    if (value === '') return '';
    const drawn = barcodeOperators(this.#element, value, this.#pageHeight);
    if ('operators' in drawn) return drawn.operators;
    const path = longestOf(this.#names, values);
    if (drawn.fault === 'narrow') issues.push({ path, code: 'text_overflow' });
    else {
      const at = this.#names.find((name) => /[^\x20-\x7e]/.test(values[name] ?? '')) ?? path;
      issues.push({ path: at, code: 'invalid', params: { reason: 'a barcode holds ASCII characters only' } });
    }
    return '';
  }
}

export function missingGlyph(path: string, character: string): Issue {
  const codePoint = `U+${(character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}`;
  return { path, code: 'missing_glyph', params: { character, codePoint } };
}

/** The name whose value is longest: the one to shorten. */
function longestOf(names: readonly string[], values: DisplayValues): string {
  const length = (name: string) => values[name]?.length ?? 0;
  return names.reduce((longest, name) => (length(name) > length(longest) ? name : longest), names[0] ?? 'template');
}
