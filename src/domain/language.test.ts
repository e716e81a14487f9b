/** A language tag says which way its lines run. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { primaryLanguage, textDirection } from './language.ts';

test('lines run from the right in languages and scripts that do so, and only there', () => {
  for (const tag of ['ar', 'ar-EG', 'he', 'FA', 'ur-PK', 'az-Arab', 'ks']) assert.equal(textDirection(tag), 'rtl', tag);
  for (const tag of ['en', 'es-MX', 'ur-Latn', 'ar-Latn-EG', 'zh-Hant', 'az', '', 'x'])
    assert.equal(textDirection(tag), 'ltr', tag);
  assert.equal(primaryLanguage('ES-mx'), 'es');
});
