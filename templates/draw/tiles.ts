/** Figures that fill a plane when repeated: eight-pointed stars, overlapping waves, quarter circles. */

import { numbers, type Point, polar, polygon } from './curve.ts';

/** An eight-pointed star, two squares turned against each other; tip to tip in rows, crosses appear between them. */
export function khatam(x: number, y: number, outer: number): string {
  const inner = outer * (Math.cos(Math.PI / 4) / Math.cos(Math.PI / 8));
  const corners = Array.from({ length: 16 }, (_, at) => polar(x, y, at % 2 === 0 ? outer : inner, (Math.PI * at) / 8));
  return polygon(corners);
}

/** Seigaiha: one wave of concentric half rings above y. */
export function wave(x: number, y: number, radius: number, rings: number): string {
  let d = '';
  for (let at = 0; at < rings; at++) {
    const r = radius * (1 - at / rings);
    d += `M${numbers([x - r, y])}a${numbers([r, r])} 0 0 1 ${numbers([2 * r, 0])}`;
  }
  return d;
}

/** A quarter disc in a square: its centre lies in `corner`, counted clockwise from the upper left. */
export function quarterDisc(x: number, y: number, side: number, corner: 0 | 1 | 2 | 3): string {
  const at: Point[] = [
    [x, y],
    [x + side, y],
    [x + side, y + side],
    [x, y + side],
  ];
  const [centre, from, to] = [at[corner], at[(corner + 1) % 4], at[(corner + 3) % 4]] as [Point, Point, Point];
  return `M${numbers(centre)}L${numbers(from)}A${numbers([side, side])} 0 0 1 ${numbers(to)}z`;
}
