import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foreignLetters, mainScript, type ScriptCode } from './script.ts';

const names: Record<string, ScriptCode> = {
  'Ada Lovelace': 'Latn',
  'Nguyễn Thị Hương': 'Latn',
  'Łukasz Żółć': 'Latn',
  'Ελένη Παπαδοπούλου': 'Grek',
  'Наталия Петрова': 'Cyrl',
  'Արամ Խաչատրյան': 'Armn',
  'יעל כהן': 'Hebr',
  'ليلى حسن': 'Arab',
  'पी. टी. उषा': 'Deva',
  রবীন্দ্রনাথ: 'Beng',
  சுப்பிரமணிய: 'Taml',
  'สมชาย ใจดี': 'Thai',
  ნინო: 'Geor',
  'አበበ ቢቂላ': 'Ethi',
  សុខា: 'Khmr',
  '山田 太郎': 'Jpan',
  'さくら タカハシ': 'Jpan',
  김철수: 'Kore',
};

const foreignTo = (main: ScriptCode) =>
  new RegExp(foreignLetters(main).replace(/\\U000([0-9a-f]{5})/g, '\\u{$1}'), 'u');

test('the script of a name is told by its letters', () => {
  for (const [name, script] of Object.entries(names)) assert.equal(mainScript([name]), script, name);
  assert.equal(mainScript([]), 'Latn');
  assert.equal(mainScript(['12', '…']), 'Latn');
});

test('most names decide', () => {
  assert.equal(mainScript(['ليلى حسن', 'محمد', 'Ada Lovelace']), 'Arab');
  assert.equal(mainScript(['山田 太郎 (Ta)', 'さくら', 'Ada']), 'Jpan');
});

test('a name has foreign letters exactly if one of them is of another script', () => {
  for (const main of new Set(Object.values(names)))
    for (const [name, script] of Object.entries(names)) {
      assert.equal(foreignTo(main).test(name), script !== main, `${name} among ${main}`);
    }
  assert.ok(foreignTo('Latn').test('Аda Lovelace'), 'a Cyrillic letter that looks like a Latin one');
  assert.ok(!foreignTo('Arab').test('ليلى ١٢٣ 12 – «»'), 'digits and signs are of every script');
});

test('no letter of Unicode is in two ranges, and those of a range are of its script', () => {
  const scripts: Record<string, string> = { Jpan: 'Han', Kore: 'Hangul' };
  const codes: ScriptCode[] = ['Latn', 'Grek', 'Cyrl', 'Armn', 'Hebr', 'Arab', 'Deva', 'Thai', 'Geor', 'Jpan', 'Kore'];
  const counts = new Map(codes.map((code) => [code, 0]));
  const tests = codes.map(
    (code) => [code, foreignTo(code), new RegExp(`\\p{Script=${scripts[code] ?? code}}`, 'u')] as const,
  );
  for (let point = 0; point < 0x30000; point++) {
    if (point >= 0xd800 && point < 0xe000) continue;
    const letter = String.fromCodePoint(point);
    if (!/\p{L}/u.test(letter)) continue;
    for (const [code, foreign, own] of tests) {
      if (!own.test(letter)) continue;
      assert.ok(!foreign.test(letter), `U+${point.toString(16)} is foreign to ${code}`);
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
  }
  for (const [code, count] of counts) assert.ok(count > 25, `${code}: ${count}`);
});
