/** Texts that make a regular expression look again and again: a beginning, a part repeated many thousand times, an end that does not fit. */

import { headerText } from '../../../src/deliver/email/mailbox.ts';
import { filenameOf } from '../../../src/dialects/click2mail/filename.ts';
import { countryCode } from '../../../src/domain/countries.ts';
import { plainDigits } from '../../../src/domain/plain-digits.ts';
import { readAddress } from '../../../src/domain/read-address.ts';
import { isSafeWebIri } from '../../../src/domain/signable.ts';
import { fillLines, fillText, parseTemplate, placeholdersOf } from '../../../src/domain/template.ts';
import { shown, unguard } from '../../../src/domain/text.ts';
import { isEmailAddress } from '../../../src/ingest/email-address.ts';
import { readColour } from '../../../src/pdf/svg-colour.ts';
import { readTransform } from '../../../src/pdf/svg-matrix.ts';
import { readLength } from '../../../src/pdf/svg-shapes.ts';
import { judgeCells } from '../csv/read-csv.ts';
import type { Entry, Table } from '../run-table.ts';

/** Beginning, what is repeated, end. Those that were found in the product's own expressions by a static search (recheck 4.5) are among them. */
const pumps: [string, string, string][] = [
  ['1.', '0', '1'],
  ['', '0', 'x'],
  ['0', '00', '.e'],
  ['1', '1', ' '],
  ['-', '9', 'e'],
  ['', ' ', 'x'],
  ['x', ' ', 'x'],
  ['x', '\t', ''],
  ['', ' \t', '!'],
  ['', '-', 'x'],
  ['00000', '- ', 'x'],
  ['00000', '-', 'x'],
  ['', ',,', '\u2028x'],
  ['', ', ', '\n'],
  ['{{', ' ', ''],
  ['', '{{', ''],
  ['', '{{ ', '}}'],
  ['', '{{a}}', '{{'],
  ['{{', '\t \t', '}'],
  ['', 'a', '!'],
  ['a', 'a.', '@'],
  ['a@', 'a.', ''],
  ['a@', 'a-', '.org'],
  ['a@', 'xn--', '.org'],
  ['"', '\\"', '@x.org'],
  ['', 'a@', 'a'],
  ['', '.', '@a'],
  ['http://', 'a.', ' '],
  ['http://a/', '%2', ' '],
  ['http://', '/', '#'],
  ['http://', '@', ':'],
  ['', '[', ''],
  ['[', '{"name":"', ''],
  ['[{"name":"a","url":"http://', 'a', ''],
  ['', "'\t", '='],
  ['', "'", '='],
  ['', "'=", ''],
  ['', '\u0300', ''],
  ['a', '\u200d', 'b'],
  ['', '\u{1f468}\u200d', ''],
  ['', '\ud800', ''],
  ['', '</p><br>', ''],
  ['', '&amp;', ';'],
  ['rgb(', '0', 'x)'],
  ['rgb(', '0,', ')'],
  ['translate(', '0 ', 'x)'],
  ['', 'translate(1)', '!'],
  ['filename*', ' ', '='],
  ['filename="', '\\a', ''],
  ['', "filename*=utf-8'", ''],
];

const columns = ['name', 'email', 'Note', 'Score', 'Held', 'Link', 'Contact', 'Proofs', 'issue_date', 'expiry_date'];
const address = { name: '', organization: '', address1: '', address2: '', address3: '' };
const place = { city: '', state: '', postalCode: '', country: '' };

/** Whatever looks at a text of a stranger's, each by itself. What it thinks of it does not matter here. */
const readers: Record<string, (text: string) => unknown> = {
  address: (text) =>
    Object.keys({ ...address, ...place }).map((key) =>
      readAddress({ ...address, ...place, [key]: text } as never, { capitals: true }),
    ),
  countryCode,
  plainDigits,
  isSafeWebIri,
  isEmailAddress,
  filenameOf: (text) => filenameOf(text.slice(0, 16_384)),
  headerText,
  placeholdersOf,
  fillText: (text) => fillText(text, { a: 'b' }),
  fillLines: (text) => fillLines(text, { a: 'b' }),
  unguard,
  shown,
  readColour,
  readTransform,
  readLength: (text) => readLength(text, 100),
};

/** What comes of them does not matter here. */
function pumped(times: number): Entry<string, unknown>[] {
  return pumps.map(([begin, repeat, end]) => ({
    name: `${JSON.stringify(begin)} ${JSON.stringify(repeat)}… ${JSON.stringify(end)}`,
    make: () => `${begin}${repeat.repeat(times)}${end}`,
    judge() {},
  }));
}

/** 30,000 times are enough to see the second power: what is linear takes a hundredth of the time that is allowed. */
export const pumpedRows = (times: number): Table<string, unknown> => ({
  name: `regular expressions: every cell of a row, ${times} times`,
  from: 'written for this project',
  feed: (text) => judgeCells(columns, Array<string>(columns.length).fill(text)),
  entries: pumped(times),
  maxSeconds: 1.5,
});

export const pumpedTexts = (times: number): Table<string, unknown> => ({
  name: `regular expressions: every reader of a text, ${times} times`,
  from: 'written for this project',
  feed(text) {
    for (const [name, read] of Object.entries(readers)) {
      const start = process.cpuUsage();
      try {
        read(text);
      } catch {
        // Refused; that it ends is what is asked here.
      }
      const { user, system } = process.cpuUsage(start);
      if (user + system > 1e6) throw new Error(`${name} takes ${(user + system) / 1e6} s`);
    }
  },
  entries: pumped(times),
});

const template = (change: object) => ({
  format: 'chancery-template/1',
  name: 'T',
  language: 'en',
  page: { width: 100, height: 100 },
  fields: [],
  elements: [{ type: 'rectangle', x: 0, y: 0, width: 1, height: 1 }],
  achievement: { name: 'T', description: 'T', criteria: 'T' },
  ...change,
});

/** A rule that a template brings itself: there is none, so that no tenant's expression is ever run. */
export const ruleTable: Table<unknown, unknown> = {
  name: 'regular expressions: rules of a template',
  from: 'written for this project; the pairs are those every list of ReDoS patterns has',
  feed: (input) => parseTemplate(input),
  entries: ['(a+)+$', '([a-zA-Z]+)*$', '(a|aa)+$', '(a|a?)+$', '(.*a){20}$', '^(([a-z])+.)+[A-Z]([a-z])+$'].flatMap(
    (pattern) =>
      (['pattern', 'regex', 'match', 'validate'] as const).map((rule) => ({
        name: `${rule} ${pattern}`,
        input: template({ fields: [{ type: 'text', name: 'Note', [rule]: pattern }] }),
        judge(outcome) {
          const { issues } = (outcome as { output: { issues?: { path: string }[] } }).output;
          if (issues?.[0]?.path !== 'fields.0') throw new Error('the rule is taken');
        },
      })),
  ),
};
