/** Text put together from pairs is text shaped whole, for every triple of letters that occurs and many words of many languages. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { longTest } from '../../test/support/rounds.ts';
import { type FontStyle, primaryFace } from './fonts/registry.ts';
import { isPlain, plainScript } from './plain-text.ts';
import { type PlacedGlyph, shapeItem } from './shape-item.ts';
import { placeByPairs } from './shape-pairs.ts';

const styles: FontStyle[] = (['Noto Serif', 'Noto Sans'] as const).flatMap((family) =>
  ([400, 700] as const).flatMap((weight) => [false, true].map((italic) => ({ family, weight, italic }))),
);
const describe = ({ family, weight, italic }: FontStyle) => `${family} ${weight}${italic ? ' italic' : ''}`;

const facts = (glyphs: readonly PlacedGlyph[]) =>
  glyphs.map(({ shape, advance, x, y, start, end }) => [shape.parts[0]?.glyph, shape.width, advance, x, y, start, end]);

/** How many of the texts pairs could say. */
function compare(style: FontStyle, language: string, texts: readonly string[]): number {
  const face = primaryFace(style);
  let placed = 0;
  for (const text of texts)
    for (const spaced of [false, true]) {
      const script = plainScript(text);
      if (script === undefined) continue;
      const item = { start: 0, end: text.length, script, level: 0, face };
      const pairs = placeByPairs(text, item, language, spaced);
      if (!pairs) continue;
      placed++;
      const whole = shapeItem(text, item, language, spaced);
      assert.deepEqual(facts(pairs), facts(whole), `${describe(style)} ${language}: ${JSON.stringify(text)}`);
      assert.ok(
        pairs.every(({ shape }, at) => shape === whole[at]?.shape),
        'the same letter must be the same shape',
      );
    }
  return placed;
}

/** Every sequence of three of the letters, in one text each for the first of them. */
const triplesOf = (letters: readonly string[]) =>
  letters.map((first) => letters.map((second) => letters.map((third) => first + second + third).join('')).join(''));

/** Cut where a ligature stands, so that one does not keep the rest from being compared. */
const apart = (texts: readonly string[]) => texts.flatMap((text) => text.split(/(?<=f)(?=[fijlt])|(?<=[T])(?=h)/));

const common = [...'acefghijlortuvwyAFLTVWY 0.,-’'];

for (const [at, style] of styles.entries())
  (at === 0 || at === 7 ? test : longTest)(`every triple of common letters in ${describe(style)}`, () => {
    assert.ok(compare(style, 'en', apart(triplesOf(common))) > 1_000);
  });

test('words and names of many languages, letter by letter as each language wants them', () => {
  const words: Record<string, string> = {
    ca: 'col·legi paral·lel Núria àvia',
    nl: 'IJsselmeer ijs vrij bijzonder fijn',
    ro: 'Ștefan și Țara ţară şi înăuntru',
    tr: 'fikir ışık İstanbul Şeyma Yılmaz ağaç',
    pl: 'Łukasz Wiśniewski źdźbło',
    cs: 'Žofia Dvořáková ďábel ťuk',
    de: 'Auffahrt Schifffahrt Größe ÄÖÜ',
    vi: 'Nguyễn Thị Hường Quốc-Bảo',
    el: 'Ελλάδα Άννα Παπαδόπουλος',
    ru: 'Екатерина Щёлоков подъезд',
    en: 'AVATAR To. “We” ‘Ty’ 10–12 Type 1/2 VEC-IC-202667DAE48425BAD',
  };
  for (const style of styles)
    for (const [language, text] of Object.entries(words))
      assert.ok(compare(style, language, [text, ...text.split(' ')]) > 0, `${describe(style)} ${language}`);
});

test('what depends on more than the next letter is not plain', () => {
  for (const text of ['l·l', 'e\u0301', 'नमस्ते', 'مرحبا', '1⁄2', 'ﬁ', '\u{1f600}', 'a\u200db'])
    assert.equal(isPlain(text, 0, text.length), false, text);
  assert.equal(plainScript('Ada и'), undefined);
  assert.equal(plainScript(''), undefined);
});
