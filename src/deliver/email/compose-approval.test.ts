/** The mail to a signatory says everything they need to know as text and as page, in their language, and no name becomes markup. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SaxesParser } from 'saxes';
import { composeApprovalMail } from './compose-approval.ts';

const url = `https://chancery.example/approve/${'a'.repeat(64)}`;

const compose = (change: Partial<Parameters<typeof composeApprovalMail>[0]> = {}) =>
  composeApprovalMail({
    signatoryName: 'Helena Marchetti',
    organizationName: 'Northbridge University',
    batchName: 'Spring diplomas',
    templateName: 'Diploma',
    certificates: 12_345,
    expiresAt: new Date('2026-12-06T10:00:00Z'),
    url,
    language: 'en',
    ...change,
  });

/** All text and all link targets; throws on anything that is not well-formed. */
function parse(html: string) {
  const hrefs: string[] = [];
  const elements = new Set<string>();
  let text = '';
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => {
    elements.add(name);
    if (attributes.href) hrefs.push(String(attributes.href));
  });
  parser.on('text', (piece) => {
    text += piece;
  });
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(html.replace('<!DOCTYPE html>', '')).close();
  return { hrefs, elements, text };
}

test('it names batch, organization, number, template, link and end, and says what to do if it was not meant for the reader', () => {
  const { subject, text, html } = compose();
  assert.equal(subject, 'Your approval is needed: Spring diplomas');
  const page = parse(html);
  for (const said of [
    'Helena Marchetti',
    'Northbridge University',
    'Spring diplomas',
    'Diploma',
    '12,345',
    'December 6, 2026 at 10:00 AM UTC',
    'not meant for you',
    url,
  ]) {
    assert.ok(text.includes(said), `text: ${said}`);
    assert.ok(page.text.includes(said), `page: ${said}`);
  }
  assert.deepEqual(new Set(page.hrefs), new Set([url]));
});

for (const [language, button, direction] of [
  ['es-MX', 'Ver los certificados', 'ltr'],
  ['ar', 'عرض الشهادات', 'rtl'],
  ['fr', 'Voir les certificats', 'ltr'],
  ['de', 'Urkunden ansehen', 'ltr'],
  ['ms', 'Look at the certificates', 'ltr'],
] as const)
  test(`in ${language} it is written in that language, or in English where there are no words of it`, () => {
    const { text, html } = compose({ language });
    assert.ok(text.includes(button) && html.includes(button));
    assert.match(
      html,
      new RegExp(`<html lang="${language === 'ms' ? 'en' : language.slice(0, 2)}" dir="${direction}">`),
    );
    assert.doesNotMatch(`${text}${html}`, /\{\{/);
  });

test('names that would be markup, placeholders or headers stay names', () => {
  const nasty = '<script>alert(1)</script>{{expires}}\r\nBcc: everyone@example.com\u202e&"\'';
  const { subject, text, html } = compose({
    signatoryName: nasty,
    organizationName: nasty,
    batchName: nasty,
    templateName: nasty,
  });
  assert.doesNotMatch(subject, /[\r\n\u202e]/);
  const page = parse(html);
  assert.ok(!page.elements.has('script'));
  assert.ok(page.text.includes('<script>alert(1)</script>{{expires}} Bcc: everyone@example.com&"\''));
  assert.doesNotMatch(text, /^Bcc:/m);
  assert.deepEqual(new Set(page.hrefs), new Set([url]));
});

test('a link that is none is refused', () => {
  for (const wrong of ['', 'javascript:alert(1)', '/approve/x', 'mailto:a@example.com'])
    assert.throws(() => compose({ url: wrong }), { code: 'invalid_input' });
});
