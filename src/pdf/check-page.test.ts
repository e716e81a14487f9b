/** Rows that cannot be drawn are found before drawing, with the placeholder at fault; rows that pass can be drawn. */

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { ChanceryError } from '../errors.ts';
import { checkPage } from './check-page.ts';
import { fillPage } from './fill-page.ts';
import { attachment, documentOf, nameBox, programOf, textByPdfium, valuesOf } from './page.test-support.ts';

const courseBox = { ...nameBox, y: 90, text: 'completed {{Course}} on {{issue_date}}', size: 14, wrap: true };

test('an ordinary row has no issue', async () => {
  const program = await programOf([nameBox, courseBox, { type: 'qr', x: 10, y: 10, size: 30 }]);
  assert.deepEqual(checkPage(program, valuesOf({ Course: 'Applied Statistics' })), []);
});

test('a character that no font has is named with its code point, once, at its field', async () => {
  const program = await programOf([nameBox, { ...nameBox, y: 100 }, courseBox]);
  const issues = checkPage(program, valuesOf({ name: 'Ana 😀😀', Course: 'A 𓀀 course' }));
  assert.deepEqual(issues, [
    { path: 'name', code: 'missing_glyph', params: { character: '😀', codePoint: 'U+1F600' } },
    { path: 'Course', code: 'missing_glyph', params: { character: '𓀀', codePoint: 'U+13000' } },
  ]);
});

test('joiners, variation selectors and soft hyphens need no glyph', async () => {
  const program = await programOf([nameBox]);
  for (const name of ['A\u200dB', 'A\u200cB', 'A\ufe0eB', 'Soft\u00adhyphen', 'क्\u200dष', 'A\u2060B', '辻\u{e0100}'])
    assert.deepEqual(checkPage(program, valuesOf({ name })), [], JSON.stringify(name));
});

test('a text too long for its smallest size overflows, and drawing it is refused alike', async () => {
  const program = await programOf([{ ...nameBox, width: 60, minSize: 20 }, courseBox]);
  const values = valuesOf({ name: 'Wolfeschlegelsteinhausenbergerdorff' });
  const expected = [{ path: 'name', code: 'text_overflow' }];
  assert.deepEqual(checkPage(program, values), expected);
  assert.throws(
    () => fillPage(program, values, attachment),
    (error) => error instanceof ChanceryError && error.code === 'invalid_input' && error.issues[0]?.path === 'name',
  );
});

test('overflow is laid at the longest of a box’s placeholders', async () => {
  const program = await programOf([{ ...courseBox, height: 8, minSize: 14 }]);
  assert.deepEqual(checkPage(program, valuesOf({ Course: 'very '.repeat(100) })), [
    { path: 'Course', code: 'text_overflow' },
  ]);
});

test('without a smallest size a text is never shrunk', async () => {
  const { minSize: _, ...fixed } = { ...nameBox, width: 50 };
  const program = await programOf([fixed]);
  assert.equal(checkPage(program, valuesOf({ name: 'Maximiliana Konstantinopolitanska' }))[0]?.code, 'text_overflow');
  assert.deepEqual(checkPage(program, valuesOf({ name: 'Ana' })), []);
});

test('a wrapped box fails where one word is wider than the box', async () => {
  const program = await programOf([{ ...nameBox, width: 40, height: 100, wrap: true, size: 20, minSize: 18 }]);
  assert.deepEqual(checkPage(program, valuesOf({ name: 'Ana Maria Petra Sofia Zoë' })), []);
  assert.equal(checkPage(program, valuesOf({ name: 'Donaudampfschifffahrtsgesellschaft' }))[0]?.code, 'text_overflow');
});

test('a QR code with too much to say and a barcode outside ASCII are refused', async () => {
  const program = await programOf([
    { type: 'qr', x: 10, y: 10, size: 30, value: '{{Course}}', errorCorrection: 'H' },
    { type: 'barcode', x: 10, y: 50, width: 80, height: 10, value: '{{name}}' },
  ]);
  assert.deepEqual(checkPage(program, valuesOf({ name: 'Zoë', Course: 'x'.repeat(1_300) })), [
    { path: 'Course', code: 'text_overflow' },
    { path: 'name', code: 'invalid', params: { reason: 'a barcode holds ASCII characters only' } },
  ]);
  assert.equal(checkPage(program, valuesOf({ name: 'x'.repeat(100) }))[0]?.code, 'text_overflow');
  assert.deepEqual(checkPage(program, valuesOf({ name: '', Course: '' })), []);
});

test('names of two hundred characters fit a box that can shrink', async () => {
  const program = await programOf([{ ...nameBox, minSize: 4 }]);
  const name = 'Maria Ángeles '.repeat(15).slice(0, 200).trim();
  assert.deepEqual(checkPage(program, valuesOf({ name })), []);
  assert.equal(await textByPdfium(documentOf(program, valuesOf({ name }))), name);
});

test('whatever a row says, checking never fails otherwise and agrees with drawing', async () => {
  const program = await programOf([nameBox, courseBox, { ...nameBox, y: 130, direction: 'rtl', letterSpacing: 2 }]);
  const anything = fc.string({
    unit: fc.oneof(
      fc.constantFrom(...'\u202e\u2067\u0301\u200d\n\t (){}[]אبक्षกำ한漢'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
    maxLength: 40,
  });
  fc.assert(
    fc.property(anything, anything, (name, Course) => {
      const values = valuesOf({ name, Course });
      const issues = checkPage(program, values);
      if (issues.length > 0) assert.throws(() => fillPage(program, values, attachment), ChanceryError);
      else assert.ok(fillPage(program, values, attachment).tail.length > 0);
    }),
    { numRuns: 150, seed: 11 },
  );
});

test('a template whose own words cannot be drawn is refused with the element’s path', async () => {
  for (const text of ['Well done 🎉', 'Well done 🎉 {{name}}'])
    await assert.rejects(
      programOf([nameBox, { ...nameBox, text }]),
      (error) =>
        error instanceof ChanceryError &&
        error.issues[0]?.path === 'elements.1.text' &&
        error.issues[0].params?.codePoint === 'U+1F389',
    );
});
