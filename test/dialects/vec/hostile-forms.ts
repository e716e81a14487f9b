/** Forms that no well-behaved client sends, each with the answer it gets. */

import { gzipSync } from 'node:zlib';

export const good = 'RecipientsEmail,RecipientsName,CourseTitle\na@example.com,Ann,Course\n';

/** A part as it goes over the wire. */
export const part = (disposition: string, value: string, headers = '') =>
  `--b\r\nContent-Disposition: form-data; ${disposition}\r\n${headers}\r\n${value}\r\n`;
export const field = (name: string, value: string) => part(`name="${name}"`, value);
const csv = (value = good, filename = 'r.csv') => part(`name="csv_file"; filename="${filename}"`, value);
export const end = '--b--\r\n';
/** What would be a batch without the hostile part beside it. */
export const start = (id: string) => field('name', 'N') + field('template_id', id);
export const whole = (id: string) => start(id) + csv() + end;

export interface HostileRequest {
  body: string | Buffer;
  type?: string;
  /** Instead of the right Content-Length. */
  length?: string;
  path?: string;
}

export type HostileForm = [what: string, request: (templateId: string) => HostileRequest, status: number, says: RegExp];

const chunked = (body: string, chunk: string) => ({
  body: `${body.length.toString(16)}\r\n${body}\r\n${chunk}`,
  length: 'Transfer-Encoding: chunked',
});

const batchForms: HostileForm[] = [
  ['no final boundary', (id) => ({ body: start(id) + csv() }), 422, /ends too early/],
  ['an end in the middle of the boundary', (id) => ({ body: `${start(id)}${csv()}--` }), 422, /ends too early/],
  [
    'another boundary in the body',
    (id) => ({ body: whole(id), type: 'multipart/form-data; boundary=other' }),
    422,
    /ends too early/,
  ],
  [
    'no boundary in the content type',
    (id) => ({ body: whole(id), type: 'multipart/form-data' }),
    422,
    /names no boundary/,
  ],
  ['an empty boundary', (id) => ({ body: whole(id), type: 'multipart/form-data; boundary=' }), 422, /./],
  [
    'a boundary of 1,000 characters',
    (id) => ({
      body: whole(id).replaceAll('--b', `--${'b'.repeat(1_000)}`),
      type: `multipart/form-data; boundary=${'b'.repeat(1_000)}`,
    }),
    422,
    /boundary is empty or too long/,
  ],
  [
    'another kind of multipart',
    (id) => ({ body: whole(id), type: 'multipart/mixed; boundary=b' }),
    415,
    /Unsupported Media Type/,
  ],
  ['a form that is not multipart', () => ({ body: 'name=N', type: 'application/x-www-form-urlencoded' }), 415, /./],
  [
    'no blank line after the headers',
    (id) => ({
      body: `--b\r\nContent-Disposition: form-data; name="name"\r\nN\r\n${field('template_id', id)}${csv()}${end}`,
    }),
    422,
    /./,
  ],
  [
    'a header without a colon',
    (id) => ({
      body: `--b\r\nContent-Disposition form-data; name="name"\r\n\r\nN\r\n${field('template_id', id)}${csv()}${end}`,
    }),
    422,
    /The name field is required/,
  ],
  ['a part without a name', (id) => ({ body: `${start(id)}${csv()}${part('x=y', 'x')}${end}` }), 422, /has no name/],
  [
    'a file without a name',
    (id) => ({ body: `${start(id)}${csv()}${part('filename="x.csv"', 'x')}${end}` }),
    422,
    /has no name/,
  ],
  ['nothing', () => ({ body: '' }), 422, /name field is required. \(and 2 more errors\)/],
  ['no length at all', () => ({ body: '', length: 'X: y' }), 422, /name field is required. \(and 2 more errors\)/],
  ['only an end', () => ({ body: end }), 422, /name field is required. \(and 2 more errors\)/],
  [
    'no name',
    (id) => ({ body: field('template_id', id) + csv() + end }),
    422,
    /^\{"message":"The name field is required\."/,
  ],
  ['no template', () => ({ body: field('name', 'N') + csv() + end }), 422, /The template id field is required/],
  ['no file', (id) => ({ body: start(id) + end }), 422, /The csv file field is required/],
  ['an empty file', (id) => ({ body: start(id) + csv('') + end }), 422, /the file is empty/],
  [
    'a picture',
    (id) => ({ body: start(id) + csv('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01', 'r.csv') + end }),
    422,
    /"csv_file"/,
  ],
  [
    'a workbook',
    (id) => ({ body: start(id) + csv('PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0', 'r.csv') + end }),
    422,
    /"csv_file"/,
  ],
  ['10,000 parts', (id) => ({ body: start(id) + csv() + part('x=y', '').repeat(10_000) + end }), 422, /./],
  [
    '10,000 fields',
    (id) => ({
      body: start(id) + csv() + Array.from({ length: 10_000 }, (_, at) => field(`f${at}`, 'x')).join('') + end,
    }),
    422,
    /limit/,
  ],
  [
    '10,000 files',
    (id) => ({
      body:
        start(id) +
        csv() +
        Array.from({ length: 10_000 }, (_, at) => part(`name="f${at}"; filename="f"`, 'x')).join('') +
        end,
    }),
    422,
    /limit/,
  ],
  [
    'a field of a megabyte',
    (id) => ({ body: field('name', 'x'.repeat(2 ** 20)) + field('template_id', id) + csv() + end }),
    413,
    /too long/,
  ],
  [
    'a part header of 100 KB',
    (id) => ({
      body: `--b\r\nX: ${'y'.repeat(100_000)}\r\nContent-Disposition: form-data; name="name"\r\n\r\nN\r\n${field('template_id', id)}${csv()}${end}`,
    }),
    422,
    /The name field is required/,
  ],
  [
    'a thousand part headers',
    (id) => ({
      body: `--b\r\n${'X: y\r\n'.repeat(1_000)}Content-Disposition: form-data; name="name"\r\n\r\nN\r\n${field('template_id', id)}${csv()}${end}`,
    }),
    422,
    /The name field is required/,
  ],
  [
    'a field name of 10 KB',
    (id) => ({ body: start(id) + csv() + field('n'.repeat(10_000), 'x') + end }),
    422,
    /more than 200 characters/,
  ],
  [
    'a field named __proto__',
    (id) => ({ body: start(id) + csv() + field('__proto__', 'x') + end }),
    422,
    /[Pp]rototype/,
  ],
  [
    'a field named constructor',
    (id) => ({ body: start(id) + csv() + field('constructor', 'x') + end }),
    422,
    /[Pp]rototype/,
  ],
  [
    'a file named __proto__',
    (id) => ({ body: start(id) + csv() + part('name="__proto__"; filename="x"', 'x') + end }),
    422,
    /[Pp]rototype/,
  ],
  [
    'signatories named __proto__',
    (id) => ({ body: start(id) + csv() + field('signatories[__proto__][index]', '1') + end }),
    422,
    /signatories\[N\]/,
  ],
  [
    'the file as a field',
    (id) => ({ body: start(id) + field('csv_file', good) + end }),
    422,
    /The csv file field must be a file/,
  ],
  [
    'the name as a file',
    (id) => ({
      body: `${part('name="name"; filename="n"', 'N')}${field('template_id', id)}${csv()}${end}`,
    }),
    422,
    /The name field must be a string/,
  ],
  [
    'the template as a file',
    (id) => ({
      body: `${part('name="template_id"; filename="n"', id)}${field('name', 'N')}${csv()}${end}`,
    }),
    422,
    /The template id field must be a valid UUID/,
  ],
  [
    'the file twice',
    (id) => ({ body: start(id) + csv() + csv() + end }),
    422,
    /The csv file field is invalid: it was sent twice/,
  ],
  [
    'a field twice',
    (id) => ({ body: start(id) + field('name', 'M') + csv() + end }),
    422,
    /The name field is invalid: it was sent twice/,
  ],
  [
    'the file as a file and as a field',
    (id) => ({ body: start(id) + csv() + field('csv_file', 'x') + end }),
    422,
    /The csv file field is invalid: it was sent twice/,
  ],
  [
    'a multipart in a multipart',
    (id) => ({
      body: `${start(id)}--b\r\nContent-Disposition: form-data; name="csv_file"\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Disposition: file; filename="r.csv"\r\n\r\n${good}\r\n--c--\r\n${end}`,
    }),
    422,
    /The csv file field must be a file/,
  ],
  [
    'JSON that is none',
    (id) => ({
      body: start(id) + csv() + part('name="signatories"', '[{', 'Content-Type: application/json\r\n') + end,
    }),
    422,
    /JSON/,
  ],
  [
    'a body packed with gzip',
    (id) => ({ body: gzipSync(whole(id)), type: 'multipart/form-data; boundary=b\r\nContent-Encoding: gzip' }),
    415,
    /./,
  ],
  [
    'a length that is too small',
    (id) => ({ body: whole(id), length: `Content-Length: ${whole(id).length - 20}` }),
    400,
    /./,
  ],
  [
    'a length that is too large',
    (id) => ({ body: whole(id).slice(0, -6), length: `Content-Length: ${whole(id).length + 100}` }),
    408,
    /./,
  ],
  ['chunks with rubbish between', (id) => chunked(whole(id), 'zz\r\nrubbish\r\n'), 400, /./],
  ['a chunk that says it is huge', (id) => chunked(start(id), 'ffffffffffffffffff\r\n'), 400, /./],
  [
    'a field with half a character',
    (id) => ({ body: field('name', 'N\xff') + field('template_id', id) + csv() + end }),
    422,
    /./,
  ],
];

const vaultForms: HostileForm[] = [
  [
    'a vault upload without an end',
    () => ({ body: vault('%PDF-1.7'), path: '/business/certificate-vault' }),
    422,
    /ends too early/,
  ],
  [
    'a vault upload of the file twice',
    () => ({ body: vault('%PDF-1.7') + vaultFile('x') + end, path: '/business/certificate-vault' }),
    422,
    /The certificate file field is invalid: it was sent twice/,
  ],
  [
    'a vault upload of an empty file',
    () => ({ body: vault('') + end, path: '/business/certificate-vault' }),
    422,
    /"certificate_file"/,
  ],
  [
    'a vault upload of 10,000 fields',
    () => ({ body: vault('%PDF-1.7') + field('f', 'x').repeat(10_000) + end, path: '/business/certificate-vault' }),
    422,
    /./,
  ],
  [
    'a vault file of which half is missing',
    () => ({
      body: vaultFile('x'.repeat(100_000), 'file').slice(0, 50_000),
      path: '/business/certificate-vault/upload-file',
    }),
    422,
    /ends too early/,
  ],
];
const vaultFile = (bytes: string, name = 'certificate_file') => part(`name="${name}"; filename="c.pdf"`, bytes);
const vault = (bytes: string) =>
  field('certificate_title', 'T') +
  field('full_name', 'N') +
  field('applicant_email', 'n@example.com') +
  vaultFile(bytes);

export const hostileForms = [...batchForms, ...vaultForms];
