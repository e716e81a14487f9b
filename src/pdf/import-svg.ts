/** SVG drawings as vector forms: an allow-list is drawn, anything else refuses the file; nothing is fetched, nothing is executed. */

import { assetFault } from './asset-fault.ts';
import { mostSegments, type Segment, segmentOperators, tooManySegments } from './path-data.ts';
import type { ImportedArt } from './pdf-objects.ts';
import { type SvgCanvas, SvgForms } from './svg-canvas.ts';
import { clipOperators } from './svg-clip.ts';
import { ownProperties } from './svg-css.ts';
import { readFraction } from './svg-gradient.ts';
import { isUsable, type Matrix, multiply, readNumbers, readTransform, viewBoxMatrix } from './svg-matrix.ts';
import { paint, readPaint, type Shape, type Style } from './svg-paint.ts';
import { type Box, boundingBox, outline, readLength, type Viewport } from './svg-shapes.ts';
import { readSvg, type SvgNode, type SvgTree } from './svg-tree.ts';

const limits = { drawn: 20_000, uses: 8 };
const pointsPerPixel = 0.75;
const notInherited = new Set(['opacity', 'display', 'clip-path', 'transform', 'stop-color', 'stop-opacity']);

/** The drawing as one form. Throws `invalid_input` naming the element or property that is not supported, and the remedy. */
export function importSvg(data: Uint8Array): ImportedArt {
  const tree = readSvg(data);
  const { width, height, viewport, matrix } = frame(tree.root);
  const forms = new SvgForms(width, height);
  const drawing = new Drawing(tree, forms, viewport);
  forms.form('DeviceRGB', (canvas) => {
    drawing.draw(canvas, tree.root, { style: { fill: 'black', color: 'black' }, matrix, uses: 0 });
  });
  return {
    widthPt: width,
    heightPt: height,
    kind: 'form',
    count: forms.count,
    write: (numberOf) => forms.write(numberOf),
  };
}

/** Size in points, what percentages mean, and the matrix from user units (y down) to the form (y up). */
function frame(root: SvgNode): { width: number; height: number; viewport: Viewport; matrix: Matrix } {
  const viewBox = readViewBox(root.attributes.get('viewBox'));
  const size = (name: string) => {
    const text = root.attributes.get(name)?.trim();
    return text === undefined || text === 'auto' || text.endsWith('%') ? undefined : readLength(text, 0);
  };
  const ratio = viewBox ? viewBox[2] / viewBox[3] : undefined;
  const [givenWidth, givenHeight] = [size('width'), size('height')];
  const width = givenWidth ?? (givenHeight !== undefined && ratio ? givenHeight * ratio : viewBox?.[2]);
  const height = givenHeight ?? (givenWidth !== undefined && ratio ? givenWidth / ratio : viewBox?.[3]);
  if (width === undefined || height === undefined)
    throw assetFault('the SVG has no size; give its svg element a viewBox, or width and height');
  if (!(width > 0 && height > 0 && width <= 20_000 && height <= 20_000))
    throw assetFault('the SVG must be between 0 and 20,000 px wide and high');
  const viewport = viewBox ? { width: viewBox[2], height: viewBox[3] } : { width, height };
  const fit = viewBoxMatrix(
    viewBox ?? [0, 0, width, height],
    { width, height },
    root.attributes.get('preserveAspectRatio') ?? '',
  );
  const flip: Matrix = [pointsPerPixel, 0, 0, -pointsPerPixel, 0, height * pointsPerPixel];
  return { width: width * pointsPerPixel, height: height * pointsPerPixel, viewport, matrix: multiply(flip, fit) };
}

function readViewBox(text: string | undefined): [number, number, number, number] | undefined {
  if (text === undefined) return undefined;
  const numbers = readNumbers(text);
  if (numbers?.length !== 4 || !((numbers[2] as number) > 0) || !((numbers[3] as number) > 0))
    throw assetFault('the viewBox of the SVG is not four numbers with a positive size');
  return numbers as [number, number, number, number];
}

interface Context {
  style: Style;
  matrix: Matrix;
  /** How many `use` elements led here. */
  uses: number;
}

class Drawing {
  readonly #tree: SvgTree;
  readonly #forms: SvgForms;
  readonly #viewport: Viewport;
  readonly #outlines = new Map<SvgNode, { segments: Segment[]; path: string; box: Box | undefined } | undefined>();
  #drawn = 0;
  #segments = 0;

  constructor(tree: SvgTree, forms: SvgForms, viewport: Viewport) {
    this.#tree = tree;
    this.#forms = forms;
    this.#viewport = viewport;
  }

  draw(canvas: SvgCanvas, node: SvgNode, around: Context) {
    if (++this.#drawn > limits.drawn) throw assetFault('the SVG draws too many elements (more than 20,000)');
    const shape = this.#outline(node);
    if (!shape && node.name !== 'g' && node.name !== 'svg' && node.name !== 'use') return;
    const own = ownProperties(node, this.#tree);
    const opacity = readFraction(own.get('opacity'));
    if (own.get('display') === 'none' || opacity === 0) return;
    const matrix = multiply(around.matrix, readTransform(own.get('transform') ?? ''));
    if (!isUsable(matrix)) return;
    const clip = clipOperators(own.get('clip-path'), this.#tree, {
      box: shape?.box,
      matrix,
      viewport: this.#viewport,
      count: (segments) => this.#count(segments),
    });
    if (clip === undefined) return;
    if (clip !== '') canvas.content += `q\n${clip}`;
    const context = { style: inherit(around.style, own), matrix, uses: around.uses };
    if (shape) this.#shape(canvas, { ...shape, matrix, style: context.style }, opacity);
    else this.#grouped(canvas, opacity, (inner) => this.#children(inner, node, context));
    if (clip !== '') canvas.content += 'Q\n';
  }

  #children(canvas: SvgCanvas, node: SvgNode, context: Context) {
    if (node.name !== 'use') {
      for (const child of node.children) this.draw(canvas, child, context);
      return;
    }
    const used = this.#tree.byId.get((node.attributes.get('href') ?? '#').trim().slice(1));
    if (!used) return;
    if (used.name === 'svg' || context.uses >= limits.uses)
      throw assetFault('use elements refer to each other more than 8 deep; replace them by copies');
    const x = readLength(node.attributes.get('x') ?? '0', this.#viewport.width);
    const y = readLength(node.attributes.get('y') ?? '0', this.#viewport.height);
    const matrix = multiply(context.matrix, [1, 0, 0, 1, x, y]);
    this.draw(canvas, used, { style: context.style, matrix, uses: context.uses + 1 });
  }

  /** Half-transparent groups are put together first and shown as one. */
  #grouped(canvas: SvgCanvas, opacity: number, draw: (canvas: SvgCanvas) => void) {
    if (opacity === 1) return draw(canvas);
    const local = this.#forms.form('DeviceRGB', draw);
    canvas.content += `q ${canvas.state(`/ca ${Math.round(opacity * 1e4) / 1e4}`)} ${canvas.form(local)} Q\n`;
  }

  #shape(canvas: SvgCanvas, shape: Shape, opacity: number) {
    if (shape.path === '' || (shape.style.visibility ?? 'visible') !== 'visible') return;
    const target = { tree: this.#tree, forms: this.#forms, viewport: this.#viewport, canvas };
    const fill = readPaint('fill', shape, target);
    const stroke = readPaint('stroke', shape, target);
    const both = fill !== undefined && stroke !== undefined;
    this.#grouped(canvas, both ? opacity : 1, (inner) => {
      const rest = both ? 1 : opacity;
      if (fill) paint('fill', shape, { ...target, canvas: inner }, { paint: fill, opacity: rest });
      if (stroke) paint('stroke', shape, { ...target, canvas: inner }, { paint: stroke, opacity: rest });
    });
  }

  /** Read once, however often it is used. */
  #outline(node: SvgNode) {
    const known = this.#outlines.get(node);
    if (known) this.#count(known.segments.length);
    if (!this.#outlines.has(node)) {
      const segments = outline(node, this.#viewport);
      // Before they are written out, which costs more than reading them.
      if (segments) this.#count(segments.length);
      this.#outlines.set(node, segments && { segments, path: segmentOperators(segments), box: boundingBox(segments) });
    }
    return this.#outlines.get(node);
  }

  #count(segments: number) {
    this.#segments += segments;
    if (this.#segments > mostSegments) throw tooManySegments();
  }
}

function inherit(style: Style, own: ReadonlyMap<string, string>): Style {
  const next: Record<string, string> = { ...style };
  for (const [name, value] of own) if (!notInherited.has(name) && value !== 'inherit') next[name] = value;
  return next;
}
