/** Clipping paths, written in the coordinates of the form. */

import { assetFault, quoted } from './asset-fault.ts';
import { type Segment, segmentOperators } from './path-data.ts';
import { ownProperties } from './svg-css.ts';
import { isUsable, type Matrix, moved, multiply, readTransform } from './svg-matrix.ts';
import { type Box, outline, type Viewport } from './svg-shapes.ts';
import type { SvgNode, SvgTree } from './svg-tree.ts';

/** Operators that narrow the clip, or '' for no clip; undefined where the clip leaves nothing.
 * `count` is told how many segments were written. */
export function clipOperators(
  reference: string | undefined,
  tree: SvgTree,
  place: { box: Box | undefined; matrix: Matrix; viewport: Viewport; count: (segments: number) => void },
): string | undefined {
  if (reference === undefined || reference === 'none') return '';
  const match = /^url\((["']?)#([^"'()]{1,300})\1\)$/.exec(reference);
  const clip = match ? tree.byId.get(match[2] as string) : undefined;
  if (clip?.name !== 'clipPath')
    throw assetFault(`the SVG clips with ${quoted(reference)}, which is no clipPath in the file`);
  const own = ownProperties(clip, tree);
  if ((own.get('clip-path') ?? 'none') !== 'none') throw assetFault('a clipPath is itself clipped; combine the two');
  let matrix = multiply(place.matrix, readTransform(own.get('transform') ?? ''));
  if (clip.attributes.get('clipPathUnits') === 'objectBoundingBox') {
    const { box } = place;
    if (!box) throw assetFault('a group is clipped by its bounding box; use userSpaceOnUse');
    matrix = multiply(matrix, [box.width, 0, 0, box.height, box.x, box.y]);
  }
  const rules = new Set<string>();
  const segments: Segment[] = [];
  let shapes = 0;
  for (const child of clip.children) {
    const found = clipShape(child, tree, place.viewport, own.get('clip-rule'));
    if (!found || found.segments.length === 0) continue;
    const all = multiply(matrix, found.matrix);
    if (!isUsable(all)) continue;
    place.count(found.segments.length);
    for (const segment of moved(found.segments, all)) segments.push(segment);
    rules.add(found.rule);
    shapes++;
  }
  if (shapes === 0) return undefined;
  if (shapes > 1 && rules.has('evenodd'))
    throw assetFault('a clipPath of several shapes uses evenodd; unite them first');
  return `${segmentOperators(segments)}${rules.has('evenodd') ? 'W*' : 'W'} n\n`;
}

function clipShape(node: SvgNode, tree: SvgTree, viewport: Viewport, inherited = 'nonzero') {
  const own = ownProperties(node, tree);
  if (own.get('display') === 'none') return undefined;
  if ((own.get('clip-path') ?? 'none') !== 'none')
    throw assetFault('a shape in a clipPath is itself clipped; combine the two');
  const matrix = readTransform(own.get('transform') ?? '');
  const rule = own.get('clip-rule') ?? inherited;
  if (node.name !== 'use') {
    const segments = outline(node, viewport);
    if (!segments) throw assetFault('a clipPath holds something else than shapes; ungroup it');
    return { segments, matrix, rule };
  }
  const used = tree.byId.get((node.attributes.get('href') ?? '').trim().slice(1));
  if (!used) return undefined;
  const segments = outline(used, viewport);
  if (!segments) throw assetFault('a clipPath uses something else than a shape');
  const usedOwn = ownProperties(used, tree);
  const shift: Matrix = [
    1,
    0,
    0,
    1,
    Number(node.attributes.get('x') ?? 0) || 0,
    Number(node.attributes.get('y') ?? 0) || 0,
  ];
  return {
    segments,
    matrix: multiply(multiply(matrix, shift), readTransform(usedOwn.get('transform') ?? '')),
    rule: usedOwn.get('clip-rule') ?? rule,
  };
}
