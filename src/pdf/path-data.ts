/** SVG path data read into moves, lines, cubic curves and closings in absolute coordinates; one pass, linear in the text's length. */

import { arcCurves } from './arc-curves.ts';
import { assetFault, quoted } from './asset-fault.ts';
import { pdfNumber } from './pdf-objects.ts';

/** Operator and its absolute coordinates: m and l have two, c six, h none. */
export type Segment = readonly ['m' | 'l' | 'c' | 'h', ...number[]];

const argumentCount: Readonly<Record<string, number>> = { M: 2, L: 2, H: 1, V: 1, C: 6, S: 4, Q: 4, T: 2, A: 7, Z: 0 };
const largest = 1e7;
/** Of a drawing. */
export const mostSegments = 400_000;
export const tooManySegments = () =>
  assetFault('the SVG draws too many path segments (more than 400,000); simplify its paths');

/** PDF path operators (m l c h, one a line) of SVG path data, in the path's own units; y is not flipped.
 * Source: SVG 2, chapter 9.3. Unlike a browser, which draws a faulty path up to its fault, this refuses it. */
export function pathOperators(d: string): string {
  return segmentOperators(parsePath(d));
}

export function segmentOperators(segments: readonly Segment[]): string {
  let text = '';
  for (const [operator, ...coordinates] of segments)
    text += `${[...coordinates.map((n) => pdfNumber(n, 6)), operator].join(' ')}\n`;
  return text;
}

/** Throws `invalid_input` where the text leaves the grammar, a coordinate exceeds ten million, or there are more than `most`, and reads no further. */
export function parsePath(d: string, most = Number.POSITIVE_INFINITY): Segment[] {
  const scanner = new PathScanner(d);
  const pen = new Pen();
  let command = '';
  for (;;) {
    const letter = scanner.command();
    if (letter === undefined && scanner.atEnd()) return pen.segments;
    if (letter !== undefined) command = letter;
    else if (command === '' || command === 'Z' || command === 'z') throw scanner.fault();
    else if (command === 'M') command = 'L';
    else if (command === 'm') command = 'l';
    if (pen.segments.length === 0 && command !== 'M' && command !== 'm') throw scanner.fault();
    const upper = command.toUpperCase();
    const count = argumentCount[upper] as number;
    const numbers: number[] = [];
    for (let at = 0; at < count; at++)
      numbers.push(upper === 'A' && (at === 3 || at === 4) ? scanner.flag() : scanner.number());
    pen.draw(upper, command !== upper, numbers);
    if (pen.segments.length > most) throw tooManySegments();
    if (!(Math.abs(pen.x) <= largest && Math.abs(pen.y) <= largest)) throw assetFault('a path leaves the drawing area');
  }
}

class PathScanner {
  readonly text: string;
  at = 0;
  readonly #number = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;

  constructor(text: string) {
    this.text = text;
  }

  fault() {
    return assetFault(
      `the path data cannot be read at character ${this.at + 1}: ${quoted(this.text.slice(this.at, this.at + 20))}`,
    );
  }

  atEnd(): boolean {
    return this.at >= this.text.length;
  }

  #skip(comma: boolean) {
    let seen = !comma;
    for (; this.at < this.text.length; this.at++) {
      const code = this.text.charCodeAt(this.at);
      if (code === 0x2c && !seen) seen = true;
      else if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09 && code !== 0x0c) return;
    }
  }

  command(): string | undefined {
    this.#skip(true);
    const letter = this.text[this.at];
    if (letter === undefined || !Object.hasOwn(argumentCount, letter.toUpperCase())) return undefined;
    this.at++;
    return letter;
  }

  number(): number {
    this.#skip(true);
    this.#number.lastIndex = this.at;
    const match = this.#number.exec(this.text);
    if (!match) throw this.fault();
    const value = Number(match[0]);
    if (!(Math.abs(value) <= largest)) throw this.fault();
    this.at += match[0].length;
    return value;
  }

  /** Arc flags are one digit each and need no separator: `a1 1 0 0110 10`. */
  flag(): number {
    this.#skip(true);
    const digit = this.text[this.at];
    if (digit !== '0' && digit !== '1') throw this.fault();
    this.at++;
    return Number(digit);
  }
}

class Pen {
  readonly segments: Segment[] = [];
  x = 0;
  y = 0;
  #startX = 0;
  #startY = 0;
  #closed = false;
  /** The last control point, and of which kind of curve, for S and T. */
  #controlX = 0;
  #controlY = 0;
  #control = '';

  draw(command: string, relative: boolean, n: readonly number[]) {
    const dx = relative ? this.x : 0;
    const dy = relative ? this.y : 0;
    const at = (index: number) => (n[index] as number) + (index % 2 === 0 ? dx : dy);
    if (command === 'Z') return this.#close();
    if (command === 'M') return this.#move(at(0), at(1));
    // PDF would go on from the last point drawn, SVG goes on from where the closed figure began.
    if (this.#closed) this.#move(this.#startX, this.#startY);
    if (command === 'L') this.#line(at(0), at(1));
    else if (command === 'H') this.#line((n[0] as number) + dx, this.y);
    else if (command === 'V') this.#line(this.x, (n[0] as number) + dy);
    else if (command === 'C') this.#cubic(at(0), at(1), at(2), at(3), at(4), at(5));
    else if (command === 'S') this.#cubic(...this.#reflected('c'), at(0), at(1), at(2), at(3));
    else if (command === 'Q') this.#quadratic(at(0), at(1), at(2), at(3));
    else if (command === 'T') this.#quadratic(...this.#reflected('q'), at(0), at(1));
    else this.#arc(n, (n[5] as number) + dx, (n[6] as number) + dy);
  }

  #reflected(kind: string): [number, number] {
    return this.#control === kind ? [2 * this.x - this.#controlX, 2 * this.y - this.#controlY] : [this.x, this.y];
  }

  #go(x: number, y: number, control = '') {
    this.x = x;
    this.y = y;
    this.#control = control;
  }

  #move(x: number, y: number) {
    this.segments.push(['m', x, y]);
    this.#startX = x;
    this.#startY = y;
    this.#closed = false;
    this.#go(x, y);
  }

  #line(x: number, y: number) {
    this.segments.push(['l', x, y]);
    this.#go(x, y);
  }

  #cubic(x1: number, y1: number, x2: number, y2: number, x: number, y: number) {
    this.segments.push(['c', x1, y1, x2, y2, x, y]);
    this.#controlX = x2;
    this.#controlY = y2;
    this.#go(x, y, 'c');
  }

  #quadratic(cx: number, cy: number, x: number, y: number) {
    const third = (from: number, to: number) => from + (2 / 3) * (to - from);
    this.segments.push(['c', third(this.x, cx), third(this.y, cy), third(x, cx), third(y, cy), x, y]);
    this.#controlX = cx;
    this.#controlY = cy;
    this.#go(x, y, 'q');
  }

  #arc(n: readonly number[], x: number, y: number) {
    const [rx, ry, rotation, large, sweep] = n as [number, number, number, number, number];
    const curves = arcCurves(
      { x: this.x, y: this.y },
      { rx, ry, rotation, large: large === 1, sweep: sweep === 1 },
      x,
      y,
    );
    if (curves === undefined) return this.#line(x, y);
    for (const curve of curves) this.segments.push(['c', ...curve]);
    this.#go(x, y);
  }

  #close() {
    if (!this.#closed) this.segments.push(['h']);
    this.#closed = true;
    this.#go(this.#startX, this.#startY);
  }
}
