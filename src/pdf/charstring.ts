/** Outlines as Type 2 charstrings (Adobe Technical Note 5177), on the integer grid of 1000 units an em, cached per shape. */

import type { Outline } from './fonts/face.ts';
import type { GlyphShape } from './shape.ts';

const moveTo = { r: 21, h: 22, v: 4 };
const lineTo = { r: 5, h: 6, v: 7 };
const curveTo = { r: 8, vh: 30, hv: 31 };
const endChar = 14;

const written = new WeakMap<GlyphShape, Uint8Array>();

/** The charstring of a shape, advance width included (nominalWidthX is 0). */
export function charstringOf(shape: GlyphShape): Uint8Array {
  let bytes = written.get(shape);
  if (!bytes) {
    const pen = new CharstringPen(shape.width);
    for (const part of shape.parts) pen.draw(shape.face.outlineOf(part.glyph), part.x, part.y);
    bytes = pen.finish();
    written.set(shape, bytes);
  }
  return bytes;
}

class CharstringPen {
  readonly #bytes: number[] = [];
  /** Where the pen stands, rounded. */
  #x = 0;
  #y = 0;
  /** Where the outline stands, exact. */
  #exactX = 0;
  #exactY = 0;

  constructor(width: number) {
    this.#number(Math.round(width));
  }

  draw(outline: readonly Outline[], dx: number, dy: number): void {
    for (const { type, values } of outline) {
      const v = values.map((value, at) => value + (at % 2 === 0 ? dx : dy));
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = v;
      if (type === 'M') this.#move(a, b);
      else if (type === 'L') this.#line(a, b);
      else if (type === 'C') this.#curve(a, b, c, d, e, f);
      else if (type === 'Q') this.#quadratic(a, b, c, d);
    }
  }

  finish(): Uint8Array {
    return Uint8Array.from([...this.#bytes, endChar]);
  }

  #move(x: number, y: number): void {
    const [dx, dy] = this.#step(x, y);
    if (dy === 0) this.#operation([dx], moveTo.h);
    else if (dx === 0) this.#operation([dy], moveTo.v);
    else this.#operation([dx, dy], moveTo.r);
  }

  #line(x: number, y: number): void {
    const [dx, dy] = this.#step(x, y);
    if (dx === 0 && dy === 0) return;
    if (dy === 0) this.#operation([dx], lineTo.h);
    else if (dx === 0) this.#operation([dy], lineTo.v);
    else this.#operation([dx, dy], lineTo.r);
  }

  /** A quadratic curve is a cubic one whose control points lie two thirds of the way to its own. */
  #quadratic(cx: number, cy: number, x: number, y: number): void {
    const { x: fromX, y: fromY } = { x: this.#exactX, y: this.#exactY };
    const third = (from: number, to: number) => from + (2 / 3) * (to - from);
    this.#curve(third(fromX, cx), third(fromY, cy), third(x, cx), third(y, cy), x, y);
  }

  #curve(ax: number, ay: number, bx: number, by: number, x: number, y: number): void {
    const [dxa, dya] = this.#step(ax, ay);
    const [dxb, dyb] = this.#step(bx, by);
    const [dxc, dyc] = this.#step(x, y);
    if (dya === 0 && dxc === 0) this.#operation([dxa, dxb, dyb, dyc], curveTo.hv);
    else if (dxa === 0 && dyc === 0) this.#operation([dya, dxb, dyb, dxc], curveTo.vh);
    else this.#operation([dxa, dya, dxb, dyb, dxc, dyc], curveTo.r);
  }

  /** Goes to a point and tells the rounded way; the error never adds up. */
  #step(x: number, y: number): [number, number] {
    const toX = Math.round(x);
    const toY = Math.round(y);
    const way: [number, number] = [toX - this.#x, toY - this.#y];
    this.#x = toX;
    this.#y = toY;
    this.#exactX = x;
    this.#exactY = y;
    return way;
  }

  #operation(operands: readonly number[], operator: number): void {
    for (const operand of operands) this.#number(operand);
    this.#bytes.push(operator);
  }

  #number(value: number): void {
    const bytes = this.#bytes;
    if (value >= -107 && value <= 107) bytes.push(value + 139);
    else if (value >= 108 && value <= 1_131) bytes.push(247 + ((value - 108) >> 8), (value - 108) & 255);
    else if (value >= -1_131 && value <= -108) bytes.push(251 + ((-value - 108) >> 8), (-value - 108) & 255);
    else bytes.push(28, (value >> 8) & 255, value & 255);
  }
}
