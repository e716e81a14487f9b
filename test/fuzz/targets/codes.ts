/** What machines say to us, and what machines read of ours: credentials, tokens, barcodes, printers, header lines. */

import { createRequire } from 'node:module';
import { checkKey } from '../../../src/blobs/key.ts';
import { publicKeyOfDidKey } from '../../../src/credential/did.ts';
import { fillCredential } from '../../../src/credential/fill-credential.ts';
import { readStatusList } from '../../../src/credential/status-list.ts';
import { sampleFacts, sampleKey, sampleKeyId, sampleProgram } from '../../../src/credential/test-samples.ts';
import { verifyCredential } from '../../../src/credential/verify-credential.ts';
import { decodeAnswer } from '../../../src/deliver/print/ipp-answer.ts';
import { encodeRequest } from '../../../src/deliver/print/ipp-message.ts';
import { endpointUrl, hostOf, openReachable } from '../../../src/deliver/webhook/reachable.ts';
import { filenameOf } from '../../../src/dialects/click2mail/filename.ts';
import { readListQuery } from '../../../src/dialects/vec/list-query.ts';
import { readPaging } from '../../../src/dialects/vec/paging.ts';
import { bearerOf } from '../../../src/http/bearer.ts';
import { intelligentMailBars } from '../../../src/pdf/print/intelligent-mail.ts';
import { qrCode } from '../../../src/pdf/qr.ts';
import { parseForm } from '../../../src/public/form-body.ts';
import { wantedLanguage } from '../../../src/public/reader-language.ts';
import type { Target } from '../target.ts';

let issued: Promise<string> | undefined;
const credentialText = () => (issued ??= sampleProgram().then((program) => fillCredential(program, sampleFacts())));
const now = new Date('2026-06-01T00:00:00Z');

const credential: Target = {
  name: 'credential',
  seeds: async () => [await credentialText()],
  words: [
    '"@context":',
    '"proof":',
    '"id":',
    '"did:key:z6Mk',
    '"@graph":',
    '"@type":',
    '"@id":',
    '\\u0000',
    '{',
    '}',
    '[',
    ']',
    ',',
    '"',
    '__proto__',
    '1e400',
    '"validUntil":"',
  ],
  covers: /src\/credential/,
  async run(bytes) {
    const text = bytes.toString('utf8');
    const { verdict } = await verifyCredential(
      text,
      (id) => (id === sampleKeyId ? sampleKey.publicKey : undefined),
      now,
    );
    if ((verdict === 'unchanged') !== (text === (await credentialText()))) throw new Error(`it is called ${verdict}`);
    publicKeyOfDidKey(text);
  },
};

const status: Target = {
  name: 'status',
  seeds: () => [
    '{"credentialSubject":{"encodedList":"uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"}}',
    '{"credentialSubject":{"encodedList":"u"}}',
  ],
  words: ['"encodedList":"u', 'H4sI', '"', '{', '}', '"statusPurpose":"revocation"'],
  covers: /src\/credential/,
  run: (bytes) => readStatusList(bytes.toString('utf8'))(bytes.length),
  declared: (error) => (error as Error).constructor === Error,
};

const ipp: Target = {
  name: 'ipp',
  seeds: () => [
    encodeRequest({
      operation: 'createJob',
      requestId: 7,
      attributes: [
        { name: 'charset', tag: 'charset', values: ['utf-8'] },
        { name: 'copies', tag: 'integer', values: [1, 2] },
        { name: 'media', tag: 'collection', values: [[{ name: 'x', tag: 'keyword', values: ['y'] }]] },
        { name: 'flag', tag: 'boolean', values: [true] },
      ],
      job: [{ name: 'sides', tag: 'keyword', values: ['one-sided'] }],
    }),
  ],
  words: [
    '\0\u0004',
    '\u0001',
    '\u0003',
    '4\0\0\0\0',
    '7\0\0\0\0',
    'J\0\0\0\u0001x',
    '!\0\u0001a\0\u0004',
    '5\0\u0001t\0\u0008',
    '3\0\u0001r\0\u0008',
    '__proto__',
  ],
  covers: /src\/deliver\/print/,
  run: (bytes) => void decodeAnswer(bytes),
  declared: (error) => error instanceof RangeError && !/stack/.test(error.message),
};

const jsQR = createRequire(import.meta.url)('jsqr') as (
  data: Uint8ClampedArray,
  width: number,
  height: number,
) => { data: string } | null;

const qr: Target = {
  name: 'qr',
  seeds: () => ['0https://certs.example.org/v/1', '1012345678', '2ABC $%*+-./:', '3Zoë 李'],
  words: ['0', 'A', ' ', '$', 'é', '李', '😀', '\0', 'https://'],
  covers: /src\/pdf\/qr/,
  run: (bytes) => readBack(bytes),
};

function readBack(bytes: Buffer): void {
  const text = bytes.subarray(1).toString('utf8').slice(0, 200);
  const code = qrCode(text, (['L', 'M', 'Q', 'H'] as const)[(bytes[0] ?? 0) % 4] as 'L');
  if (text === '') return;
  if (!code) throw new Error('200 characters find no room');
  const side = (code.size + 8) * 3;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const [column, row] = [Math.floor(x / 3) - 4, Math.floor(y / 3) - 4];
      const inside = column >= 0 && row >= 0 && column < code.size && row < code.size;
      if (inside && code.isDark(column, row)) pixels.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3);
    }
  if (jsQR(pixels, side, side)?.data !== text) throw new Error(`it does not read back: ${JSON.stringify(text)}`);
}

const imb: Target = {
  name: 'imb',
  seeds: () => [
    '01234567094987654321',
    '0123456709498765432101234',
    '01234567094987654321012345678',
    '0123456709498765432101234567891',
  ],
  words: ['0', '9', '94', '-', ' ', 'x', '٣'],
  covers: /src\/pdf\/print|bwip/,
  run(bytes) {
    const text = bytes.toString('utf8');
    const good = /^\d[0-4]\d{18}(\d{5}|\d{9}|\d{11})?$/.test(text);
    let bars: string | undefined;
    try {
      bars = intelligentMailBars(text);
    } catch (error) {
      if (good) throw error;
      return;
    }
    if (!good || !/^[FADT]{65}$/.test(bars)) throw new Error(`${JSON.stringify(text)} gave ${bars}`);
  },
};

const reachable = openReachable('');

const line: Target = {
  name: 'line',
  seeds: () => [
    'attachment; filename="a\\"b.pdf"; filename*=utf-8\'\'%e2%82%ac.pdf',
    'Bearer abc',
    'en-GB;q=0.5, es',
    'https://127.0.0.1:443/x',
    'https://[::ffff:10.0.0.1]/',
    'https://0x7f.1/',
    'a=1&b=%20',
    'name=&date=2026-02-30&page=1e9',
  ],
  words: [
    'filename*=',
    "utf-8''",
    '%',
    '"',
    '\\',
    ';q=',
    ',',
    'https://',
    '[::',
    '0x',
    '127.1',
    '@',
    '169.254.169.254',
    '&',
    '=',
    '%c0%80',
    '..',
    '/',
    '__proto__',
    '[]',
  ],
  covers: /src\/(http|public|dialects|deliver|blobs)/,
  run: (bytes) => runLine(bytes),
};

function runLine(bytes: Buffer): void {
  const text = bytes.toString('latin1').slice(0, 16_000);
  filenameOf(text);
  bearerOf(text);
  wantedLanguage(text, ['en', 'es', 'ar']);
  const query = Object.fromEntries(new URLSearchParams(text));
  readPaging(query);
  const list = readListQuery(query);
  for (const name of Object.keys(query)) list.day(name) ?? list.integer(name) ?? list.text(name);
  refusable(() => parseForm(bytes));
  // Of a blob's key nothing may lead out of its folder.
  if (passes(() => checkKey(text)) && /(^|\/)\.\.?(\/|$)|^\/|\\|\0/.test(text)) throw new Error(`a key may be ${text}`);
  const url = refusable(() => endpointUrl(text, reachable));
  if (url && /^(127|10|0|169\.254|192\.168)\.|^::|^f[cde]|^localhost$/.test(hostOf(url)) && hostOf(url) !== 'localhost')
    if (/^[\d.]+$|:/.test(hostOf(url))) throw new Error(`a webhook may go to ${url.href}`);
}

function refusable<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if ((error as { code?: string }).code === 'invalid_input') return undefined;
    throw error;
  }
}

function passes(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

export const codeTargets = [credential, status, ipp, qr, imb, line];
