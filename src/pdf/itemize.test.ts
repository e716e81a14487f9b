/** Text is cut by direction, script and face so that shaping sees whole words of one kind. */

import assert from 'node:assert/strict';
import test from 'node:test';
import type { FontStyle } from './fonts/registry.ts';
import { itemize } from './itemize.ts';

const style: FontStyle = { family: 'Noto Serif', weight: 400, italic: false };

function items(text: string, language = 'en', own = style): string[] {
  return itemize(text, own, language, 'auto').items.map(
    ({ start, end, script, level, face }) => `${text.slice(start, end)}|${script}|${level}|${face.name}`,
  );
}

test('blanks, digits and marks join the word they stand by', () => {
  assert.deepEqual(items('Zoë 2026!'), ['Zoë 2026!|Latn|0|NotoSerif-Regular']);
  assert.deepEqual(items('2026'), ['2026|Zyyy|0|NotoSerif-Regular']);
});

test('scripts of one line are told apart, each with its face', () => {
  assert.deepEqual(items('Anna Анна Άννα हिन्दी'), [
    'Anna |Latn|0|NotoSerif-Regular',
    'Анна |Cyrl|0|NotoSerif-Regular',
    'Άννα |Grek|0|NotoSerif-Regular',
    'हिन्दी|Deva|0|NotoSerifDevanagari-Regular',
  ]);
});

test('a closing bracket goes where its opening one went', () => {
  const [first, second, third] = items('महोदय (Mohan) जी');
  assert.ok(first?.startsWith('महोदय (|Deva'), first);
  assert.ok(second?.startsWith('Mohan|Latn'), second);
  assert.ok(third?.startsWith(') जी|Deva'), third);
});

test('Arabic-Indic digits are Arabic, European ones in Arabic take the style’s own face', () => {
  const [word, indic, blank, european] = items('عام ١٢٣ 2026');
  assert.ok(word?.endsWith('|Arab|1|NotoNaskhArabic-Regular'));
  assert.equal(indic, '١٢٣|Arab|2|NotoNaskhArabic-Regular');
  assert.ok(blank?.startsWith(' |Arab|1'));
  assert.equal(european, '2026|Arab|2|NotoSerif-Regular');
});

test('a letter the display face lacks is drawn by the next face, its whole cluster with it', () => {
  const cinzel: FontStyle = { family: 'Cinzel', weight: 700, italic: false };
  const found = items('Ana ѣ\u0301 B', 'en', cinzel);
  assert.ok(found[0]?.endsWith('Cinzel-Bold'));
  assert.ok(
    found.some((one) => one.startsWith('ѣ\u0301') && one.endsWith('NotoSerif-Bold')),
    found.join(' '),
  );
});

test('characters without a face are listed once, whole emoji sequences by their first character', () => {
  assert.deepEqual(itemize('a😀b👩\u200d🚀c😀', style, 'en', 'auto').missing, ['😀', '👩']);
  assert.deepEqual(itemize('\u{10ffff}', style, 'en', 'auto').missing, ['\u{10ffff}']);
});

test('kana makes Han Japanese, Hangul makes it Korean, bopomofo makes it Traditional Chinese', () => {
  const face = (text: string) => itemize(text, style, 'en', 'auto').items[0]?.face.name;
  assert.equal(face('高橋さくら'), 'NotoSansJP-Regular');
  assert.equal(face('金민준'), 'NotoSansKR-Regular');
  assert.equal(face('注音ㄅㄆ'), 'NotoSansHant-Regular');
  assert.equal(face('高桥'), 'NotoSansHans-Regular');
});

test('nested opposite directions get rising levels', () => {
  const levels = itemize('שרה (Anna 12) כהן', style, 'he', 'auto');
  assert.equal(levels.baseLevel, 1);
  assert.deepEqual([...new Set(levels.items.map((item) => item.level))].sort(), [1, 2]);
});
