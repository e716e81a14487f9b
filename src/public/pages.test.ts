/** Whatever text reaches a page, it stays text: no element, attribute or link appears that the page did not mean. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SaxesParser } from 'saxes';
import { type CredentialView, renderCredentialPage, renderNotFoundPage } from './credential-page.ts';
import { html, jsonLdBlock, linkTarget } from './html.ts';
import { linkedInUrl } from './linkedin.ts';
import { type CaughtMailView, mailFrameDocument, renderMailboxPage, renderMailPage } from './mailbox-page.ts';
import { mailFrameHeaders, mailPageHeaders, pageHeaders } from './security-headers.ts';
import { stylesheet } from './stylesheet.ts';

const self = 'https://chancery.example/credentials/7d9f2d3c-3ad5-4f6b-9a40-0a1a6a0a9d55';

const view: CredentialView = {
  id: 'urn:uuid:7d9f2d3c-3ad5-4f6b-9a40-0a1a6a0a9d55',
  referenceId: 'CH-0001',
  recipientName: 'Ada Lovelace',
  achievementName: 'Course in Engines',
  achievementDescription: 'Can build one.',
  criteria: 'Forty hours.',
  organizationName: 'Analytical College',
  organizationUrl: 'https://college.example',
  issueDate: '2026-01-10',
  expiryDate: '2029-02-01',
  state: 'valid',
  checkedAt: '2026-11-22T01:20:00Z',
  proof: {
    verdict: 'valid',
    keyId: 'did:web:chancery.example#key-1',
    issuerDid: 'did:web:chancery.example',
    cryptosuite: 'eddsa-rdfc-2022',
    reasons: ['signature_valid'],
  },
  fields: [{ label: 'Grade', value: 'A' }],
  links: {
    pdf: '/c/1.pdf',
    json: '/c/1.json',
    png: '/c/1.png',
    self,
    linkedIn: 'https://www.linkedin.com/profile/add',
  },
  language: 'en',
};

const mail: CaughtMailView = {
  id: 'm1',
  from: 'Office <office@example.edu>',
  to: 'ada@example.org',
  subject: 'Your certificate',
  receivedAt: '2026-11-22T01:20:00Z',
  messageId: '<a.email.1@chancery.example>',
  text: 'Dear Ada',
  attachments: [{ filename: 'a.pdf', contentType: 'application/pdf', size: 10, href: '/mailbox/m1/attachments/0' }],
  htmlHref: '/mailbox/m1/html',
  sourceHref: '/mailbox/m1/source',
};

interface Parsed {
  /** Element and attribute names in document order. */
  shape: string[];
  attributes: { element: string; name: string; value: string }[];
  text: string;
  dataBlocks: unknown[];
}

/** A strict XML parser: an unescaped `<` or `&`, an unclosed quote or a stray end tag throws. */
function parse(page: string): Parsed {
  const parsed: Parsed = { shape: [], attributes: [], text: '', dataBlocks: [] };
  let inScript = false;
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    parsed.shape.push(`${tag.name} ${Object.keys(tag.attributes).join(' ')}`);
    for (const [name, value] of Object.entries(tag.attributes))
      parsed.attributes.push({ element: tag.name, name, value: String(value) });
    inScript = tag.name === 'script';
  });
  parser.on('text', (text) => {
    if (inScript) parsed.dataBlocks.push(JSON.parse(text));
    else parsed.text += text;
    inScript = false;
  });
  for (const kind of ['comment', 'cdata', 'processinginstruction'] as const)
    parser.on(kind, () => assert.fail(`the page holds a ${kind}`));
  parser.write(page).close();
  return parsed;
}

const hostile = [
  '<script>alert(1)</script>',
  '</script><script>alert(1)</script>',
  '<!--<script>',
  '-->',
  '"><img src=x onerror=alert(1)>',
  '\'"onmouseover="alert(1)" x="',
  '" autofocus onfocus=alert(1) "',
  '<svg/onload=alert(1)>',
  '</title><body onload=alert(1)>',
  '</textarea></style></noscript><iframe srcdoc="<script>1</script>">',
  '<a href="javascript:alert(1)">x</a>',
  'javascript:alert(1)',
  ' \tjava\nscript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  '&lt;script&gt;&#x3c;&colon;',
  ']]>',
  '<![CDATA[<b>]]>',
  '<?xml version="1.0"?>',
  '<math><mtext></p><style><img src=x>',
  '{{constructor.constructor("alert(1)")()}}',
  '\0<\0s\0cript>',
  '\ud800<b>\udc00',
  '\u2028</script>\u2029\ufffe\uffff\ufdd0\x7f\x1b',
  '\u202e<b>evil\u2066',
  '＜script＞ʺ‹',
  "'-alert(1)-'",
  '=cmd|calc',
  'x'.repeat(3_000),
];

/** The same object with every text in it replaced, but for those that are addresses or decide the page's shape. */
function poison<T>(value: T, attack: string, kept: readonly string[] = []): T {
  if (typeof value === 'string') return attack as T;
  if (Array.isArray(value)) return value.map((one) => poison(one, attack, kept)) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, kept.includes(key) ? one : poison(one, attack, kept)]),
  ) as T;
}

const linkNames = new Set(['href', 'src', 'action']);
const scriptingNames = /^(on|style$|srcdoc$|formaction$|xlink)/;

function assertHarmless(parsed: Parsed, attack: string) {
  for (const { element, name, value } of parsed.attributes) {
    assert.doesNotMatch(name, scriptingNames, attack);
    if (linkNames.has(name))
      assert.match(URL.parse(value, 'https://here.example/')?.protocol ?? '', /^https?:$/, value);
    if (element === 'script') assert.deepEqual([name, value], ['type', 'application/ld+json']);
  }
}

test('hostile text in every field of a credential changes nothing of its page but text', () => {
  for (const state of ['valid', 'revoked', 'expired', 'not_yet_issued'] as const)
    for (const language of ['en', 'ar', 'hi']) {
      const base: CredentialView = {
        ...view,
        state,
        language,
        revokedAt: '2026-02-02T00:00:00Z',
        revocationReason: 'wrong person',
      };
      const expected = parse(renderCredentialPage(base)).shape;
      for (const attack of hostile) {
        const kept = ['state', 'verdict', 'language', 'links', 'organizationUrl'];
        const parsed = parse(renderCredentialPage(poison(base, attack, kept)));
        assert.deepEqual(parsed.shape, expected, attack);
        assertHarmless(parsed, attack);
        const [block] = parsed.dataBlocks as { name: string }[];
        assert.equal(block?.name.toWellFormed(), attack.toWellFormed());
      }
    }
});

test('hostile addresses, languages and verdicts never become links or claims', () => {
  for (const attack of hostile) {
    const parsed = parse(renderCredentialPage(poison(view, attack, ['state'])));
    assertHarmless(parsed, attack);
    assert.ok(!parsed.text.includes('This certificate is valid'), attack);
  }
});

test('hostile mail changes nothing of the mailbox but text', () => {
  const summary = { id: 'm1', to: 'ada@example.org', subject: 's', receivedAt: '2026-11-22T01:20:00Z', size: 1 };
  const list = parse(renderMailboxPage([summary], 'x', '/mailbox?before=1')).shape;
  const one = parse(renderMailPage({ ...mail, text: 'x' })).shape;
  for (const attack of hostile) {
    const listed = parse(renderMailboxPage([poison(summary, attack)], attack, '/mailbox?before=1'));
    assert.deepEqual(listed.shape, list, attack);
    assertHarmless(listed, attack);
    assertHarmless(parse(renderMailboxPage([], attack, attack)), attack);
    const shown = parse(renderMailPage(poison(mail, attack, ['htmlHref', 'sourceHref', 'href'])));
    assert.deepEqual(shown.shape, one, attack);
    assertHarmless(shown, attack);
    assertHarmless(parse(renderMailPage(poison(mail, attack))), attack);
  }
});

test('only a holding proof lets the page say valid, and every state says its own', () => {
  const title = (change: Partial<CredentialView>) =>
    /<p id="verdict"[^>]*>([^<]*)/.exec(renderCredentialPage({ ...view, ...change }))?.[1];
  const said = (['valid', 'revoked', 'expired', 'not_yet_issued'] as const).map((state) => title({ state }));
  const broken = (verdict: string) => title({ proof: { ...view.proof, verdict } });
  assert.equal(new Set([...said, broken('invalid')]).size, 5);
  assert.equal(said[0], 'This certificate is valid');
  for (const verdict of ['invalid', '', 'Valid?', 'unknown'])
    assert.equal(broken(verdict), 'This certificate could not be confirmed');
});

test('the page speaks the certificate’s language where it can, and declares what it speaks', () => {
  const page = (language: string) => renderCredentialPage({ ...view, language });
  assert.match(page('es-MX'), /<html lang="es-MX" dir="ltr">/);
  assert.match(page('ar'), /<html lang="ar" dir="rtl">/);
  assert.match(page('hi'), /<html lang="en" dir="ltr">[\s\S]*<h1 dir="auto" lang="hi">/);
  assert.match(page('es'), /Este certificado es válido[\s\S]*10 de enero de 2026/);
  assert.match(page('ar'), /هذه الشهادة صالحة/);
});

test('a withdrawn or unconfirmed certificate is not offered for keeping', () => {
  for (const change of [{ state: 'revoked' } as const, { proof: { ...view.proof, verdict: 'invalid' } }]) {
    const page = renderCredentialPage({ ...view, ...change });
    assert.ok(!page.includes('/c/1.pdf') && !page.includes('linkedin.com'));
  }
  assert.ok(!renderCredentialPage({ ...view, state: 'expired' }).includes('linkedin.com'));
});

test('pages load one stylesheet and nothing else, and are small', () => {
  for (const page of [
    renderCredentialPage(view),
    renderNotFoundPage(),
    renderMailPage(mail),
    renderMailboxPage([], '', null),
  ]) {
    const { attributes } = parse(page);
    const loaded = attributes.filter((one) => one.name === 'src' || (one.element === 'link' && one.name === 'href'));
    assert.deepEqual(
      loaded.filter((one) => one.element !== 'iframe').map((one) => one.value),
      [stylesheet.path],
    );
    assert.ok(page.includes('<meta name="robots" content="noindex'));
    assert.ok(Buffer.byteLength(page) + stylesheet.content.length < 50_000);
  }
  assert.doesNotMatch(stylesheet.content.toString(), /@import|url\(/);
});

test('the not-found page is the same bytes every time', () => {
  assert.equal(renderNotFoundPage(), renderNotFoundPage());
  assert.doesNotMatch(renderNotFoundPage(), /\d{4}-\d{2}/);
});

test('the policies allow no script, and a mail’s own page has no origin', () => {
  for (const headers of [pageHeaders, mailPageHeaders, mailFrameHeaders]) {
    const policy = headers['content-security-policy'] ?? '';
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /script-src|unsafe-eval|allow-scripts|allow-same-origin|https?:|\*/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['cache-control'], 'no-store');
  }
  assert.doesNotMatch(pageHeaders['content-security-policy'] ?? '', /unsafe/);
  assert.match(mailFrameHeaders['content-security-policy'] ?? '', /^sandbox /);
  assert.match(renderMailPage(mail), /<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" /);
});

test('links in a mail’s text can be clicked, and only those', () => {
  const page = renderMailPage({ ...mail, text: `See ${self}?a=1&b=2, or javascript:alert(1)\n<https://x.example/"y>` });
  const links = parse(page).attributes.filter((one) => one.element === 'a' && one.value.startsWith('http'));
  assert.deepEqual(
    links.map((one) => one.value),
    [`${self}?a=1&b=2`, 'https://x.example/'],
  );
});

test('a mail’s page opens its links in a new tab wherever its head is', () => {
  assert.equal(mailFrameDocument('<p>x</p>'), '<base target="_blank"><p>x</p>');
  assert.equal(
    mailFrameDocument('<!DOCTYPE html><html><HEAD class="a"><title>x</title>'),
    '<!DOCTYPE html><html><HEAD class="a"><base target="_blank"><title>x</title>',
  );
});

test('the LinkedIn address carries every fact and survives every text', () => {
  const entry = {
    name: 'Engines & more = "100%" #1',
    organizationName: 'جامعة',
    issueDate: '2026-01-10',
    expiryDate: '2029-12-01',
    url: `${self}?x=1&y=2`,
    id: 'CH/0001',
  };
  const url = new URL(linkedInUrl(entry));
  assert.equal(url.origin + url.pathname, 'https://www.linkedin.com/profile/add');
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    startTask: 'CERTIFICATION_NAME',
    name: entry.name,
    organizationName: entry.organizationName,
    issueYear: '2026',
    issueMonth: '1',
    expirationYear: '2029',
    expirationMonth: '12',
    certUrl: entry.url,
    certId: entry.id,
  });
  assert.ok(!linkedInUrl({ ...entry, expiryDate: null }).includes('expiration'));
});

test('templates escape what they are given and keep what they made', () => {
  const inner = html`<b>${'<i>'}</b>`;
  assert.equal(
    html`<p title="${'"&\''}">${inner}${[inner, inner]}${null}${false}${undefined}${0}</p>`.toString(),
    '<p title="&quot;&amp;&#39;"><b>&lt;i&gt;</b><b>&lt;i&gt;</b><b>&lt;i&gt;</b>0</p>',
  );
  const forged = { toString: () => '<script>' } as unknown as string;
  assert.equal(html`${forged}`.toString(), '&lt;script&gt;');
  assert.equal(
    jsonLdBlock('</script>').toString(),
    '<script type="application/ld+json">"\\u003c/script\\u003e"</script>',
  );
  assert.equal(linkTarget('\x01javascript:alert(1)'), null);
  assert.equal(linkTarget('/a/b?c'), '/a/b?c');
});
