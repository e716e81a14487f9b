/** Text set into a box: lines, sizes and baselines; the largest size that fits, never below the box's smallest. */

import { type FontStyle, primaryFace } from './fonts/registry.ts';
import { isJoined } from './fonts/scripts.ts';
import type { Direction } from './itemize.ts';
import { breakOpportunities } from './line-break.ts';
import { type PlacedGlyph, type ShapedRun, type ShapedText, shapeText } from './shape.ts';

export interface TextBox {
  /** Points from the page's lower left corner to the box's upper left one. */
  x: number;
  top: number;
  width: number;
  height: number;
  style: FontStyle;
  size: number;
  minSize: number;
  align: 'left' | 'center' | 'right' | 'start' | 'end';
  verticalAlign: 'top' | 'middle' | 'bottom';
  direction: Direction;
  lineHeight: number;
  letterSpacing: number;
  wrap: boolean;
  language: string;
}

/** Glyphs drawn one after the other. Letter spacing goes between them unless their script is joined. */
export interface LineRun {
  /** Left end of the baseline, points. */
  x: number;
  y: number;
  glyphs: PlacedGlyph[];
  letterSpacing: number;
  /**
   * The line mixes directions and faces, and is to be drawn with one font all the same: readers put a line's letters
   * into reading order font by font. Measured with pdf.js.
   */
  oneFont: boolean;
}

export interface SetText {
  size: number;
  /** Line by line, each from left to right. */
  runs: LineRun[];
  missing: string[];
  /** The text does not fit even at the smallest size; it then runs over. */
  overflow: boolean;
}

/** Sets text, whose `\n` break the line, into the box. */
export function setText(text: string, box: TextBox): SetText {
  const paragraphs = text
    .replace(/[\t\v\f]/g, ' ')
    .split(/\r\n?|[\n\u2028\u2029]/)
    .map((one) => new Paragraph(shapeText(one, box.style, { ...box, spaced: box.letterSpacing !== 0 })));
  const missing = [...new Set(paragraphs.flatMap((one) => one.shaped.missing))];
  const fitted = box.wrap ? fitWrapped(paragraphs, box) : fitUnwrapped(paragraphs, box);
  return { size: fitted.size, runs: placeLines(fitted.lines, fitted.size, box), missing, overflow: fitted.overflow };
}

interface Span {
  paragraph: Paragraph;
  start: number;
  end: number;
}

interface Fitted {
  size: number;
  lines: Span[];
  overflow: boolean;
}

/** Slack for rounding: a hundredth of a point. */
const slack = 0.01;

function fitUnwrapped(paragraphs: readonly Paragraph[], box: TextBox): Fitted {
  const lines = paragraphs.map((paragraph) => paragraph.trimmed(0, paragraph.text.length));
  const widest = (size: number) => Math.max(...lines.map((line) => lineWidth(line, size, box)));
  const fits = (size: number) => widest(size) <= box.width + slack && fitsInHeight(lines.length, size, box);
  return largestFitting(box, fits, () => lines, true);
}

function fitWrapped(paragraphs: readonly Paragraph[], box: TextBox): Fitted {
  const wrapped = (size: number) => paragraphs.flatMap((paragraph) => wrap(paragraph, size, box));
  const fits = (size: number) => {
    const lines = wrapped(size);
    return (
      fitsInHeight(lines.length, size, box) && lines.every((line) => lineWidth(line, size, box) <= box.width + slack)
    );
  };
  return largestFitting(box, fits, wrapped, false);
}

/** A single line may be taller than its box, which is the template's business; several may not. */
function fitsInHeight(count: number, size: number, box: TextBox): boolean {
  return count <= 1 || ((count - 1) * box.lineHeight + 1) * size <= box.height + slack;
}

/** Halves the sizes between smallest and largest; sizes are hundredths of a point. */
function largestFitting(
  box: TextBox,
  fits: (size: number) => boolean,
  linesAt: (size: number) => Span[],
  proportional: boolean,
): Fitted {
  if (fits(box.size)) return { size: box.size, lines: linesAt(box.size), overflow: false };
  const smallest = Math.min(box.minSize, box.size);
  if (!fits(smallest)) return { size: smallest, lines: linesAt(smallest), overflow: true };
  let low = Math.round(smallest * 100);
  let high = Math.round(box.size * 100);
  const steps = proportional ? 14 : 8;
  for (let step = 0; step < steps && high - low > 1; step++) {
    const middle = (low + high) >> 1;
    if (fits(middle / 100)) low = middle;
    else high = middle;
  }
  return { size: low / 100, lines: linesAt(low / 100), overflow: false };
}

/** Width of a line in points. */
function lineWidth(line: Span, size: number, box: TextBox): number {
  const { advance, letters } = line.paragraph.measure(line.start, line.end);
  return (advance * size) / 1_000 + Math.max(0, letters - 1) * box.letterSpacing;
}

/** Fills lines greedily; a word wider than the box is not torn. */
function wrap(paragraph: Paragraph, size: number, box: TextBox): Span[] {
  const lines: Span[] = [];
  let start = 0;
  let best: Span | undefined;
  for (const end of [...paragraph.breaks(), paragraph.text.length]) {
    const line = paragraph.trimmed(start, end);
    if (best && lineWidth(line, size, box) > box.width + slack) {
      lines.push(best);
      start = best.end;
      while (paragraph.text[start] === ' ') start++;
      best = paragraph.trimmed(start, end);
    } else best = line;
  }
  lines.push(best ?? paragraph.trimmed(0, 0));
  return lines;
}

function placeLines(lines: readonly Span[], size: number, box: TextBox): LineRun[] {
  const { ascent, descent } = primaryFace(box.style).metrics;
  const step = box.lineHeight * size;
  const total = step * lines.length;
  const free = { top: 0, middle: (box.height - total) / 2, bottom: box.height - total }[box.verticalAlign];
  const baseline = (step - ((ascent - descent) * size) / 1_000) / 2 + (ascent * size) / 1_000;
  return lines.flatMap((line, at) => {
    const rightToLeft = line.paragraph.shaped.baseLevel === 1;
    const align = { start: rightToLeft ? 'right' : 'left', end: rightToLeft ? 'left' : 'right' };
    const side = box.align === 'start' || box.align === 'end' ? align[box.align] : box.align;
    const room = box.width - lineWidth(line, size, box);
    const x = box.x + (side === 'left' ? 0 : side === 'right' ? room : room / 2);
    return placeRuns(line, x, box.top - free - at * step - baseline, size, box.letterSpacing);
  });
}

/** Runs in visual order. */
function placeRuns(line: Span, x: number, y: number, size: number, letterSpacing: number): LineRun[] {
  const runs = runsOf(line);
  const mixed = runs.some((run) => run.item.level > 0) && runs.some((run) => run.item.face !== runs[0]?.item.face);
  let left = x;
  const placed = visualOrder(runs).map(({ item, glyphs }): LineRun => {
    const spacing = isJoined(item.script) ? 0 : letterSpacing;
    const run = { x: left, y, glyphs, letterSpacing: spacing, oneFont: mixed };
    for (const { advance } of glyphs) left += (advance * size) / 1_000 + (advance > 0 ? spacing : 0);
    return run;
  });
  return joinRuns(placed);
}

/** Neighbours that a single stretch of text operators can draw. */
function joinRuns(runs: LineRun[]): LineRun[] {
  const [first] = runs;
  if (!first || runs.length === 1 || runs.some((run) => run.letterSpacing !== first.letterSpacing)) return runs;
  return [{ ...first, glyphs: runs.flatMap((run) => run.glyphs) }];
}

function runsOf({ start, end, paragraph }: Span): ShapedRun[] {
  if (start === 0 && end === paragraph.text.length) return paragraph.shaped.runs;
  const runs: ShapedRun[] = [];
  for (const { item, glyphs } of paragraph.shaped.runs)
    if (item.start < end && item.end > start)
      runs.push({ item, glyphs: glyphs.filter((glyph) => glyph.start >= start && glyph.start < end) });
  return runs;
}

/** UAX 9, rule L2 over runs: each run's own glyphs are in visual order already. */
function visualOrder(inOrder: readonly ShapedRun[]): ShapedRun[] {
  const runs = [...inOrder];
  const highest = Math.max(0, ...runs.map((run) => run.item.level));
  for (let level = highest; level >= 1; level--)
    for (let from = 0; from < runs.length; from++) {
      let to = from;
      while (to < runs.length && (runs[to] as ShapedRun).item.level >= level) to++;
      if (to - from > 1) runs.splice(from, to - from, ...runs.slice(from, to).reverse());
      from = Math.max(from, to - 1);
    }
  return runs;
}

/** A shaped paragraph with running sums, so that any stretch of it is measured in one step. */
class Paragraph {
  readonly shaped: ShapedText;
  readonly text: string;
  /** Advance, and glyphs that take letter spacing, of all text before each index. */
  readonly #advance: number[];
  readonly #letters: number[];
  #breaks: number[] | undefined;

  constructor(shaped: ShapedText) {
    this.shaped = shaped;
    this.text = shaped.text;
    // Plain arrays: the memory of typed ones is asked of the system and given back by the garbage collector, one by one.
    this.#advance = new Array<number>(shaped.text.length + 1).fill(0);
    this.#letters = new Array<number>(shaped.text.length + 1).fill(0);
    for (const { item, glyphs } of shaped.runs)
      for (const { start, advance } of glyphs) {
        this.#advance[start + 1] = (this.#advance[start + 1] as number) + advance;
        if (advance > 0 && !isJoined(item.script)) this.#letters[start + 1] = 1 + (this.#letters[start + 1] as number);
      }
    for (let at = 1; at <= shaped.text.length; at++) {
      this.#advance[at] = (this.#advance[at] as number) + (this.#advance[at - 1] as number);
      this.#letters[at] = (this.#letters[at] as number) + (this.#letters[at - 1] as number);
    }
  }

  measure(start: number, end: number): { advance: number; letters: number } {
    return {
      advance: (this.#advance[end] as number) - (this.#advance[start] as number),
      letters: (this.#letters[end] as number) - (this.#letters[start] as number),
    };
  }

  breaks(): readonly number[] {
    this.#breaks ??= breakOpportunities(this.text);
    return this.#breaks;
  }

  /** The stretch without the blanks at its end. */
  trimmed(start: number, end: number): Span {
    let last = end;
    while (last > start && this.text[last - 1] === ' ') last--;
    return { paragraph: this, start, end: last };
  }
}
