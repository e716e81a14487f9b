/** The mail with the link to a wallet: the same as text and as page, in each language, and nothing in a name becomes markup or a header. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SaxesParser } from 'saxes';
import { composeWalletMail } from './compose-wallet.ts';

const url = `https://chancery.example/wallet/open/${'A'.repeat(64)}`;
const compose = (change: Partial<Parameters<typeof composeWalletMail>[0]> = {}) =>
  composeWalletMail({
    memberName: 'Ada Lovelace',
    organizationName: 'Analytical College',
    expiresAt: new Date('2026-03-01T09:30:00Z'),
    url,
    language: 'en',
    ...change,
  });

function textOf(html: string): { text: string; links: string[] } {
  const found = { text: '', links: [] as string[] };
  const parser = new SaxesParser();
  parser.on('text', (text) => {
    found.text += text;
  });
  parser.on('opentag', ({ attributes }) => {
    if (typeof attributes.href === 'string') found.links.push(attributes.href);
  });
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(html.replace(/^<!DOCTYPE html>/, '')).close();
  return found;
}

test('text and page say whom it is for, from whom, until when, and lead to the one address', () => {
  for (const language of ['en', 'es-MX', 'ar', 'ja']) {
    const mail = compose({ language });
    const page = textOf(mail.html);
    assert.deepEqual(new Set(page.links), new Set([url]));
    for (const text of [mail.text, page.text])
      for (const said of ['Ada Lovelace', 'Analytical College', '2026', 'UTC']) assert.ok(text.includes(said), said);
    assert.ok(mail.text.includes(url));
    assert.ok(mail.subject.includes('Analytical College'));
    assert.doesNotMatch(`${mail.text}${mail.html}`, /\{\{/);
  }
  assert.match(compose({ language: 'ar' }).html, /<html lang="ar" dir="rtl">/);
  assert.match(compose({ language: 'ja' }).subject, /^Your certificates from/);
});

test('names are text: no markup, no second line in a header', () => {
  const attack = `"><script>alert(1)</script>\r\nBcc: x@example.com`;
  const mail = compose({ memberName: attack, organizationName: attack });
  assert.doesNotMatch(mail.subject, /[\r\n]/);
  assert.ok(textOf(mail.html).text.includes('<script>alert(1)</script>'));
  assert.doesNotMatch(mail.html, /<script/);
});

test('an address that is no http address is no link', () => {
  for (const wrong of ['javascript:alert(1)', '/wallet/open/x', ''])
    assert.throws(() => compose({ url: wrong }), { code: 'invalid_input' });
});
