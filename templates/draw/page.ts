/** Short ways to write the elements of a template; lengths in millimetres, sizes in points. */

export type Element = Record<string, unknown>;
export type Box = readonly [x: number, y: number, width: number, height: number];

/** What stands in a template of format `chancery-template/1`; the reader checks it. */
export interface Drawing {
  format: 'chancery-template/1';
  name: string;
  language: string;
  elements: Element[];
  [part: string]: unknown;
}

export function text([x, y, width, height]: Box, words: string, style: Element): Element {
  return { type: 'text', x, y, width, height, text: words, verticalAlign: 'middle', ...style };
}

export function path(d: string, style: Element): Element {
  return { type: 'path', d, ...style };
}

export function rectangle([x, y, width, height]: Box, style: Element): Element {
  return { type: 'rectangle', x, y, width, height, ...style };
}

export function line(x1: number, y1: number, x2: number, y2: number, stroke: string, strokeWidth: number): Element {
  return { type: 'line', x1, y1, x2, y2, stroke, strokeWidth };
}

/** A code on white paper of its own, quiet zone included. */
export function qr(x: number, y: number, size: number, color: string): Element {
  return { type: 'qr', x, y, size, color, background: '#ffffff', errorCorrection: 'M' };
}
