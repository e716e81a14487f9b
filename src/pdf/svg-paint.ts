/** Filling and stroking one outline: colours, gradients, opacity, line styles. */

import { assetFault, quoted } from './asset-fault.ts';
import { pdfNumber } from './pdf-objects.ts';
import type { SvgCanvas, SvgForms } from './svg-canvas.ts';
import { type Colour, readColour } from './svg-colour.ts';
import { type GradientPattern, gradientPaint, readFraction } from './svg-gradient.ts';
import { type Matrix, readNumbers } from './svg-matrix.ts';
import { type Box, diagonal, readLength, type Viewport } from './svg-shapes.ts';
import type { SvgTree } from './svg-tree.ts';

/** Computed properties by name. */
export type Style = Readonly<Record<string, string>>;

export interface Target {
  tree: SvgTree;
  forms: SvgForms;
  viewport: Viewport;
  canvas: SvgCanvas;
}

export interface Shape {
  /** Path operators in the shape's coordinates. */
  path: string;
  box: Box | undefined;
  matrix: Matrix;
  style: Style;
}

const n = (value: number) => pdfNumber(value, 6);

/** Colour or gradient of `fill` or `stroke`; undefined for none. */
export function readPaint(
  which: 'fill' | 'stroke',
  shape: Shape,
  target: Target,
): Colour | GradientPattern | undefined {
  const text = shape.style[which] ?? 'none';
  const plain = (word: string) => {
    if (word === 'none' || word === '') return undefined;
    return readColour(word.toLowerCase() === 'currentcolor' ? (shape.style.color ?? 'black') : word);
  };
  if (!text.startsWith('url(')) return plain(text);
  const match = /^url\((["']?)#([^"'()]{1,300})\1\)\s*(.{0,100})$/.exec(text);
  if (!match) throw assetFault(`the SVG refers to ${quoted(text)}; only what stands in the file can be used`);
  const node = target.tree.byId.get(match[2] as string);
  if (!node?.name.endsWith('Gradient')) return plain(match[3] as string);
  return gradientPaint(node, target.tree, { box: shape.box, matrix: shape.matrix, viewport: target.viewport });
}

/** Writes one painting operation; `opacity` multiplies what the style says. */
export function paint(
  which: 'fill' | 'stroke',
  shape: Shape,
  target: Target,
  by: { paint: Colour | GradientPattern; opacity: number },
) {
  const { canvas } = target;
  const stroke = which === 'stroke';
  const line = stroke ? lineStyle(shape.style, target.viewport) : '';
  if (line === undefined) return;
  const alpha = by.paint.alpha * by.opacity * readFraction(shape.style[`${which}-opacity`]);
  if (alpha === 0) return;
  const parts = ['q'];
  // A soft mask is placed by the matrix in force when it is set: the form's.
  if ('pattern' in by.paint && by.paint.opacity !== undefined) parts.push(softMask(by.paint.opacity, target));
  if (alpha < 1) parts.push(canvas.state(`/${stroke ? 'CA' : 'ca'} ${pdfNumber(alpha, 4)}`));
  parts.push(`${shape.matrix.map(n).join(' ')} cm`);
  if ('pattern' in by.paint)
    parts.push(stroke ? '/Pattern CS' : '/Pattern cs', canvas.pattern(by.paint.pattern), stroke ? 'SCN' : 'scn');
  else parts.push(by.paint.rgb.map((part) => pdfNumber(part, 4)).join(' '), stroke ? 'RG' : 'rg');
  const operator = stroke ? 'S' : shape.style['fill-rule'] === 'evenodd' ? 'f*' : 'f';
  canvas.content += `${parts.join(' ')}${line}\n${shape.path}${operator} Q\n`;
}

/** The gradient's opacity in grey over the whole form, as the luminosity that lets through. */
function softMask(pattern: string, { forms, canvas }: Target): string {
  const local = forms.form('DeviceGray', (mask) => {
    mask.content = `/Pattern cs ${mask.pattern(pattern)} scn 0 0 ${n(forms.width)} ${n(forms.height)} re f\n`;
  });
  return canvas.state(`/SMask<</Type/Mask/S/Luminosity/G #${local}>>`);
}

const caps = new Map([
  ['butt', 0],
  ['round', 1],
  ['square', 2],
]);
const joins = new Map([
  ['round', 1],
  ['bevel', 2],
]);

/** Operators for width, ends, corners and dashes; undefined for a line without width. */
function lineStyle(style: Style, viewport: Viewport): string | undefined {
  const whole = diagonal(viewport);
  const width = readLength(style['stroke-width'] ?? '1', whole);
  if (width <= 0) return undefined;
  const limit = Math.max(1, readLength(style['stroke-miterlimit'] ?? '4', 1));
  let text = ` ${n(width)} w ${caps.get(style['stroke-linecap'] ?? '') ?? 0} J ${joins.get(style['stroke-linejoin'] ?? '') ?? 0} j ${n(limit)} M`;
  const list = style['stroke-dasharray'] ?? 'none';
  if (list === 'none' || list === '') return text;
  const dashes = readNumbers(list.replace(/px/g, ''));
  if (!dashes || dashes.length > 100 || dashes.some((dash) => dash < 0))
    throw assetFault(`the dashes ${quoted(list)} cannot be read; use numbers without units`);
  const all = dashes.length % 2 === 1 ? [...dashes, ...dashes] : dashes;
  const sum = all.reduce((total, dash) => total + dash, 0);
  if (sum <= 0) return text;
  // PDF has no negative phase.
  const phase = readLength(style['stroke-dashoffset'] ?? '0', whole) % sum;
  text += ` [${all.map(n).join(' ')}] ${n(phase < 0 ? phase + sum : phase)} d`;
  return text;
}
