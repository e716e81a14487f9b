import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseForm } from './form-body.ts';

const parse = (text: string) => ({ ...parseForm(Buffer.from(text, 'latin1')) });

test('a form is read as browsers write it', () => {
  assert.deepEqual(parse('hash=ab12&reason=Grade+is+wrong%3A+%E2%82%AC+100%25%0D%0ASecond+line&confirm=yes'), {
    hash: 'ab12',
    reason: 'Grade is wrong: € 100%\r\nSecond line',
    confirm: 'yes',
  });
  assert.deepEqual(parse(''), {});
  assert.deepEqual(parse('a&b=&=c&d=1=2'), { a: '', b: '', '': 'c', d: '1=2' });
});

test('a name that every object has is a field like any other', () => {
  const form = parseForm(Buffer.from('__proto__=x&constructor=y'));
  assert.deepEqual(Object.entries(form), [
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
  assert.equal(parseForm(Buffer.from('a=1')).toString, undefined);
});

test('fields named twice, too many fields and what is no UTF-8 are refused', () => {
  const many = Array.from({ length: 17 }, (_, at) => `f${at}=`).join('&');
  for (const text of ['hash=a&hash=b', many, 'reason=%FF%FE', 'reason=%C3', 'reason=\xe9', 'reason=a\nb', 'a=\0'])
    assert.throws(() => parse(text), { name: 'ChanceryError' }, JSON.stringify(text.slice(0, 20)));
});
