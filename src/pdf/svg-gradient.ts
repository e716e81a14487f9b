/** SVG gradients as PDF shading patterns (ISO 32000-1, 8.7.4.5.3 and 8.7.4.5.4). */

import { assetFault, quoted } from './asset-fault.ts';
import { pdfNumber } from './pdf-objects.ts';
import { type Colour, readColour } from './svg-colour.ts';
import { ownProperties } from './svg-css.ts';
import { isUsable, type Matrix, multiply, readTransform } from './svg-matrix.ts';
import { type Box, diagonal, readLength, type Viewport } from './svg-shapes.ts';
import type { SvgNode, SvgTree } from './svg-tree.ts';

/** A pattern dictionary to paint with; `opacity` is the same geometry in grey, where the stops are not equally opaque. */
export interface GradientPattern {
  pattern: string;
  alpha: number;
  opacity?: string;
}

interface Stop {
  offset: number;
  colour: Colour;
}

const maxHops = 8;
const n = (value: number) => pdfNumber(value, 6);

/** How a shape with this bounding box is painted; a plain colour where the gradient is one; undefined where nothing is painted.
 * `matrix`: from the shape to the form. */
export function gradientPaint(
  node: SvgNode,
  tree: SvgTree,
  place: { box: Box | undefined; matrix: Matrix; viewport: Viewport },
): Colour | GradientPattern | undefined {
  const chain = hrefChain(node, tree);
  const attribute = (name: string) => chain.find((one) => one.attributes.has(name))?.attributes.get(name);
  const stops = readStops(
    chain.find((one) => one.children.some((child) => child.name === 'stop')),
    tree,
  );
  const last = stops.at(-1);
  if (!last) return undefined;
  const byBox = attribute('gradientUnits') !== 'userSpaceOnUse';
  const { box } = place;
  if (byBox && (!box || box.width === 0 || box.height === 0)) return undefined;
  const spread = attribute('spreadMethod') ?? 'pad';
  if (spread !== 'pad') throw assetFault(`a gradient uses spreadMethod ${quoted(spread)}; export with pad`);
  const viewport = byBox ? { width: 1, height: 1 } : place.viewport;
  const length = (name: string, standard: string, whole: number) => readLength(attribute(name) ?? standard, whole);
  const x = (name: string, standard: string) => length(name, standard, viewport.width);
  const y = (name: string, standard: string) => length(name, standard, viewport.height);
  let coordinates: number[];
  if (node.name === 'linearGradient') {
    coordinates = [x('x1', '0%'), y('y1', '0%'), x('x2', '100%'), y('y2', '0%')];
    if (coordinates[0] === coordinates[2] && coordinates[1] === coordinates[3]) return last.colour;
  } else {
    const [cx, cy] = [x('cx', '50%'), y('cy', '50%')];
    const r = length('r', '50%', diagonal(viewport));
    if (r <= 0) return last.colour;
    const focus = attribute('fx') === undefined ? cx : x('fx', '');
    const [fx, fy] = inside(focus, attribute('fy') === undefined ? cy : y('fy', ''), cx, cy, r);
    coordinates = [fx, fy, Math.min(r * 0.999, Math.max(0, length('fr', '0', diagonal(viewport)))), cx, cy, r];
  }
  let matrix = place.matrix;
  if (byBox && box) matrix = multiply(matrix, [box.width, 0, 0, box.height, box.x, box.y]);
  matrix = multiply(matrix, readTransform(attribute('gradientTransform') ?? ''));
  if (!isUsable(matrix)) return last.colour;
  const pattern = (space: string, value: (stop: Stop) => readonly number[]) =>
    `<</Type/Pattern/PatternType 2/Matrix[${matrix.map(n).join(' ')}]/Shading<</ShadingType ${coordinates.length === 4 ? 2 : 3}` +
    `/ColorSpace/${space}/Coords[${coordinates.map(n).join(' ')}]/Extend[true true]/Function ${blend(stops, value)}>>>>`;
  const uneven = stops.some((stop) => stop.colour.alpha !== last.colour.alpha);
  return {
    pattern: pattern('DeviceRGB', (stop) => stop.colour.rgb),
    alpha: uneven ? 1 : last.colour.alpha,
    ...(uneven && { opacity: pattern('DeviceGray', (stop) => [stop.colour.alpha]) }),
  };
}

/** A focus on or outside the circle moves just inside it, as SVG 1.1 wants. */
function inside(fx: number, fy: number, cx: number, cy: number, r: number): [number, number] {
  const distance = Math.hypot(fx - cx, fy - cy);
  const factor = distance > r * 0.999 ? (r * 0.999) / distance : 1;
  return [cx + (fx - cx) * factor, cy + (fy - cy) * factor];
}

function hrefChain(node: SvgNode, tree: SvgTree): SvgNode[] {
  const chain = [node];
  for (let href = node.attributes.get('href'); href !== undefined; href = chain.at(-1)?.attributes.get('href')) {
    const next = tree.byId.get(href.trim().slice(1));
    if (!next?.name.endsWith('Gradient')) break;
    if (chain.includes(next) || chain.length >= maxHops) throw assetFault('gradients refer to each other in a circle');
    chain.push(next);
  }
  return chain;
}

function readStops(owner: SvgNode | undefined, tree: SvgTree): Stop[] {
  const stops: Stop[] = [];
  for (const child of owner?.children ?? []) {
    if (child.name !== 'stop') continue;
    const own = ownProperties(child, tree);
    const offset = Math.min(
      1,
      Math.max(stops.at(-1)?.offset ?? 0, readLength(child.attributes.get('offset') ?? '0', 1)),
    );
    const text = own.get('stop-color') ?? 'black';
    const colour = readColour(text.toLowerCase() === 'currentcolor' ? (own.get('color') ?? 'black') : text);
    stops.push({ offset, colour: { rgb: colour.rgb, alpha: colour.alpha * readFraction(own.get('stop-opacity')) } });
  }
  return stops;
}

/** An opacity: a number or percentage, clamped to 0…1; absent is 1. */
export function readFraction(text: string | undefined): number {
  return text === undefined ? 1 : Math.min(1, Math.max(0, readLength(text, 1)));
}

/** From 0 to 1 over all stops. Two stops at one place are a hard edge: PDF has no interval of length zero, so none is written. */
function blend(stops: readonly Stop[], value: (stop: Stop) => readonly number[]): string {
  const first = stops[0] as Stop;
  const last = stops.at(-1) as Stop;
  const all = [{ ...first, offset: 0 }, ...stops, { ...last, offset: 1 }];
  const pieces: string[] = [];
  const bounds: string[] = [];
  for (let at = 1; at < all.length; at++) {
    const [from, to] = [all[at - 1] as Stop, all[at] as Stop];
    if (n(to.offset) === n(from.offset)) continue;
    if (pieces.length > 0) bounds.push(n(from.offset));
    const colours = [from, to].map((stop) =>
      value(stop)
        .map((part) => pdfNumber(part, 4))
        .join(' '),
    );
    pieces.push(`<</FunctionType 2/Domain[0 1]/N 1/C0[${colours[0]}]/C1[${colours[1]}]>>`);
  }
  if (pieces.length === 1) return pieces[0] as string;
  const encode = pieces.map(() => '0 1').join(' ');
  return `<</FunctionType 3/Domain[0 1]/Bounds[${bounds.join(' ')}]/Encode[${encode}]/Functions[${pieces.join('')}]>>`;
}
