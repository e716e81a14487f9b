/** Names, addresses, templates and mails: text that people write and that is put into something else. */

import { readdirSync, readFileSync } from 'node:fs';
import { addressFault } from '../../../src/deliver/email/mailbox.ts';
import { composeMime } from '../../../src/deliver/email/mime.ts';
import { readMail } from '../../../src/deliver/email/read-mail.ts';
import type { AddressInput } from '../../../src/domain/postal-address.ts';
import { addressLines, readAddress, routingDigits } from '../../../src/domain/read-address.ts';
import { parseTemplate } from '../../../src/domain/template.ts';
import { findControl, findDirectionOverride } from '../../../src/domain/text.ts';
import { planColumns } from '../../../src/ingest/columns.ts';
import { isEmailAddress } from '../../../src/ingest/email-address.ts';
import { compilePage } from '../../../src/pdf/compile-page.ts';
import type { DatedPage } from '../../../src/pdf/date-page.ts';
import { documentOf, nameBox, programOf, valuesOf } from '../../../src/pdf/page.test-support.ts';
import { judgePdf } from '../../../src/pdf/upload/judge-pdf.ts';
import { sampleTemplate } from '../../support/sample-template.ts';
import type { Target } from '../target.ts';

const scripts = [
  'é',
  'e\u0301',
  'ß',
  'Ł',
  'שלום',
  'مرحبا',
  '李',
  '𠮷',
  'नमस्ते',
  'ไทย',
  '👩‍👩‍👧',
  '🏴\u{e0067}',
  '\u200d',
  '\u200b',
  '\u00ad',
  '\u0301'.repeat(40),
];
const breaking = [
  '\r\n',
  '\n',
  '\0',
  '\u2028',
  '\u202e',
  '\u2066',
  '\ufeff',
  '\ud800',
  '"',
  "'",
  '<',
  '>',
  '@',
  ',',
  ';',
  '\\',
  '(',
  ')',
  '=?utf-8?q?',
];

const addressKeys = [
  'name',
  'organization',
  'address1',
  'address2',
  'address3',
  'city',
  'state',
  'postalCode',
  'country',
] as const;

const address: Target = {
  name: 'address',
  seeds: () => [
    'Ada Lovelace|ACME|1 Main St|Apt 2||New York|NY|10001-1234|',
    'J. Müller||Hauptstr. 1|||Berlin||10115|Germany',
    '||PO Box 5|||San Juan|PR|901|Puerto Rico',
    '||1 Base|||APO|AE|09012|USA',
  ],
  words: ['|', '-', '0', '00000', 'NY', 'California', 'Côte d’Ivoire', 'GB', ...scripts, ...breaking],
  covers: /src\/domain/,
  run(bytes) {
    const parts = bytes.toString('utf8').split('|');
    const input = Object.fromEntries(addressKeys.map((key, at) => [key, parts[at] ?? ''])) as unknown as AddressInput;
    for (const capitals of [false, true]) {
      const read = readAddress(input, { capitals });
      if (read.kind === 'non_mailable') continue;
      for (const line of addressLines(read.address))
        if (line === '' || line !== line.trim() || findControl(line, false) || findDirectionOverride(line))
          throw new Error(`a line is ${JSON.stringify(line)}`);
      if (!/^(\d{5}|\d{9})?$/.test(routingDigits(read.address))) throw new Error('the barcode cannot route by this');
    }
  },
};

const email: Target = {
  name: 'email',
  seeds: () => [
    'ada@example.com',
    '"a b"@example.com',
    'jörg@müller.example',
    'x@xn--mller-kva.example',
    'a+b.c@sub.example.co.uk',
  ],
  words: ['@', '.', '"', 'xn--', '-', '。', '．', '＠', 'ß', '[127.0.0.1]', ...scripts, ...breaking],
  covers: /src\/(ingest\/email|deliver\/email)/,
  run(bytes) {
    const text = bytes.toString('utf8');
    const good = isEmailAddress(text);
    const mailable =
      addressFault({ to: { name: '', address: text }, from: { name: '', address: 'a@b.example' } }) === null;
    if (good && /[\s\p{C}]/u.test(text) && !text.startsWith('"')) throw new Error('a control or blank in an address');
    if (good && !text.startsWith('"') && !mailable) throw new Error('taken in, and never to be mailed to');
  },
};

let page: Promise<DatedPage> | undefined;
const box = {
  type: 'text',
  x: 10,
  y: 100,
  width: 120,
  height: 50,
  size: 12,
  minSize: 5,
  wrap: true,
  text: '{{Course}} {{name}}',
};

const name: Target = {
  name: 'name',
  seeds: () => ['Ana Šimić|Course', 'محمد علي|دورة 12 (x)', '李小龍|課程', 'Nguyễn Thị Minh Khai|x\ny', 'नमस्ते|ไทย'],
  words: ['|', ' ', '\n', ...scripts, ...breaking],
  covers: /src\/(pdf|domain)/,
  async run(bytes) {
    page ??= programOf([nameBox, box, { type: 'qr', x: 250, y: 160, size: 20 }]);
    const [who = '', Course = ''] = bytes.toString('utf8').slice(0, 400).split('|');
    const { pages } = judgePdf(documentOf(await page, valuesOf({ name: who, Course })));
    if (pages !== 1) throw new Error('our own page has become another number of pages');
  },
};

const folder = new URL('../../../templates/', import.meta.url);
const template: Target = {
  name: 'template',
  seeds: () => [
    JSON.stringify(sampleTemplate({ signatures: 1 })),
    ...readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('template.json'))
      .map((path) => readFileSync(new URL(path, folder))),
  ],
  words: [
    '{{',
    '}}',
    '{{name}}',
    '{{constructor.constructor("return this")()}}',
    '__proto__',
    '"',
    ':',
    ',',
    '1e308',
    '-1',
    'null',
    '[]',
    '{}',
    '"type":"text"',
    '"wrap":true',
    '"#12345g"',
    'data:image/png;base64,',
    'file:///etc/passwd',
    ...scripts,
  ],
  covers: /src\/(domain|pdf|ingest)/,
  async run(bytes) {
    const parsed = parseTemplate(jsonOf(bytes));
    if ('issues' in parsed) return;
    const header = ['name', 'email', ...parsed.template.fields.map((field) => field.name)];
    const names = { name: ['name'], email: ['email'], issueDate: [], expiryDate: [], dateFormat: 'YYYY-MM-DD' };
    planColumns(header, parsed.template, { ...names, exactCase: false });
    await compilePage({ template: parsed.template, organizationName: 'Vector College', signatories: [] });
  },
};

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

const mime: Target = {
  name: 'mime',
  seeds: () => [
    'From: a@b\r\nTo: =?utf-8?q?J=C3=B6?= <c@d>\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ncaf=E9\r\n--b\r\nContent-Type: application/pdf; name*=utf-8\'\'x%20y\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERg==\r\n--b--\r\n',
  ],
  words: [
    '\r\n',
    '--b',
    '--b--',
    'Content-Type: ',
    'multipart/alternative; boundary=b',
    'message/rfc822',
    'base64',
    '=',
    '=?utf-8?b?',
    '?=',
    ';',
    '"',
    "utf-8''",
    '%00',
    '(',
    ')',
    '<',
    '>',
    ...scripts,
  ],
  covers: /src\/deliver|postal-mime/,
  run: (bytes) => readMail(bytes),
  declared: (error) => /^Maximum (header size|MIME nesting depth)/.test((error as Error).message),
};

const compose: Target = {
  name: 'compose',
  seeds: () => [
    'Ada|ada@example.com|Subject|text\n.\n|<b>html</b>|diploma.pdf|https://a.example/u',
    'Jörg "x" <y>|j@ü.example|x|||مرحبا.pdf|mailto:a@b',
  ],
  words: [
    '|',
    ':',
    '\r\nBcc: x@example.com\r\n',
    '\r\n\r\n',
    '\r\n.\r\n',
    '=?utf-8?b?',
    'https://',
    'mailto:',
    ...scripts,
    ...breaking,
  ],
  covers: /src\/deliver|nodemailer/,
  run: (bytes) => runCompose(bytes),
};

async function runCompose(bytes: Buffer): Promise<void> {
  const [who = '', at = '', subject = '', text = '', html = '', filename = '', unsubscribeUrl = ''] = bytes
    .toString('utf8')
    .split('|');
  const to = { name: who, address: at };
  const from = { name: 'Vector', address: 'from@example.org' };
  if (addressFault({ to, from }) !== null) return;
  const message = { messageId: '<1@example.org>', to, from, subject, text, html, date: new Date(0), unsubscribeUrl };
  const attachments = [{ filename, contentType: 'application/pdf', content: Buffer.from('%PDF') }];
  const raw = await composeMime({ ...message, attachments });
  const head = raw.toString('latin1', 0, raw.indexOf('\r\n\r\n'));
  if (/[^\x20-\x7e\r\n\t\x80-\xff]|(?<!\r)\n|\r(?!\n)/.test(head))
    throw new Error(`the header is ${JSON.stringify(head)}`);
  const names = [...head.matchAll(/^([^\s:]+):/gm)].map(([, one]) => (one as string).toLowerCase());
  const allowed =
    /^(auto-submitted|list-unsubscribe(-post)?|from|to|subject|message-id|date|mime-version|content-type|content-transfer-encoding|content-disposition)$/;
  const strange = names.find((one) => !allowed.test(one));
  if (strange !== undefined || new Set(names).size !== names.length) throw new Error(`the header has ${names.join()}`);
  const long = raw
    .toString('latin1')
    .split('\r\n')
    .find((line) => line.length > 998);
  if (long !== undefined) throw new Error(`a line of ${long.length} bytes`);
  const read = await readMail(raw);
  if (read.to.split('@').length - 1 - who.split('@').length + 1 !== 1 && !who.includes('@'))
    throw new Error(`to ${read.to}`);
}

export const textTargets = [address, email, name, template, mime, compose];
