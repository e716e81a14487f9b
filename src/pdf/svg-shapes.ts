/** The outlines of SVG's basic shapes in their own coordinates, lengths in CSS pixels. */

import { assetFault, quoted } from './asset-fault.ts';
import { mostSegments, parsePath, type Segment } from './path-data.ts';
import { readNumbers } from './svg-matrix.ts';
import type { SvgNode } from './svg-tree.ts';

/** What percentages refer to. */
export interface Viewport {
  width: number;
  height: number;
}

const pixels: Readonly<Record<string, number>> = {
  '': 1,
  px: 1,
  pt: 96 / 72,
  pc: 16,
  in: 96,
  cm: 96 / 2.54,
  mm: 9.6 / 2.54,
  q: 2.4 / 2.54,
};

/** A length in CSS pixels; `whole` is what 100 % means. Throws `invalid_input` for em, calc() and what is none. */
export function readLength(text: string, whole: number): number {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([A-Za-z]{0,2}|%)$/.exec(text.trim().slice(0, 100));
  const unit = (match?.[2] ?? '').toLowerCase();
  const factor = unit === '%' ? whole / 100 : Object.hasOwn(pixels, unit) ? (pixels[unit] as number) : Number.NaN;
  const value = match ? Number(match[1]) * factor : Number.NaN;
  if (!(Math.abs(value) <= 1e7)) throw assetFault(`the SVG has the length ${quoted(text)}; use px, mm or pt`);
  return value;
}

/** The diagonal that percentages of radii and stroke widths refer to (SVG 2, 7.10). */
export function diagonal({ width, height }: Viewport): number {
  return Math.hypot(width, height) / Math.SQRT2;
}

/** The outline of a shape element; empty where SVG draws nothing; undefined where the element is no shape. */
export function outline(node: SvgNode, viewport: Viewport): Segment[] | undefined {
  const length = (name: string, whole: number) => readLength(node.attributes.get(name) ?? '0', whole);
  const x = (name: string) => length(name, viewport.width);
  const y = (name: string) => length(name, viewport.height);
  const has = (name: string) => node.attributes.has(name) && node.attributes.get(name) !== 'auto';
  switch (node.name) {
    case 'path': {
      const d = node.attributes.get('d') ?? '';
      return d.trim() === 'none' ? [] : parsePath(d, mostSegments);
    }
    case 'line':
      return [
        ['m', x('x1'), y('y1')],
        ['l', x('x2'), y('y2')],
      ];
    case 'circle': {
      const r = length('r', diagonal(viewport));
      return ellipse(x('cx'), y('cy'), r, r);
    }
    case 'ellipse': {
      const rx = has('rx') ? x('rx') : y('ry');
      return ellipse(x('cx'), y('cy'), rx, has('ry') ? y('ry') : rx);
    }
    case 'rect': {
      const rx = has('rx') ? x('rx') : has('ry') ? y('ry') : 0;
      return rectangle(x('x'), y('y'), x('width'), y('height'), rx, has('ry') ? y('ry') : rx);
    }
    case 'polyline':
    case 'polygon':
      return polygon(node.attributes.get('points') ?? '', node.name === 'polygon');
    default:
      return undefined;
  }
}

/** Handle length for a quarter circle. */
const k = 0.5522847498;

function ellipse(cx: number, cy: number, rx: number, ry: number): Segment[] {
  if (rx <= 0 || ry <= 0) return [];
  const [a, b] = [rx * k, ry * k];
  return [
    ['m', cx + rx, cy],
    ['c', cx + rx, cy + b, cx + a, cy + ry, cx, cy + ry],
    ['c', cx - a, cy + ry, cx - rx, cy + b, cx - rx, cy],
    ['c', cx - rx, cy - b, cx - a, cy - ry, cx, cy - ry],
    ['c', cx + a, cy - ry, cx + rx, cy - b, cx + rx, cy],
    ['h'],
  ];
}

function rectangle(x: number, y: number, w: number, h: number, wantedX: number, wantedY: number): Segment[] {
  if (w <= 0 || h <= 0) return [];
  const rx = Math.min(Math.max(0, wantedX), w / 2);
  const ry = Math.min(Math.max(0, wantedY), h / 2);
  const [r, b] = [x + w, y + h];
  if (rx === 0 || ry === 0) return [['m', x, y], ['l', r, y], ['l', r, b], ['l', x, b], ['h']];
  const [i, j] = [rx * (1 - k), ry * (1 - k)];
  return [
    ['m', x + rx, y],
    ['l', r - rx, y],
    ['c', r - i, y, r, y + j, r, y + ry],
    ['l', r, b - ry],
    ['c', r, b - j, r - i, b, r - rx, b],
    ['l', x + rx, b],
    ['c', x + i, b, x, b - j, x, b - ry],
    ['l', x, y + ry],
    ['c', x, y + j, x + i, y, x + rx, y],
    ['h'],
  ];
}

function polygon(points: string, closed: boolean): Segment[] {
  const numbers = readNumbers(points);
  if (!numbers || numbers.length % 2 === 1) throw assetFault(`the points ${quoted(points)} cannot be read`);
  const segments: Segment[] = [];
  for (let at = 0; at < numbers.length; at += 2)
    segments.push([at === 0 ? 'm' : 'l', numbers[at] as number, numbers[at + 1] as number]);
  return closed && segments.length > 0 ? [...segments, ['h']] : segments;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The tight bounding box of an outline, curves included; undefined for nothing. */
export function boundingBox(segments: readonly Segment[]): Box | undefined {
  const low = [Infinity, Infinity] as [number, number];
  const high = [-Infinity, -Infinity] as [number, number];
  const reach = (axis: 0 | 1, value: number) => {
    low[axis] = Math.min(low[axis], value);
    high[axis] = Math.max(high[axis], value);
  };
  let last: [number, number] = [0, 0];
  for (const [operator, ...n] of segments) {
    if (operator === 'h') continue;
    const end: [number, number] = [n.at(-2) as number, n.at(-1) as number];
    for (const axis of [0, 1] as const) {
      if (operator === 'c')
        for (const value of extremes(last[axis], n[axis] as number, n[axis + 2] as number, end[axis]))
          reach(axis, value);
      reach(axis, end[axis]);
    }
    last = end;
  }
  return low[0] <= high[0] ? { x: low[0], y: low[1], width: high[0] - low[0], height: high[1] - low[1] } : undefined;
}

/** Values of a cubic where it turns around. */
function extremes(p0: number, p1: number, p2: number, p3: number): number[] {
  // A third of the derivative: a t² + b t + c.
  const a = -p0 + 3 * p1 - 3 * p2 + p3;
  const b = 2 * (p0 - 2 * p1 + p2);
  const c = p1 - p0;
  const root = Math.sqrt(b * b - 4 * a * c);
  const times = Math.abs(a) < 1e-12 ? [-c / b] : [(-b + root) / (2 * a), (-b - root) / (2 * a)];
  return times
    .filter((t) => t > 0 && t < 1)
    .map((t) => (1 - t) ** 3 * p0 + 3 * (1 - t) ** 2 * t * p1 + 3 * (1 - t) * t * t * p2 + t ** 3 * p3);
}
