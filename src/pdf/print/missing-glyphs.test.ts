/** What can and cannot be drawn of an address. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { missingGlyphs } from './missing-glyphs.ts';

test('every living script can be drawn', () => {
  const lines = [
    'Zoë Łukasiewicz',
    'Γεώργιος',
    'Щербаків',
    'محمد علي',
    'שרה',
    'क्षत्रिय',
    'น้ำใจดี',
    '高橋 さくら',
    '김민준',
    'አበበ',
  ];
  assert.deepEqual(missingGlyphs(lines), []);
});

test('each character without a glyph is named once', () => {
  assert.deepEqual(missingGlyphs(['Grace 🎉 Hopper 🎉', '1 𓀀 Street']), ['🎉', '𓀀']);
});
