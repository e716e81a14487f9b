/** Names, true and hostile: each is taken as it is (NFC) or refused with the reason, and no name adds anything to a mail's header. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Entry } from '../run-table.ts';
import { assertReceived, type Row } from './addresses.ts';
import type { Sent } from './send.ts';

type Name = Entry<Row, Sent>;

const row = (name: string): Row => ({ name, email: 'ana@example.org' });
const brief = (name: string) => JSON.stringify(name.length > 60 ? `${name.slice(0, 40)}… (${name.length})` : name);

/** What the mail's reader shows of it: one line. */
const shownAs = (name: string) => name.replace(/\s+/gu, ' ');

const taken = (name: string, as = name.normalize('NFC')): Name => ({
  name: `taken: ${brief(name)}`,
  input: row(name),
  judge(outcome) {
    assert.ok('output' in outcome);
    assertReceived(outcome.output);
    assert.deepEqual(outcome.output.recipients, ['ana@example.org']);
    assert.equal(shownAs(outcome.output.subject), shownAs(`Certificate for ${as}`).trim());
  },
});

const refused =
  (code: string) =>
  (name: string): Name => ({
    name: `${code}: ${brief(name)}`,
    input: row(name),
    gives: { issues: [`name ${code}`] },
  });

export const names: Name[] = [
  ...[
    'Ana',
    "O'Brien",
    'D’Arcy',
    'Jean-Luc',
    'Null',
    'NULL',
    'undefined',
    'None',
    'true',
    'N/A',
    'Test',
    'Mr. 0x7F',
  ].map((name) => taken(name)),
  ...[
    'José Muñoz',
    'Zoë Weiß',
    'Łukasz Żółć',
    'Þórður Ægisson',
    'Nguyễn Thị Hồng',
    'Nguye\u0302\u0303n',
    'İpek Işık',
    'Đặng',
  ].map((name) => taken(name)),
  ...[
    'محمد بن سلمان',
    'יעל כהן',
    'आरव शर्मा',
    'สมชาย',
    '山田太郎',
    '김철수',
    '𠮷野家',
    'Анна Иванова',
    'Ἀχιλλεύς',
    'გიორგი',
    'ஆதி',
    '👩‍🏫 Ana',
    'Ana 🇩🇪',
  ].map((name) => taken(name)),
  ...[
    'X Æ A-12',
    'Jr., Bob',
    'Bob "the Builder"',
    'a,b;c',
    'a@b.org',
    '<b>Ana</b>',
    '<script>alert(1)</script>',
    '{{name}}',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a name
    '${7*7}',
    '<%= 7*7 %>',
    '%s%n',
    '../../etc/passwd',
    '"><img src=x onerror=alert(1)>',
    "'; drop table item; --",
    'Ana <b@x.org>',
    'Ana, b@x.org',
    'Bcc: b@x.org',
    '(comment)',
    '\\',
    '\\"',
    '__proto__',
    'constructor',
  ].map((name) => taken(name)),
  // Readers of mail would decode it, and see what no judge of rows has seen.
  taken('=?utf-8?Q?A=E2=80=AEna?=', '= ?utf-8?Q?A=E2=80=AEna?='),
  taken("'=1+1", '=1+1'),
  taken('=cmd|A1'),
  taken('@SUM(1)'),
  taken('  Ana  ', 'Ana'),
  taken('\ufeffAna', 'Ana'),
  taken('Ana\u200eBob'),
  // Looks like Latin and is not: told to who approves, never refused (test/outliers.test.ts).
  ...['Аna', 'Ρaul', 'раураl', 'ⅰvan', 'Ａｎａ', '𝓐𝓷𝓪'].map((name) => taken(name)),
  taken(`A${'\u0300\u0301\u0302\u0303'.repeat(25)}`),
  taken('x'.repeat(200)),
  taken('é'.repeat(200)),
  taken('😀'.repeat(200)),
  ...['x'.repeat(201), '😀'.repeat(201), 'x'.repeat(10_000), `A${'\u0300'.repeat(1_000)}`].map(refused('too_long')),
  ...['', ' ', '\u00a0', '\u200b\u200d', '\u00ad', '\u2060', '\u3164', '\ufe0f', '\u{e0041}\u{e0042}', '\u115f'].map(
    refused('required'),
  ),
  ...['\u202eanA', 'A\u202dna', '\u2066Ana\u2069', 'Ana\u2067', '\u202aAna\u202c'].map(refused('bidi_override')),
  ...[
    'A\0na',
    'A\u0001na',
    'A\u001b[2Jna',
    'A\u007fna',
    'A\u0085na',
    'A\u009bna',
    'A\nna',
    'A\r\nBcc: b@x.org',
    'A\tna',
    'A\u2028na',
    'A\u2029na',
    'A\u0007',
  ].map(refused('control_character')),
  ...['A\ud800na', '\udc00', 'A\ufffdna'].map(refused('malformed_text')),
];

const root = createRequire(import.meta.url).resolve('big-list-of-naughty-strings/blns.json');

/** What must come of any text, said by other means than the product's. */
function expected(text: string): string | undefined {
  const bare = text
    .trim()
    .replace(/^'(?=[=+\-@\t\r\n＝＋－＠])/, '')
    .trim();
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(bare)) return 'control_character';
  if (/[\u202a-\u202e\u2066-\u2069]/.test(bare)) return 'bidi_override';
  if (/\p{Cs}|\ufffd/u.test(bare)) return 'malformed_text';
  if (/^[\p{Z}\p{C}\p{DI}]*$/u.test(bare)) return 'required';
  return [...bare.normalize('NFC')].length > 200 ? 'too_long' : undefined;
}

/** Some of the list come twice. */
export const naughtyNames: Name[] = [...new Set(JSON.parse(readFileSync(root, 'utf8')) as string[])].map((text, at) => {
  const code = expected(text);
  const bare = text
    .trim()
    .replace(/^'(?=[=+\-@])/, '')
    .trim();
  return { ...(code === undefined ? taken(bare) : refused(code)(text)), name: `${at} ${brief(text)}` };
});
