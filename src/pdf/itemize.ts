/** Cuts a paragraph into items of one direction, one script and one face, in logical order; says which characters no face can draw. */

import bidiFactory, { type Bidi } from 'bidi-js';
import type { Face } from './fonts/face.ts';
import { eastAsianRegions, type FontStyle, fallbackFaces, primaryFace } from './fonts/registry.ts';
import { anyScript, type Script, scriptMask, scriptOfMask } from './fonts/scripts.ts';
import { plainScript } from './plain-text.ts';

export interface Item {
  /** UTF-16 index. */
  start: number;
  /** Exclusive. */
  end: number;
  script: Script;
  /** Bidi embedding level; odd is right to left. */
  level: number;
  face: Face;
}

export interface ItemizedText {
  items: Item[];
  /** 1 when the paragraph runs from right to left. */
  baseLevel: 0 | 1;
  /** Characters without a glyph, each once. */
  missing: string[];
}

export type Direction = 'auto' | 'ltr' | 'rtl';

/** The package's types describe its CommonJS form; at run time the import is the factory itself. */
const bidi = (bidiFactory as unknown as () => Bidi)();
/** Blocks whose characters default to R or AL (DerivedBidiClass), and the marks and controls that act like them. */
const maybeRightToLeft =
  /[\u0590-\u08ff\u200f\u202b\u202e\u2067\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const ignorable = /^\p{Default_Ignorable_Code_Point}$/u;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

export function itemize(text: string, style: FontStyle, language: string, direction: Direction): ItemizedText {
  const plain = direction === 'rtl' ? undefined : plainScript(text);
  if (plain !== undefined) {
    const face = primaryFace(style);
    const item = { start: 0, end: text.length, script: plain, level: 0, face };
    if (coversAll(face, text, 0, text.length)) return { items: [item], baseLevel: 0, missing: [] };
  }
  const { levels, baseLevel } = embeddingLevels(text, direction);
  const result: ItemizedText = { items: [], baseLevel, missing: [] };
  const regions = eastAsianRegions(text, language);
  for (const run of scriptRuns(text)) {
    for (let start = run.start; start < run.end; ) {
      const level = levels ? (levels[start] as number) : 0;
      let end = levels ? start + 1 : run.end;
      while (end < run.end && levels?.[end] === level) end++;
      const script = level > 0 && isCommon(text, start, end) ? 'Zyyy' : run.script;
      const chain = new FaceChain(fallbackFaces(style, script, regions));
      chooseFaces(text, start, end, chain, (from, to, face) =>
        result.items.push({ start: from, end: to, script: run.script, level, face }),
      ).forEach((character) => {
        if (!result.missing.includes(character)) result.missing.push(character);
      });
      start = end;
    }
  }
  return result;
}

function embeddingLevels(text: string, direction: Direction): { levels?: Uint8Array; baseLevel: 0 | 1 } {
  if (direction !== 'rtl' && !maybeRightToLeft.test(text)) return { baseLevel: 0 };
  const { levels, paragraphs } = bidi.getEmbeddingLevels(text, direction === 'auto' ? undefined : direction);
  return { levels, baseLevel: ((paragraphs[0]?.level ?? 0) & 1) as 0 | 1 };
}

interface ScriptRun {
  start: number;
  end: number;
  script: Script;
}

const brackets = new Map(
  [...'()[]{}<>«»“”‘’「」『』【】（）《》〈〉'].map((one, at, all) => [one, all[at ^ 1] as string]),
);
const opening = new Set([...'([{<«“‘「『【（《〈']);

/** UAX 24: a character joins the run while they share a possible script; a closing bracket goes where its opening one went. */
function scriptRuns(text: string): ScriptRun[] {
  const runs: { start: number; end: number; mask: number }[] = [];
  const open: { closing: string; run: number }[] = [];
  let at = 0;
  for (const character of text) {
    let mask = scriptMask(character.codePointAt(0) as number);
    if (mask === anyScript && brackets.has(character) && !opening.has(character)) {
      const pair = open.findLast((one) => one.closing === character);
      if (pair) mask = runs[pair.run]?.mask ?? anyScript;
      if (pair) open.length = open.indexOf(pair);
    }
    const last = runs.at(-1);
    if (last && (last.mask & mask) !== 0) {
      last.mask &= mask;
      last.end = at + character.length;
    } else runs.push({ start: at, end: at + character.length, mask });
    if (opening.has(character)) open.push({ closing: brackets.get(character) as string, run: runs.length - 1 });
    at += character.length;
  }
  return runs.map(({ start, end, mask }) => ({ start, end, script: scriptOfMask(mask) }));
}

/** Digits and signs between right-to-left words, which look best in the style's own face. */
function isCommon(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (scriptMask(text.codePointAt(at) as number) !== anyScript) return false;
  return true;
}

/** The faces tried so far; the next is opened only when these do not do. */
class FaceChain {
  readonly #faces: Face[] = [];
  readonly #more: Iterator<Face>;

  constructor(more: Iterator<Face>) {
    this.#more = more;
  }

  at(index: number): Face | undefined {
    while (this.#faces.length <= index) {
      const next = this.#more.next();
      if (next.done) return undefined;
      this.#faces.push(next.value);
    }
    return this.#faces[index];
  }

  /** The first face that has every character; ignorable ones need no glyph. */
  covering(cluster: string): Face | undefined {
    const needed = [...cluster].filter((character) => !ignorable.test(character));
    for (let index = 0; ; index++) {
      const face = this.at(index);
      if (!face) return undefined;
      if (needed.every((character) => face.covers(character.codePointAt(0) as number))) return face;
    }
  }
}

/** Gives each grapheme cluster the first face that covers it and calls back for each stretch; returns what has no face. */
function chooseFaces(
  text: string,
  start: number,
  end: number,
  chain: FaceChain,
  take: (from: number, to: number, face: Face) => void,
): string[] {
  const first = chain.at(0) as Face;
  if (coversAll(first, text, start, end)) {
    take(start, end, first);
    return [];
  }
  const missing: string[] = [];
  let from = start;
  let current: Face | undefined;
  for (const { segment, index } of graphemes.segment(text.slice(start, end))) {
    let face = current && coversAll(current, segment, 0, segment.length) && current === first ? current : undefined;
    face ??= chain.covering(segment);
    if (!face) {
      missing.push(firstUncovered(segment, chain));
      face = current ?? first;
    }
    if (current && face !== current) {
      take(from, start + index, current);
      from = start + index;
    }
    current = face;
  }
  if (current) take(from, end, current);
  return missing;
}

function coversAll(face: Face, text: string, start: number, end: number): boolean {
  for (let at = start; at < end; ) {
    const codePoint = text.codePointAt(at) as number;
    if (!face.covers(codePoint)) return false;
    at += codePoint > 0xffff ? 2 : 1;
  }
  return true;
}

/** The character of a cluster to name as missing: the first that no face has, else its first one. */
function firstUncovered(cluster: string, chain: FaceChain): string {
  const characters = [...cluster];
  return characters.find((character) => chain.covering(character) === undefined) ?? (characters[0] as string);
}
