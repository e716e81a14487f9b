/** Lines break where readers of each script expect it. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { breakOpportunities } from './line-break.ts';

function parts(text: string): string[] {
  const at = [0, ...breakOpportunities(text), text.length];
  return at.slice(1).map((end, index) => text.slice(at[index], end));
}

test('Latin breaks after blanks and hyphens, never before closing marks', () => {
  assert.deepEqual(parts('state-of-the-art (new) work, done'), [
    'state-',
    'of-',
    'the-',
    'art ',
    '(new) ',
    'work, ',
    'done',
  ]);
});

test('no-break spaces, joiners and numbers after a hyphen hold together', () => {
  for (const text of ['10\u00a0kg', 'A\u2060B', 'A\u200dB', '2020-21', '10\u202f000'])
    assert.deepEqual(parts(text), [text]);
});

test('Han and kana break anywhere but before closing and small characters', () => {
  assert.deepEqual(parts('研究「東京」です。'), ['研', '究', '「東', '京」', 'で', 'す。']);
  assert.deepEqual(parts('ちょっと'), ['ちょっ', 'と']);
});

test('Thai breaks between words though none are written apart', () => {
  const found = parts('นายสมชายได้ผ่านการฝึกอบรม');
  assert.ok(found.length > 3 && found.every((part) => !/^\p{M}/u.test(part)), found.join('|'));
});

test('breaks never split a surrogate pair', () => {
  assert.deepEqual(parts('𠀀𠀁'), ['𠀀', '𠀁']);
});
