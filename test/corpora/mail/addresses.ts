/** E-mail addresses: each is refused with its row, or exactly one recipient is told to the server, and the header has not grown. */

import assert from 'node:assert/strict';
import type { Entry } from '../run-table.ts';
import type { Received, Sent } from './send.ts';

export interface Row {
  name: string;
  email: string;
}

type Address = Entry<Row, Sent>;

export const headerNames = [
  'From',
  'To',
  'Subject',
  'Message-ID',
  'Date',
  'MIME-Version',
  'Auto-Submitted',
  'Content-Type',
];

export function assertReceived(sent: Sent): asserts sent is Received {
  assert.ok('recipients' in sent, JSON.stringify(sent));
  assert.deepEqual(sent.headers.toSorted(), headerNames.toSorted());
  assert.ok(sent.longestLine <= 998, `a line of ${sent.longestLine} bytes`);
}

const refused = (email: string): Address => ({
  name: JSON.stringify(email.length > 80 ? `${email.slice(0, 60)}… (${email.length})` : email),
  input: { name: 'Ana', email },
  gives: { issues: [email.trim() === '' ? 'email required' : 'email not_an_email'] },
});

const control = (email: string): Address => ({ ...refused(email), gives: { issues: ['email control_character'] } });
const bidi = (email: string): Address => ({ ...refused(email), gives: { issues: ['email bidi_override'] } });

/** `recipient` is what the server is told; default: the address itself. */
const taken = (email: string, recipient = email): Address => ({
  name: `taken: ${email.slice(0, 80)}`,
  input: { name: 'Ana', email },
  judge(outcome) {
    assert.ok('output' in outcome);
    assertReceived(outcome.output);
    assert.deepEqual(outcome.output.recipients, [recipient]);
  },
});

export const addresses: Address[] = [
  taken('a@x.org'),
  taken(' a@x.org ', 'a@x.org'),
  taken("first.last+tag!#$%&'*/=?^_`{|}~-@sub.example.co.uk"),
  taken("'a@x.org"),
  taken('A.B@EXAMPLE.ORG', 'A.B@example.org'),
  taken('1@1a.example'),
  // The server tells domains as people read them; they travel in ASCII.
  taken('a@xn--bcher-kva.example', 'a@bücher.example'),
  taken('a@bücher.example'),
  taken('a@faß.de'),
  taken('josé@example.org'),
  taken('💌@example.org'),
  taken('用户@例子.广告'),
  taken('юзер@пример.рф'),
  taken('=1+1@example.org'),
  taken('-a@example.org'),
  taken(`${'l'.repeat(64)}@example.org`),
  taken(`a@${'l'.repeat(63)}.org`),
  taken('__proto__@constructor.org'),
  ...['', ' ', '@', 'a', 'a@', '@x.org', 'a@localhost', 'a@x', 'a b@x.org', 'a@x .org'].map(refused),
  ...['.a@x.org', 'a.@x.org', 'a..b@x.org', 'a@.x.org', 'a@x.org.', 'a@x..org', 'a@-x.org', 'a@x-.org'].map(refused),
  ...['a@x_y.org', 'a@b@x.org', 'a@x.123', 'a@127.0.0.1', 'a@[127.0.0.1]', 'a@[IPv6:::1]', 'a@x.org:25'].map(refused),
  // Two recipients, in every way in which mail programs write them.
  ...['a@x.org,b@x.org', 'a@x.org, b@x.org', 'a@x.org;b@x.org', 'a@x.org b@x.org', 'a@x.org,', ',a@x.org'].map(refused),
  ...['all: a@x.org, b@x.org;', 'a@x.org|b@x.org', 'a@x.org/b@x.org', 'a@x.org&b@x.org', 'a@x.org,@b.org'].map(refused),
  // Display forms, comments, routes, links, options of the commands RCPT and sendmail.
  ...['Ana <a@x.org>', '<a@x.org>', '"Ana" <a@x.org>', 'Ana a@x.org', 'a(b)@x.org', 'a@x.org(b)'].map(refused),
  ...['@r.org:a@x.org', 'a%b@x@y.org', 'mailto:a@x.org', 'mailto:a@x.org?bcc=b@x.org', 'a@x.org?bcc=b@x.org'].map(
    refused,
  ),
  ...[
    'a@x.org> NOTIFY=NEVER',
    'a@x.org>\\r\\nDATA',
    '-oQ/tmp@x.org -X/a',
    'a@x.org\\nBcc:b@x.org',
    'a@x.org%0ABcc:b@x.org',
  ].map(refused),
  ...[
    'a@x.org\r\nBcc: b@x.org',
    'a@x.org\nBcc: b@x.org',
    'a@x.org\rRCPT TO:<b@x.org>',
    'a\r\n@x.org',
    'a@x.org\0',
    'a\0@x.org',
    'a@x\u0085.org',
    'a@x.org\u2028b@x.org',
    '"a\r\n"@x.org',
    'a\u001b[2J@x.org',
    'a\u007f@x.org',
    'a\t@x.org',
  ].map(control),
  ...['a\u202e@x.org', 'a@\u2066x.org'].map(bidi),
  // What only looks like ASCII.
  ...[
    'a＠x.org',
    'a@x。org',
    'a@x．org',
    'a@ｘ.org',
    'a，b@x.org',
    'a\u200b@x.org',
    'a@x\u200d.org',
    'a\u00ad@x.org',
    'a\u00a0b@x.org',
    'a\u3000@x.org',
    '＜a@x.org＞',
    'a@x.org\ufeffb',
    'a@ﬁ.org',
    'a@№.org',
  ].map(refused),
  ...['"a"b"@x.org', '"a@x.org', 'a"@x.org', '"a" @x.org', 'a\\@b@x.org'].map(refused),
  ...['"a b"@x.org', '""@x.org', '"a@b"@x.org', '"a,b"@x.org', '"<b@x.org>"@x.org', 'a@💌.example', 'a@i❤.ws'].map(
    refused,
  ),
  ...['a@xn--zzzzzz-.example', 'a@xn--a.example', 'a@xn--.org', 'a@xn--bcher-kva\u0301.org'].map(refused),
  ...[
    `${'l'.repeat(65)}@x.org`,
    `${'é'.repeat(33)}@x.org`,
    `a@${'l'.repeat(64)}.org`,
    `a@${'d.'.repeat(126)}org`,
    `${'a'.repeat(998)}@x.org`,
    `a@${'é'.repeat(60)}.${'é'.repeat(60)}.org`,
    `${'a@'.repeat(50_000)}x.org`,
  ].map(refused),
];
