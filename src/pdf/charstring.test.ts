/** Charstrings draw the outlines they were made of and state the advance width. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { charstringOf } from './charstring.ts';
import type { Outline } from './fonts/face.ts';
import { type FontStyle, primaryFace } from './fonts/registry.ts';
import { type GlyphShape, shapeText } from './shape.ts';
import { cffSubset } from './subset.ts';

const operands: Record<number, number> = { 21: 2, 22: 1, 4: 1, 5: 2, 6: 1, 7: 1, 8: 6, 30: 4, 31: 4, 14: 0 };

/** Runs a charstring of the operators we write; gives the width and the points the pen went through. */
function run(bytes: Uint8Array): { width: number; points: [number, number][] } {
  const stack: number[] = [];
  const points: [number, number][] = [];
  let width: number | undefined;
  let [x, y] = [0, 0];
  const go = (dx: number, dy: number) => {
    x += dx;
    y += dy;
    points.push([x, y]);
  };
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at++] as number;
    if (byte === 28) stack.push(((((bytes[at++] as number) << 8) | (bytes[at++] as number)) << 16) >> 16);
    else if (byte >= 251) stack.push(-(byte - 251) * 256 - (bytes[at++] as number) - 108);
    else if (byte >= 247) stack.push((byte - 247) * 256 + (bytes[at++] as number) + 108);
    else if (byte >= 32) stack.push(byte - 139);
    else {
      const count = operands[byte];
      assert.ok(count !== undefined, `operator ${byte}`);
      if (width === undefined) width = stack.shift();
      assert.equal(stack.length, count);
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = stack.splice(0);
      if (byte === 22 || byte === 6) go(a, 0);
      else if (byte === 4 || byte === 7) go(0, a);
      else if (byte === 21 || byte === 5) go(a, b);
      else if (byte !== 14) {
        const steps = byte === 8 ? [a, b, c, d, e, f] : byte === 31 ? [a, 0, b, c, 0, d] : [0, a, b, c, d, 0];
        for (let step = 0; step < 6; step += 2) go(steps[step] as number, steps[step + 1] as number);
      }
    }
  }
  return { width: width ?? Number.NaN, points };
}

/** End points of an outline's segments, in order. */
function endsOf(outline: readonly Outline[], dx = 0, dy = 0): [number, number][] {
  return outline
    .filter(({ type }) => type !== 'Z')
    .map(({ values }) => [Math.round((values.at(-2) as number) + dx), Math.round((values.at(-1) as number) + dy)]);
}

const style: FontStyle = { family: 'Noto Serif', weight: 400, italic: false };

function shapesOf(text: string, own = style): GlyphShape[] {
  const { runs } = shapeText(text, own, { language: 'en', direction: 'auto' });
  return runs.flatMap((one) => one.glyphs.map((glyph) => glyph.shape));
}

test('each end point of a TrueType or CFF outline is met, and the width is the advance', () => {
  for (const text of ['Ag&@ßŒ', '漢字ア', 'محمد', 'Ωж'])
    for (const shape of shapesOf(text)) {
      const { width, points } = run(charstringOf(shape));
      assert.equal(width, Math.round(shape.width));
      const through = new Set(points.map(String));
      for (const end of shape.parts.flatMap((part) => endsOf(shape.face.outlineOf(part.glyph), part.x, part.y)))
        assert.ok(through.has(String(end)), `${shape.text} ${end}`);
    }
});

test('a syllable of several glyphs is one shape with all of its text', () => {
  const [shape] = shapesOf('क्षि');
  assert.equal(shape?.text, 'क्षि');
  assert.ok((shape?.parts.length ?? 0) > 1);
  assert.ok(run(charstringOf(shape as GlyphShape)).points.length > 20);
});

test('a blank draws nothing and keeps its width', () => {
  const { width, points } = run(charstringOf(shapesOf(' ')[0] as GlyphShape));
  assert.deepEqual([width > 200, points.length], [true, 0]);
});

test('the same glyph with the same text is the same shape, with another text another', () => {
  const [first, second] = shapesOf('AA');
  assert.equal(first, second);
  const texts = shapesOf('ffi f').map((shape) => shape.text);
  assert.deepEqual(texts, ['ffi', ' ', 'f']);
});

test('a subset holds its shapes and no more', () => {
  const shapes = [...new Set(shapesOf('Zoë Łukasiewicz'))];
  const { box } = primaryFace(style).metrics;
  const font = cffSubset('ABCDEF+Test', shapes, box);
  const outlines = shapes.reduce((sum, shape) => sum + charstringOf(shape).length, 0);
  assert.ok(font.length > outlines && font.length < outlines + 200 + 2 * shapes.length);
  assert.deepEqual([...font.subarray(0, 4)], [1, 0, 4, 4]);
});
