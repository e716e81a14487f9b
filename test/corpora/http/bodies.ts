/** Bodies that no door can make anything of, for each door that takes bodies. */

import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import type { Entry } from '../run-table.ts';
import type { Conversation, Said } from './converse.ts';

export interface Keys {
  token: string;
  /** Of a mail account, whole. */
  basic: string;
}

type Kind = 'form' | 'json' | 'xml' | 'bytes' | 'fields';

export interface Taker {
  /** Method and address. */
  line: string;
  kind: Kind;
  by: 'token' | 'basic' | 'nobody';
  /** Who asks for a file in a form, by what name. */
  file?: string;
  type?: string;
}

export const takers: Taker[] = [
  { line: 'POST /business/batches', kind: 'form', by: 'token', file: 'csv_file' },
  { line: 'POST /business/certificate-vault', kind: 'form', by: 'token', file: 'certificate_file' },
  { line: 'POST /business/certificate-vault/upload-file', kind: 'form', by: 'token', file: 'file' },
  { line: 'POST /business/certificate-vault/bulk', kind: 'json', by: 'token' },
  { line: 'POST /api/v1/credentials/issue', kind: 'json', by: 'token' },
  { line: 'POST /chancery/v1/batches', kind: 'form', by: 'token', file: 'file' },
  { line: 'POST /chancery/v1/templates', kind: 'json', by: 'token' },
  { line: 'POST /chancery/v1/webhooks', kind: 'json', by: 'token' },
  { line: 'POST /chancery/v1/members', kind: 'json', by: 'token' },
  { line: 'POST /chancery/v1/mail-pieces/events', kind: 'json', by: 'token' },
  { line: 'PUT /v1/batches/1', kind: 'xml', by: 'basic' },
  { line: 'PUT /v1/batches/1', kind: 'bytes', by: 'basic', type: 'application/pdf' },
  { line: 'POST /molpro/addressLists', kind: 'xml', by: 'basic' },
  { line: 'POST /molpro/addressCorrection', kind: 'xml', by: 'basic' },
  { line: 'POST /molpro/documents', kind: 'form', by: 'basic', file: 'file' },
  { line: 'POST /molpro/jobs', kind: 'fields', by: 'basic' },
  { line: 'POST /wallet', kind: 'fields', by: 'nobody' },
];

const types: Record<Kind, string> = {
  form: 'multipart/form-data; boundary=b',
  json: 'application/json',
  xml: 'application/xml',
  bytes: 'application/octet-stream',
  fields: 'application/x-www-form-urlencoded',
};

interface Sent {
  body: string | Buffer;
  type?: string;
  /** Instead of the right length. */
  length?: string;
  headers?: string;
  leaves?: Said['leaves'];
  answers?: number;
}

function request({ line, kind, by, type }: Taker, keys: Keys, sent: Sent): Said {
  const bytes = Buffer.from(sent.body as string, 'latin1');
  const authorization = by === 'token' ? `Bearer ${keys.token}` : keys.basic;
  const key = by === 'token' ? `X-Api-Key: ${keys.token}\r\n` : '';
  const head = [
    `${line} HTTP/1.1\r\nHost: x\r\n`,
    by === 'nobody' ? '' : `Authorization: ${authorization}\r\n${key}`,
    `Content-Type: ${sent.type ?? type ?? types[kind]}\r\n`,
    sent.headers ?? '',
    `${sent.length ?? `Content-Length: ${bytes.length}`}\r\n\r\n`,
  ].join('');
  return {
    bytes: Buffer.concat([Buffer.from(head, 'latin1'), bytes]),
    ...(sent.leaves ? { leaves: sent.leaves } : { answers: sent.answers ?? 1 }),
  };
}

const part = (disposition: string, value: string, headers = '') =>
  `--b\r\nContent-Disposition: form-data; ${disposition}\r\n${headers}\r\n${value}\r\n`;
const end = '--b--\r\n';

/** Whatever the door makes of bodies. */
const general: [name: string, sent: Sent][] = [
  ['nothing', { body: '' }],
  ['NUL bytes', { body: '\0'.repeat(5_000) }],
  [
    'random bytes',
    { body: Buffer.from(Array.from({ length: 9_000 }, (_, at) => (at * at * 31 + at * 7) % 251)).toString('latin1') },
  ],
  [
    'a body packed with gzip',
    { body: gzipSync(Buffer.alloc(50_000_000)).toString('latin1'), headers: 'Content-Encoding: gzip\r\n' },
  ],
  ['an encoding nobody knows', { body: 'x', headers: 'Content-Encoding: x-evil\r\n' }],
  ['a type nobody knows', { body: 'x', type: 'application/x-evil' }],
  ['a type of 8,000 characters', { body: 'x', type: `text/${'x'.repeat(8_000)}` }],
  ['a type that is none', { body: 'x', type: ';;;=' }],
  ['more than anybody takes', { body: 'x'.repeat(5 * 2 ** 20) }],
  [
    'more than anybody takes, in chunks',
    { body: `500000\r\n${'x'.repeat(0x500000)}\r\n0\r\n\r\n`, length: 'Transfer-Encoding: chunked' },
  ],
  ['a length that is never reached', { body: 'x'.repeat(50), length: 'Content-Length: 5000' }],
];

const forms = (file: string): [name: string, sent: Sent][] => [
  ['10,000 parts without a name', { body: part('x=y', '').repeat(10_000) + end }],
  ['10,000 fields', { body: Array.from({ length: 10_000 }, (_, at) => part(`name="f${at}"`, 'x')).join('') + end }],
  [
    '10,000 files',
    { body: Array.from({ length: 10_000 }, (_, at) => part(`name="f${at}"; filename="f"`, 'x')).join('') + end },
  ],
  ['a form without its end', { body: part(`name="${file}"; filename="f"`, 'x'.repeat(200_000)) }],
  ['the file twice', { body: part(`name="${file}"; filename="f"`, 'x').repeat(2) + end }],
  [
    'another boundary',
    { body: part(`name="${file}"; filename="f"`, 'x') + end, type: 'multipart/form-data; boundary=c' },
  ],
  ['no boundary', { body: end, type: 'multipart/form-data' }],
  ['a field named __proto__', { body: part('name="__proto__"', '{"isAdmin":true}') + end }],
  ['a megabyte of part headers', { body: part('name="n"', 'x', `X: ${'y'.repeat(2 ** 20)}\r\n`) + end }],
  ['a file of more than anybody takes', { body: part(`name="${file}"; filename="f"`, 'x'.repeat(3 * 2 ** 20)) + end }],
];

const texts: Record<Exclude<Kind, 'form'>, [name: string, sent: Sent][]> = {
  json: [
    ['100,000 brackets', { body: '['.repeat(100_000) }],
    ['JSON that stops', { body: '{"a":' }],
    ['a number without end', { body: `{"a":1${'0'.repeat(100_000)}}` }],
    ['a prototype', { body: '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}' }],
    ['JSON in UTF-16', { body: Buffer.from('{"a":1}', 'utf16le').toString('latin1') }],
  ],
  xml: [
    ['a billion laughs', { body: '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>' }],
    ['a file of the server', { body: '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>' }],
    ['100,000 levels', { body: '<a>'.repeat(100_000) }],
    ['50,000 attributes', { body: `<a ${Array.from({ length: 50_000 }, (_, at) => `a${at}=""`).join(' ')}/>` }],
    ['XML that stops', { body: '<batch><job>' }],
  ],
  bytes: [['a PDF that stops', { body: '%PDF-1.7\n' }]],
  fields: [
    ['100,000 fields', { body: 'a=b&'.repeat(100_000) }],
    ['the same field twice', { body: 'email=a@b.example&email=c@d.example&startingPage=1&startingPage=2' }],
    ['percent signs that are no UTF-8', { body: 'email=%ff%fe%00' }],
    ['a field named __proto__', { body: '__proto__=x&constructor=y' }],
  ],
};

/** Refused as the caller's fault, shortly, and without a word about what is inside. */
function judge(found: Conversation): void {
  const { statuses, text } = found;
  assert.equal(statuses.length, 1, `${statuses.length} answers`);
  assert.ok((statuses[0] as number) >= 400 && (statuses[0] as number) < 500, text.slice(0, 600));
  assert.ok(text.length < 8_000, `an answer of ${text.length} bytes`);
  assert.doesNotMatch(text, /node_modules|\bat \w+ \(|root:|isAdmin/, text.slice(0, 2_000));
}

export function bodiesFor(taker: Taker): Entry<(keys: Keys) => Said, Conversation>[] {
  const own = taker.kind === 'form' ? forms(taker.file as string) : texts[taker.kind];
  const refused = [...general, ...own].map(
    ([name, sent]): Entry<(keys: Keys) => Said, Conversation> => ({
      name,
      input: (keys) => request(taker, keys, sent),
      judge: (outcome) => judge(('output' in outcome && outcome.output) as Conversation),
    }),
  );
  const left = (['end', 'reset'] as const).map(
    (leaves): Entry<(keys: Keys) => Said, Conversation> => ({
      name: `a client that leaves in mid-body (${leaves})`,
      input: (keys) => request(taker, keys, { body: 'x'.repeat(300_000), length: 'Content-Length: 600000', leaves }),
      judge: (outcome) => assert.ok('output' in outcome && outcome.output.statuses.every((status) => status < 500)),
    }),
  );
  return [...refused, ...left];
}
