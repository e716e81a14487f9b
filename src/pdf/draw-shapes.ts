/** Lines, rectangles and paths of a template as PDF operators, each leaving the graphics state as it found it. */

import type { Element } from '../domain/template.ts';
import { points } from './page-space.ts';
import { pathOperators } from './path-data.ts';
import { pdfColor, pdfNumber } from './pdf-objects.ts';

type Shape<T extends Element['type']> = Extract<Element, { type: T }>;

const n = (mm: number) => pdfNumber(points(mm));

export function lineOperators(line: Shape<'line'>, pageHeight: number): string {
  const dash = line.dash ? `[${line.dash.map(n).join(' ')}] 0 d\n` : '';
  return (
    `q\n${pdfColor(line.stroke)} RG\n${n(line.strokeWidth)} w\n${dash}` +
    `${n(line.x1)} ${n(pageHeight - line.y1)} m\n${n(line.x2)} ${n(pageHeight - line.y2)} l\nS\nQ\n`
  );
}

/** `alpha` names the ExtGState of the element's opacity; it is asked for only below 1. */
export function rectangleOperators(
  shape: Shape<'rectangle'>,
  pageHeight: number,
  alpha: (opacity: number) => string,
): string {
  const paint = paintOperator(shape, 'nonzero');
  if (!paint) return '';
  const radius = Math.min(shape.radius, shape.width / 2, shape.height / 2);
  const bottom = pageHeight - shape.y - shape.height;
  const outline =
    radius === 0
      ? `${n(shape.x)} ${n(bottom)} ${n(shape.width)} ${n(shape.height)} re\n`
      : roundedOutline(shape.x, bottom, shape.width, shape.height, radius);
  return `q\n${paintState(shape, 1, alpha)}${outline}${paint}\nQ\n`;
}

export function pathElementOperators(
  shape: Shape<'path'>,
  pageHeight: number,
  alpha: (opacity: number) => string,
): string {
  const paint = paintOperator(shape, shape.fillRule);
  if (!paint) return '';
  const scale = points(shape.scale);
  const matrix = `${pdfNumber(scale, 6)} 0 0 ${pdfNumber(-scale, 6)} ${n(shape.x)} ${n(pageHeight - shape.y)} cm\n`;
  return `q\n${matrix}${paintState(shape, 1 / scale, alpha)}${pathOperators(shape.d)}${paint}\nQ\n`;
}

interface Painted {
  fill?: string | undefined;
  stroke?: string | undefined;
  strokeWidth: number;
  opacity: number;
}

function paintOperator(shape: Painted, rule: 'nonzero' | 'evenodd'): string | undefined {
  const star = rule === 'evenodd' ? '*' : '';
  if (shape.fill && shape.stroke) return `B${star}`;
  if (shape.fill) return `f${star}`;
  return shape.stroke ? 'S' : undefined;
}

/** `unit` is a point in the current space. */
function paintState(shape: Painted, unit: number, alpha: (opacity: number) => string): string {
  const fill = shape.fill ? `${pdfColor(shape.fill)} rg\n` : '';
  const stroke = shape.stroke
    ? `${pdfColor(shape.stroke)} RG\n${pdfNumber(points(shape.strokeWidth) * unit, 6)} w\n`
    : '';
  const opacity = shape.opacity < 1 ? `/${alpha(shape.opacity)} gs\n` : '';
  return `${opacity}${fill}${stroke}`;
}

/** Distance of a control point that makes a cubic curve a quarter circle. */
const quarter = 0.5522847498;

function roundedOutline(x: number, y: number, width: number, height: number, radius: number): string {
  const right = x + width;
  const top = y + height;
  const k = radius * (1 - quarter);
  const curve = (...at: number[]) => `${at.map(n).join(' ')} c\n`;
  return (
    `${n(x + radius)} ${n(y)} m\n${n(right - radius)} ${n(y)} l\n` +
    curve(right - k, y, right, y + k, right, y + radius) +
    `${n(right)} ${n(top - radius)} l\n${curve(right, top - k, right - k, top, right - radius, top)}` +
    `${n(x + radius)} ${n(top)} l\n${curve(x + k, top, x, top - k, x, top - radius)}` +
    `${n(x)} ${n(y + radius)} l\n${curve(x, y + k, x + k, y, x + radius, y)}h\n`
  );
}
