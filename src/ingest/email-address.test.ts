/** Which texts are one e-mail address. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressFault } from '../deliver/email/mailbox.ts';
import { isEmailAddress } from './email-address.ts';

const local64 = 'l'.repeat(64);
const domain = (length: number) =>
  `${`${'d'.repeat(62)}.`.repeat(4)}`
    .slice(0, length - 4)
    .replace(/\.$/, 'd')
    .concat('.org');

const accepted = [
  'a@x.org',
  "first.last+tag/x=y!#$%&'*?^_`{|}~-@sub.example.co.uk",
  'user@xn--bcher-kva.example',
  'user@bücher.example',
  'юзер@пример.рф',
  '用户@例子.广告',
  'δοκιμή@παράδειγμα.δοκιμή',
  'josé@example.org',
  'a@1a.example',
  'a@x.co',
  `${local64}@example.org`,
  `a@${'l'.repeat(63)}.org`,
  `a@${domain(252)}`,
];

const refused = [
  '',
  '@',
  'a',
  'a@',
  '@x.org',
  'a@localhost',
  'a b@x.org',
  'a@x .org',
  ' a@x.org',
  'a@x.org ',
  '.a@x.org',
  'a.@x.org',
  'a..b@x.org',
  'a@.x.org',
  'a@x.org.',
  'a@x..org',
  'a@-x.org',
  'a@x-.org',
  'a@x_y.org',
  'a@b@x.org',
  'a@x.org,b@x.org',
  'a@x.org;b@x.org',
  'a@x.org b@x.org',
  'Ana <a@x.org>',
  '<a@x.org>',
  'mailto:a@x.org?cc=b@x.org,c@x.org',
  'a(comment)@x.org',
  'a@x.org(comment)',
  'a@x.org\r\nBcc: b@x.org',
  'a\n@x.org',
  'a@x.org\0',
  '"with blank @ and \\" quote"@example.org',
  '""@example.org',
  'a@💌.example',
  'a@xn--i-7iq.ws',
  '"a\r\n b"@x.org',
  '"a"b"@x.org',
  '"unclosed@x.org',
  'a@[127.0.0.1]',
  'a@[IPv6:::1]',
  'a@127.0.0.1',
  'a@x.123',
  'a@xn--zzzzzz-.example',
  'a@xn--a.example',
  'a＠b@example.org',
  'a@ｅxample.org',
  'a@example。org',
  'a\u200b@example.org',
  'a\u202e@example.org',
  'a\u00a0b@example.org',
  'a\ud800@example.org',
  `${local64}l@example.org`,
  `${'é'.repeat(33)}@example.org`,
  `a@${'l'.repeat(64)}.org`,
  `a@${domain(253)}`,
  `a@${'é'.repeat(60)}.${'é'.repeat(60)}.org`,
  `${'a'.repeat(2_000)}@example.org`,
];

test('addresses of the standards are accepted, also with UTF-8 and internationalised parts', () => {
  for (const address of accepted) assert.ok(isEmailAddress(address), address);
});

test('lists, display forms, comments, injected lines, unroutable and overlong addresses are refused', () => {
  for (const address of refused) assert.ok(!isEmailAddress(address), JSON.stringify(address));
});

test('no text with two unquoted recipients or a line break is ever an address', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', '@', '.', ',', '"', '\\', '<', '>', ' ', '\r', '\n', 'é', '-', 'x'),
  });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const candidate = `${before}a@x.org${after}`;
      if (!isEmailAddress(candidate)) return;
      assert.doesNotMatch(candidate, /[\r\n\0]/);
      assert.doesNotMatch(candidate.replace(/^"(?:[^"\\]|\\.)*"/, 'q'), /[\s,;<>"]|@.*@/);
    }),
    { numRuns: 3_000 },
  );
});

test('whatever is an address can be sent to', () => {
  const part = fc.string({
    unit: fc.oneof(
      fc.constantFrom('a', '1', '.', '-', '"', '+', 'é', 'ß', '例', '\u0301', '💌', '№', '\u200d'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
    maxLength: 6,
  });
  const addresses = fc.tuple(part, part, part).map(([local, label, more]) => `${local}x@${label}b${more}.org`);
  for (const address of accepted)
    assert.equal(addressFault({ to: { name: '', address }, from: { name: '', address } }), null);
  fc.assert(
    fc.property(addresses, (address) => {
      if (isEmailAddress(address))
        assert.equal(addressFault({ to: { name: '', address }, from: { name: '', address } }), null);
    }),
    { numRuns: 700 },
  );
});

test('a hostile text of any length is answered at once', () => {
  for (const text of [`${'a.'.repeat(50_000)}@`, `"${'\\"'.repeat(50_000)}@x.org`, `a@${'x-'.repeat(100_000)}`]) {
    assert.ok(!isEmailAddress(text));
  }
});
