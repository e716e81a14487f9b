/** Where pages of every size, rotation and unit land on the paper. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { type Matrix, placePage } from './place-page.ts';
import type { Rectangle } from './source-pages.ts';

const paper = { width: 612, height: 792 };

function page(box: Rectangle, over: { turns?: number; unit?: number; trim?: Rectangle } = {}) {
  return { box, trim: over.trim ?? box, turns: over.turns ?? 0, unit: over.unit ?? 1 };
}

/** Where a point of the page lands, rounded to hundredths. */
function lands([a, b, c, d, e, f]: Matrix, x: number, y: number): [number, number] {
  const round = (value: number) => Math.round(value * 100) / 100 + 0;
  return [round(a * x + c * y + e), round(b * x + d * y + f)];
}

const whole: Rectangle = [0, 0, 612, 792];

test('a page of the paper’s own size stays where it is', () => {
  assert.deepEqual(placePage(page(whole), paper).matrix, [1, 0, 0, 1, 0, 0]);
});

test('half a point more or less is the same size', () => {
  const { matrix } = placePage(page([0, 0, 612.283, 791.433]), paper);
  assert.deepEqual(matrix.slice(0, 4), [1, 0, 0, 1]);
});

test('a crop box that begins elsewhere is moved to the corner', () => {
  assert.deepEqual(lands(placePage(page([100, 50, 712, 842]), paper).matrix, 100, 50), [0, 0]);
});

test('a smaller page keeps its size and stands in the middle', () => {
  const { matrix } = placePage(page([0, 0, 300, 400]), paper);
  assert.deepEqual(lands(matrix, 0, 0), [156, 196]);
  assert.deepEqual(lands(matrix, 300, 400), [456, 596]);
});

test('a larger page is made smaller, in its own proportions', () => {
  const { matrix } = placePage(page([0, 0, 1224, 1224]), paper);
  assert.deepEqual(lands(matrix, 0, 0), [0, 90]);
  assert.deepEqual(lands(matrix, 1224, 1224), [612, 702]);
});

test('A4 on letter is made smaller by a little', () => {
  const { matrix } = placePage(page([0, 0, 595.276, 841.89]), paper);
  assert.ok(Math.abs(matrix[0] - 792 / 841.89) < 1e-9);
});

test('a page that is turned for reading is turned on paper, clockwise', () => {
  // Seen upright these are 612 x 792: the corner named is where the page's own lower left comes to lie.
  const corners: [number, Rectangle, [number, number]][] = [
    [0, [0, 0, 612, 792], [0, 0]],
    [1, [0, 0, 792, 612], [0, 792]],
    [2, [0, 0, 612, 792], [612, 792]],
    [3, [0, 0, 792, 612], [612, 0]],
  ];
  for (const [turns, box, corner] of corners)
    assert.deepEqual(lands(placePage(page(box, { turns }), paper).matrix, 0, 0), corner, `${turns} quarter turns`);
});

test('a page across the paper is laid along it, its top to the left', () => {
  const { matrix } = placePage(page([0, 0, 792, 612]), paper);
  assert.deepEqual(lands(matrix, 0, 612), [0, 0]);
  assert.deepEqual(lands(matrix, 792, 612), [0, 792]);
});

test('a page in larger units is as large as it says', () => {
  const { matrix } = placePage(page([0, 0, 306, 396], { unit: 2 }), paper);
  assert.deepEqual(lands(matrix, 306, 396), [612, 792]);
});

test('a page with bleed is cut to the paper, not made smaller', () => {
  const trim: Rectangle = [9, 9, 621, 801];
  const { matrix, box } = placePage(page([0, 0, 630, 810], { trim }), paper);
  assert.deepEqual(lands(matrix, 9, 9), [0, 0]);
  assert.deepEqual(box, trim);
});
