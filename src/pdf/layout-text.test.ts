/** Text keeps to its box: sides, heights, sizes and line ends, in both directions. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { type LineRun, type SetText, setText, type TextBox } from './layout-text.ts';

const box: TextBox = {
  x: 100,
  top: 500,
  width: 200,
  height: 60,
  style: { family: 'Noto Serif', weight: 400, italic: false },
  size: 12,
  minSize: 12,
  align: 'left',
  verticalAlign: 'top',
  direction: 'auto',
  lineHeight: 1.3,
  letterSpacing: 0,
  wrap: false,
  language: 'en',
};

function widthOf(run: LineRun, size: number): number {
  return run.glyphs.reduce((sum, glyph) => sum + (glyph.advance * size) / 1_000, 0);
}

function firstRun(block: SetText): LineRun {
  const [run] = block.runs;
  assert.ok(run);
  return run;
}

function linesOf(block: SetText): string[] {
  const lines = new Map<number, string>();
  for (const { y, glyphs } of block.runs)
    lines.set(y, (lines.get(y) ?? '') + glyphs.map((glyph) => glyph.shape.text).join(''));
  return [...lines.values()];
}

test('text stands at the side it is aligned to', () => {
  const width = widthOf(firstRun(setText('Ana Nagy', box)), 12);
  const left = (align: TextBox['align'], text = 'Ana Nagy') => Math.round(firstRun(setText(text, { ...box, align })).x);
  assert.equal(left('left'), 100);
  assert.equal(left('right'), Math.round(300 - width));
  assert.equal(left('center'), Math.round(200 - width / 2));
  assert.equal(left('start'), 100);
  assert.equal(left('end'), Math.round(300 - width));
});

test('start and end follow the direction of the paragraph', () => {
  for (const [text, direction] of [
    ['محمد', 'auto'],
    ['Ana', 'rtl'],
  ] as const) {
    const run = firstRun(setText(text, { ...box, align: 'start', direction }));
    assert.ok(Math.abs(run.x + widthOf(run, 12) - 300) < 0.001);
    assert.equal(firstRun(setText(text, { ...box, align: 'end', direction })).x, 100);
  }
});

test('the first strong letter decides the direction of a paragraph', () => {
  const order = (text: string) => linesOf(setText(text, box))[0];
  assert.equal(order('2026 Ana אב'), '2026 Ana בא');
  assert.equal(
    order('(אב) Ana'),
    'Ana (בא)'.replace(/[()]/g, (one) => (one === '(' ? ')' : '(')),
  );
});

test('Arabic-Indic digits keep their order within right-to-left text', () => {
  assert.equal(linesOf(setText('עמוד ١٢٣', box))[0], '١٢٣ דומע');
});

test('a line is centred or set down within its height', () => {
  const y = (verticalAlign: TextBox['verticalAlign']) => firstRun(setText('Ana', { ...box, verticalAlign })).y;
  const step = 12 * 1.3;
  assert.ok(Math.abs(y('top') - y('bottom') - (60 - step)) < 1e-9);
  assert.ok(Math.abs(y('top') - y('middle') - (60 - step) / 2) < 1e-9);
  assert.ok(y('top') < 500 && y('bottom') > 440);
});

test('a long line shrinks just enough to fill its box, and no further than allowed', () => {
  const text = 'Maximiliana Konstantinopolitanska von Hohenzollern';
  const shrunk = setText(text, { ...box, minSize: 4 });
  assert.equal(shrunk.overflow, false);
  const width = widthOf(firstRun(shrunk), shrunk.size);
  assert.ok(width <= 200.01 && width > 199, String(width));
  const refused = setText(text, { ...box, minSize: 11 });
  assert.deepEqual([refused.overflow, refused.size], [true, 11]);
});

test('words wrap at blanks, which the line’s end swallows', () => {
  const block = setText('The quick brown fox jumps over the lazy dog and on', { ...box, wrap: true });
  assert.deepEqual(linesOf(block), ['The quick brown fox jumps over', 'the lazy dog and on']);
  assert.ok(block.runs.every((run) => widthOf(run, block.size) <= 200.01));
});

test('wrapped text shrinks until all its lines fit the height', () => {
  const text = 'The quick brown fox jumps over the lazy dog '.repeat(8);
  const block = setText(text, { ...box, wrap: true, minSize: 3 });
  assert.equal(block.overflow, false);
  assert.ok(block.size < 12 && block.size > 3);
  assert.equal(setText(text, { ...box, wrap: true, minSize: 11 }).overflow, true);
});

test('a line break in the text starts a new line, an empty line takes its room', () => {
  const block = setText('one\r\ntwo\n\nfour', box);
  const ys = block.runs.map((run) => run.y);
  assert.deepEqual(linesOf(block), ['one', 'two', 'four']);
  assert.ok(Math.abs((ys[0] as number) - (ys[2] as number) - 3 * 12 * 1.3) < 1e-9);
});

test('wrapped right-to-left lines are ordered line by line', () => {
  const block = setText('אחת שתיים שלוש ארבע חמש שש שבע שמונה', { ...box, width: 100, wrap: true });
  const [first] = linesOf(block);
  assert.ok([...(first as string)].reverse().join('').startsWith('אחת שתיים'));
});

test('letter spacing widens Latin and leaves Arabic joined', () => {
  const spaced = { ...box, align: 'right' as const, letterSpacing: 2 };
  const shift = (text: string) =>
    firstRun(setText(text, { ...box, align: 'right' })).x - firstRun(setText(text, spaced)).x;
  assert.ok(Math.abs(shift('Anna') - 6) < 1e-9);
  assert.equal(shift('محمد'), 0);
  const texts = firstRun(setText('office', spaced)).glyphs.map((glyph) => glyph.shape.text);
  assert.deepEqual(texts, [...'office'], 'no ligature');
});

test('no text gives no line', () => {
  for (const text of ['', ' ', '\n'])
    assert.equal(
      linesOf(setText(text, { ...box, wrap: true }))
        .join('')
        .trim(),
      '',
    );
});
