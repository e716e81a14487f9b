/** A certificate's mail says the same as text and as page, in the reader's language, and nothing a row holds becomes markup. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SaxesParser } from 'saxes';
import type { DisplayValues } from '../../domain/placeholder.ts';
import { type Template, templateSchema } from '../../domain/template.ts';
import { composeCertificateMail } from './compose.ts';

const url = 'https://chancery.example/credentials/7d9f2d3c-3ad5-4f6b-9a40-0a1a6a0a9d55';
const values: DisplayValues = {
  name: 'Ada Lovelace',
  email: 'ada@example.org',
  issue_date: '10 January 2026',
  expiry_date: '',
  reference_id: 'CH-0001',
  credential_id: '7d9f2d3c',
  verification_url: url,
  organization_name: 'Analytical College',
  Course: 'Engines',
};

function template(mail?: Template['mail'], achievement = 'Course in Engines'): Template {
  return templateSchema.parse({
    format: 'chancery-template/1',
    name: 'T',
    language: 'en',
    page: { width: 297, height: 210 },
    fields: [{ type: 'text', name: 'Course' }],
    elements: [{ type: 'text', x: 0, y: 0, width: 10, height: 10, text: 'x', size: 10 }],
    achievement: { name: achievement, description: 'd', criteria: 'c' },
    ...(mail ? { mail } : {}),
  });
}

const compose = (change: Partial<Parameters<typeof composeCertificateMail>[0]> = {}) =>
  composeCertificateMail({
    template: template(),
    values,
    organizationName: 'Analytical College',
    verificationUrl: url,
    language: 'en',
    ...change,
  });

/** Every element with its attributes in document order, and all text; throws on anything not well-formed. */
function parse(html: string) {
  const elements: string[] = [];
  const hrefs: string[] = [];
  let text = '';
  const parser = new SaxesParser();
  parser.on('opentag', (tag) => {
    elements.push(`${tag.name} ${Object.keys(tag.attributes).join(' ')}`);
    if (typeof tag.attributes.href === 'string') hrefs.push(tag.attributes.href);
  });
  parser.on('text', (part) => {
    text += part;
  });
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(html).close();
  return { elements, hrefs, text };
}

test('without words of its own a template’s mail is written in its language, whole', () => {
  for (const language of ['en', 'es-MX', 'ar', 'fr', 'de-AT']) {
    const mail = compose({ language });
    for (const part of [mail.subject, mail.text, mail.html]) assert.doesNotMatch(part, /\{\{|undefined|null/);
    for (const part of [mail.text, mail.html])
      for (const fact of ['Ada Lovelace', 'Course in Engines', '10 January 2026', 'CH-0001', url])
        assert.ok(part.includes(fact), `${language}: ${fact}`);
    assert.ok(mail.subject.includes('Analytical College'));
    assert.deepEqual(new Set(parse(mail.html).hrefs), new Set([url]));
    assert.match(mail.html, new RegExp(`<html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}">`));
  }
  assert.equal(new Set(['en', 'es', 'ar', 'fr', 'de'].map((language) => compose({ language }).subject)).size, 5);
});

test('a language without words of ours falls back to English and says so', () => {
  const mail = compose({ language: 'sw' });
  assert.match(mail.html, /<html lang="en" dir="ltr">/);
  assert.match(mail.text, /^Dear /);
});

test('a template’s own words are used, with paragraphs, line ends and its fields', () => {
  const mail = compose({
    template: template({
      subject: '{{Course}}: well done, {{ name }}',
      greeting: 'Hi {{name}}!',
      body: 'First <line>\nsecond & line\n\nNext, see {{verification_url}} {{expiry_date}}.',
      attachPdf: false,
    }),
  });
  assert.equal(mail.subject, 'Engines: well done, Ada Lovelace');
  assert.ok(mail.text.includes(`Hi Ada Lovelace!\n\nFirst <line>\nsecond & line\n\nNext, see ${url} .`));
  assert.ok(mail.html.includes('Hi <bdi>Ada Lovelace</bdi>!'));
  assert.ok(mail.html.includes('First &lt;line&gt;<br/>second &amp; line</p>'));
  assert.equal(parse(mail.html).hrefs.length, 3);
});

test('values are put in once: a placeholder inside a value stays text', () => {
  const mail = compose({ values: { ...values, name: '{{email}} $& $1 {{name}}' } });
  assert.ok(mail.html.includes('<bdi>{{email}} $&amp; $1 {{name}}</bdi>'));
  assert.ok(!mail.text.includes('ada@example.org'));
});

test('a name that runs the other way is isolated in the text part', () => {
  assert.ok(compose({ values: { ...values, name: 'محمد' } }).text.includes('Dear \u2068محمد\u2069,'));
  assert.ok(compose({ language: 'ar' }).text.includes('\u2068Ada Lovelace\u2069'));
});

const hostile = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'><svg/onload=alert(1)>",
  '</bdi></p></table></body></html><iframe src=//evil.example>',
  '</style><script>alert(1)</script>',
  '<!--',
  '-->',
  ']]>',
  '<![CDATA[<x>]]>',
  '&lt;script&gt;',
  '&#60;script&#62;',
  'javascript:alert(1)',
  '\0<\0script>',
  '\ud800<b>\udc00',
  '\u2028\u2029\ufffe\uffff\x1b[31m',
  '＜script＞',
  '{{verification_url}}<a href="https://evil.example">x</a>',
  '\r\n\r\n<b>x</b>',
];

test('nothing hostile in any value, word or name becomes an element or an attribute', () => {
  const own = (text: string) =>
    template({ subject: text, greeting: `g${text}`, body: `b${text}`, attachPdf: false }, `a${text}`);
  const plainValues = (text: string) =>
    Object.fromEntries(Object.keys(values).map((name) => [name, `${text}${name}`])) as DisplayValues;
  const expected = parse(
    compose({ values: plainValues('x'), organizationName: 'x', template: template(undefined, 'x') }).html,
  );
  for (const attack of hostile) {
    const mail = compose({
      values: plainValues(attack),
      organizationName: `${attack}o`,
      template: template(undefined, attack),
    });
    const parsed = parse(mail.html);
    assert.deepEqual(
      parsed.elements.filter((element) => !element.startsWith('br')),
      expected.elements.filter((element) => !element.startsWith('br')),
      attack,
    );
    assert.deepEqual(new Set(parsed.hrefs), new Set([url]));
    assert.doesNotMatch(mail.subject, /[\r\n\0]/);
    // The template's author writes text, not markup, either.
    const allowed = new Set([
      'html',
      'head',
      'meta',
      'title',
      'style',
      'body',
      'div',
      'table',
      'tr',
      'td',
      'th',
      'p',
      'h1',
    ]);
    for (const element of parse(compose({ template: own(attack) }).html).elements)
      assert.ok(
        allowed.has(element.split(' ')[0] ?? '') || /^(a class href|a class href dir|bdi |br )/.test(element),
        element,
      );
  }
});

test('an address that is not http or https never becomes a link', () => {
  for (const verificationUrl of ['javascript:alert(1)', 'data:text/html,x', '/relative', ''])
    assert.throws(() => compose({ verificationUrl }), { code: 'invalid_input' });
});

test('the page loads nothing and stays far below the size mail programs clip at', () => {
  const { html } = compose();
  assert.doesNotMatch(html, /<img|<link|@import|url\(|src=/);
  assert.ok(Buffer.byteLength(html) < 20_000);
});

test('a member’s mail says where all their certificates are, in every language, and nobody else’s does', () => {
  const walletUrl = 'https://chancery.example/wallet';
  for (const language of ['en', 'es', 'ar', 'fr', 'de', 'ja']) {
    const member = compose({ language, walletUrl });
    const external = compose({ language });
    assert.equal(external.text.includes('/wallet'), false);
    assert.equal(external.html.includes('/wallet'), false);
    const added = member.text.split('\n\n').filter((part) => !external.text.split('\n\n').includes(part));
    assert.equal(added.length, 1);
    assert.match(added[0] ?? '', /^\S.+\nhttps:\/\/chancery\.example\/wallet$/u);
    assert.deepEqual(
      parse(member.html).hrefs.filter((href) => href !== url),
      [walletUrl],
    );
  }
});
