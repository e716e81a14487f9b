/** Affine matrices [a b c d e f], as SVG and PDF write them, and how SVG states them. */

import { assetFault, quoted } from './asset-fault.ts';
import type { Segment } from './path-data.ts';

export type Matrix = readonly [number, number, number, number, number, number];
export const identity: Matrix = [1, 0, 0, 1, 0, 0];

/** `inner` happens first. */
export function multiply(outer: Matrix, inner: Matrix): Matrix {
  const [a, b, c, d, e, f] = outer;
  const [g, h, i, j, k, l] = inner;
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f];
}

/** Whether the plane stays a plane and all numbers can be written. */
export function isUsable(matrix: Matrix): boolean {
  const [a, b, c, d] = matrix;
  return matrix.every((n) => Math.abs(n) < 1e8) && Math.abs(a * d - b * c) > 1e-12;
}

export function moved(segments: readonly Segment[], [a, b, c, d, e, f]: Matrix): Segment[] {
  return segments.map(([operator, ...points]) => {
    const out: number[] = [];
    for (let at = 0; at + 1 < points.length; at += 2) {
      const [x, y] = [points[at] as number, points[at + 1] as number];
      out.push(a * x + c * y + e, b * x + d * y + f);
    }
    return [operator, ...out];
  });
}

const radians = (degrees: number) => (degrees * Math.PI) / 180;

const functions: Readonly<Record<string, { counts: number[]; make: (n: number[]) => Matrix }>> = {
  matrix: { counts: [6], make: (n) => n as unknown as Matrix },
  translate: { counts: [1, 2], make: ([x = 0, y = 0]) => [1, 0, 0, 1, x, y] },
  scale: { counts: [1, 2], make: ([x = 1, y = x]) => [x, 0, 0, y, 0, 0] },
  rotate: {
    counts: [1, 3],
    make: ([angle = 0, x = 0, y = 0]) => {
      const [cos, sin] = [Math.cos(radians(angle)), Math.sin(radians(angle))];
      return [cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y];
    },
  },
  skewX: { counts: [1], make: ([angle = 0]) => [1, 0, Math.tan(radians(angle)), 1, 0, 0] },
  skewY: { counts: [1], make: ([angle = 0]) => [1, Math.tan(radians(angle)), 0, 1, 0, 0] },
};

/** A `transform` list. Throws `invalid_input` where it leaves the grammar. */
export function readTransform(text: string): Matrix {
  const step = /[\s,]*([A-Za-z]{5,9})\s*\(([^()]{0,400})\)/y;
  const fault = () => assetFault(`the transform ${quoted(text)} cannot be read`);
  let matrix = identity;
  let end = 0;
  for (let match = step.exec(text); match; match = step.exec(text)) {
    const [, name = '', list = ''] = match;
    const entry = Object.hasOwn(functions, name) ? functions[name] : undefined;
    const numbers = readNumbers(list.replace(/deg|px/g, ''));
    if (!entry || !numbers || !entry.counts.includes(numbers.length)) throw fault();
    matrix = multiply(matrix, entry.make(numbers));
    end = step.lastIndex;
  }
  if (text.slice(end).trim() !== '' && text.trim() !== 'none') throw fault();
  return matrix;
}

/** Numbers separated by blanks, commas, or nothing but their signs and points; undefined where something else stands there. */
export function readNumbers(text: string): number[] | undefined {
  const step = /[\s,]*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/y;
  const numbers: number[] = [];
  let end = 0;
  for (let match = step.exec(text); match; match = step.exec(text)) {
    numbers.push(Number(match[1]));
    end = step.lastIndex;
  }
  return text.slice(end).trim() === '' && numbers.every((n) => Math.abs(n) <= 1e7) ? numbers : undefined;
}

/** Maps a viewBox into a viewport (SVG 2, 8.2). */
export function viewBoxMatrix(
  [x, y, width, height]: readonly [number, number, number, number],
  viewport: { width: number; height: number },
  preserveAspectRatio: string,
): Matrix {
  let sx = viewport.width / width;
  let sy = viewport.height / height;
  const [align = 'xMidYMid', fit = 'meet'] = preserveAspectRatio.trim().split(/\s+/, 2);
  const match = align === 'none' ? null : (/^x(Min|Mid|Max)Y(Min|Mid|Max)$/.exec(align) ?? ['', 'Mid', 'Mid']);
  if (match) sx = sy = fit === 'slice' ? Math.max(sx, sy) : Math.min(sx, sy);
  const place = { Min: 0, Mid: 0.5, Max: 1 };
  const [, alignX, alignY] = (match ?? ['', 'Min', 'Min']) as [string, keyof typeof place, keyof typeof place];
  const dx = (viewport.width - width * sx) * place[alignX] - x * sx;
  const dy = (viewport.height - height * sy) * place[alignY] - y * sy;
  return [sx, 0, 0, sy, dx, dy];
}
