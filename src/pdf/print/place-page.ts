/** Where a page of any size lands on the paper: in its own size in the middle, made smaller where it does not fit, turned where that keeps it larger. */

import type { Size } from '../../domain/print-product.ts';
import { pdfNumber } from '../pdf-objects.ts';
import type { Rectangle, SourcePage } from './source-pages.ts';

/** a b c d e f of `cm`. */
export type Matrix = [number, number, number, number, number, number];

export interface Placement {
  matrix: Matrix;
  /** What of the page may be seen. */
  box: Rectangle;
}

/** Points that sizes may differ by rounding: 612 and 612.283 are one. */
const slack = 1.5;

/** Quarter turns clockwise. */
const turned: [number, number, number, number][] = [
  [1, 0, 0, 1],
  [0, -1, 1, 0],
  [-1, 0, 0, -1],
  [0, 1, -1, 0],
];

type Drawn = Pick<SourcePage, 'box' | 'trim' | 'turns' | 'unit'>;

export function placePage(page: Drawn, paper: Size): Placement {
  // A page with bleed around the paper's own size is cut to it, not shrunk.
  const box = isSame(seen(page.trim, page), paper) ? page.trim : page.box;
  const size = seen(box, page);
  const upright = fit(size, paper);
  const aside = fit({ width: size.height, height: size.width }, paper);
  const turns = (page.turns + (aside > upright ? 3 : 0)) % 4;
  const scale = Math.max(upright, aside) * page.unit;
  const [a, b, c, d] = (turned[turns] as [number, number, number, number]).map((one) => one * scale) as [
    number,
    number,
    number,
    number,
  ];
  const [x, y] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  return { matrix: [a, b, c, d, paper.width / 2 - a * x - c * y, paper.height / 2 - b * x - d * y], box };
}

export function matrixOperator(matrix: readonly number[]): string {
  return `${matrix.map((one) => pdfNumber(one, 5)).join(' ')} cm\n`;
}

function seen(box: Rectangle, { turns, unit }: Drawn): Size {
  const [width, height] = [(box[2] - box[0]) * unit, (box[3] - box[1]) * unit];
  return turns % 2 === 0 ? { width, height } : { width: height, height: width };
}

function fit(size: Size, paper: Size): number {
  if (size.width <= paper.width + slack && size.height <= paper.height + slack) return 1;
  return Math.min(1, paper.width / size.width, paper.height / size.height);
}

function isSame(size: Size, paper: Size): boolean {
  return Math.abs(size.width - paper.width) <= slack && Math.abs(size.height - paper.height) <= slack;
}
