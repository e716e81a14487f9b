/** Uploads that are wrong, hostile or broken off: a clear answer, nothing left behind, and the server goes on. */

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Tenant } from '../../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';
import { exchange, openRaw } from '../../support/raw-http.ts';
import { longTest } from '../../support/rounds.ts';
import { courseTemplate } from './course-template.ts';

let doors: TestDoors;
let tenant: Tenant;
let token: string;
const credits = 5;

before(async () => {
  doors = await openTestServer({
    environment: { MAX_UPLOAD_MB: '1' },
    timeouts: { request: 1_500, headers: 1_000, silence: 60_000, check: 100 },
  });
  tenant = await doors.test.addTenant({ credits, rowLimit: 10, template: courseTemplate() });
  token = await doors.key(tenant);
});
after(() => doors?.[Symbol.asyncDispose]());

/** What a refused upload must leave as it was. */
async function traces() {
  const uploads = await readdir(join(doors.test.dataDirectory, 'uploads')).catch(() => []);
  const batches = await doors.test.sql('select id from batch');
  return { uploads, batches, blobs: await doors.test.blobFiles(''), credits: await doors.test.balance(tenant) };
}

const untouched = { uploads: [], batches: [], blobs: [], credits: { available: credits, reserved: 0, spent: 0 } };

beforeEach(async () => assert.deepEqual(await traces(), untouched));

const good = 'RecipientsEmail,RecipientsName,CourseTitle\na@example.com,Ann,Course\n';

function formOf(parts: Record<string, string>, file: string | Uint8Array | null = good): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries({ name: 'N', template_id: tenant.templateId, ...parts }))
    if (value !== '') form.set(name, value);
  if (file !== null) form.set('csv_file', new Blob([Buffer.from(file)]), 'r.csv');
  return form;
}

interface Refusal {
  status: number;
  body: { message: string; errors?: Record<string, string[]> };
}

async function post(form: FormData): Promise<Refusal> {
  const response = await fetch(`${doors.url}/business/batches`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: form,
  });
  return { status: response.status, body: (await response.json()) as Refusal['body'] };
}

async function assertUntouched(): Promise<void> {
  // What is thrown away after the answer may take a moment.
  for (let wait = 0; wait < 50 && (await traces()).uploads.length > 0; wait++) await sleep(20);
  assert.deepEqual(await traces(), untouched);
  assert.equal((await fetch(`${doors.url}/livez`)).status, 200);
}

const faults: [name: string, file: string | Uint8Array, sentence: RegExp][] = [
  ['an empty file', '', /^The csv file cannot be read: the file is empty\.$/],
  ['only a byte order mark', '\ufeff', /^The csv file cannot be read: the file is empty\.$/],
  ['only a header', 'RecipientsEmail,RecipientsName\n', /the file has no rows/],
  [
    'a header in the wrong case',
    'recipientsemail,RecipientsName\na@b.c,A\n',
    /^The csv file must have the column RecipientsEmail\.$/,
  ],
  ['a header without names', 'Email,Name\na@b.c,A\n', /^The csv file must have the column RecipientsName\.$/],
  [
    'the same column twice',
    'RecipientsEmail,RecipientsName,RecipientsName\na@b.c,A,B\n',
    /the header names the column RecipientsName twice/,
  ],
  [
    'a column named __proto__',
    'RecipientsEmail,RecipientsName,__proto__\na@b.c,A,B\n',
    /the column name __proto__ is not allowed/,
  ],
  ['an open quote', 'RecipientsEmail,RecipientsName\na@b.c,"A\nb@b.c,B\n', /a quote opened in line 2 is never closed/],
  [
    'Latin-1',
    Buffer.from('RecipientsEmail,RecipientsName\na@b.c,Zo\xeb M\xfcller\n', 'latin1'),
    /the file is not UTF-8/,
  ],
  [
    'more rows than allowed',
    `RecipientsEmail,RecipientsName\n${'a@b.c,A\n'.repeat(11)}`,
    /the file has more than 10 rows/,
  ],
  [
    'more columns than allowed',
    `RecipientsEmail,RecipientsName,${Array.from({ length: 199 }, (_, at) => `c${at}`)}\na@b.c,A\n`,
    /the file has 201 columns; at most 200 are allowed/,
  ],
  ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452000000ff', 'hex'), /The csv file/],
];

for (const [name, file, sentence] of faults) {
  test(`${name} is refused under csv_file before anything is stored`, async () => {
    const { status, body } = await post(formOf({}, file));
    assert.equal(status, 422, JSON.stringify(body));
    assert.deepEqual(Object.keys(body.errors ?? {}), ['csv_file']);
    assert.match(body.errors?.csv_file?.[0] ?? '', sentence);
    assert.ok(body.message.startsWith(body.errors?.csv_file?.[0] as string));
    await assertUntouched();
  });
}

test('what is wrong with the form is said in Laravel’s words, in the order of its rules', async () => {
  const cases: [FormData, Record<string, string[]>][] = [
    [formOf({ name: '' }), { name: ['The name field is required.'] }],
    [formOf({ name: '   ' }), { name: ['The name field is required.'] }],
    [formOf({ name: 'x'.repeat(256) }), { name: ['The name field must not be greater than 255 characters.'] }],
    [formOf({ name: 'a\u0000b' }), { name: ['The name field must be a string.'] }],
    [formOf({ template_id: 'twelve' }), { template_id: ['The template id field must be a valid UUID.'] }],
    [formOf({}, null), { csv_file: ['The csv file field is required.'] }],
    [formOf({ csv_file: good }, null), { csv_file: ['The csv file field must be a file.'] }],
    [formOf({ charset: 'klingon' }), { csv_file: ['The csv file cannot be read: the charset klingon is not known.'] }],
  ];
  for (const [form, errors] of cases) {
    const { status, body } = await post(form);
    assert.deepEqual([status, body.errors], [422, errors]);
    assert.equal(body.message, Object.values(errors)[0]?.[0]);
  }
  await assertUntouched();
});

test('too few credits are refused under balance', async () => {
  const { status, body } = await post(formOf({}, `RecipientsEmail,RecipientsName\n${'a@b.c,A\n'.repeat(6)}`));
  const sentence = 'Insufficient certificate credits: 6 needed, 5 available.';
  assert.deepEqual([status, body], [422, { message: sentence, errors: { balance: [sentence] } }]);
  await assertUntouched();
});

test('a file over the limit is refused with 413', async () => {
  const { status, body } = await post(formOf({}, Buffer.alloc(2 ** 20 + 1, 'a')));
  assert.deepEqual([status, typeof body.message], [413, 'string']);
  await assertUntouched();
});

test('a field over the limit is refused with 413', async () => {
  const { status } = await post(formOf({ name: 'x'.repeat(100_000) }));
  assert.equal(status, 413);
  await assertUntouched();
});

test('the same file part twice, and a file too many, are refused', async () => {
  const twice = formOf({});
  twice.append('csv_file', new Blob([good]), 'again.csv');
  assert.equal((await post(twice)).status, 422);
  const many = formOf({});
  for (const name of ['b', 'c', 'd']) many.append(name, new Blob([good]), `${name}.csv`);
  assert.equal((await post(many)).status, 422);
  await assertUntouched();
});

longTest('10,000 parts are refused', async () => {
  const form = formOf({});
  for (let at = 0; at < 10_000; at++) form.append(`part${at}`, 'x');
  assert.equal((await post(form)).status, 422);
  await assertUntouched();
});

const head = (type: string, length: number | string) =>
  `POST /business/batches HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: ${type}\r\n${
    typeof length === 'number' ? `Content-Length: ${length}` : length
  }\r\n\r\n`;
const multipart = 'multipart/form-data; boundary=b';
const part = (name: string, value: string, file = '') =>
  `--b\r\nContent-Disposition: form-data; name="${name}"${file && `; filename="${file}"`}\r\n\r\n${value}\r\n`;
const whole = () =>
  `${part('name', 'N')}${part('template_id', tenant.templateId)}${part('csv_file', good, 'r.csv')}--b--\r\n`;

test('malformed forms are refused, and the connection lives on where it can', async () => {
  const cases: [string, string, string][] = [
    ['no boundary', 'multipart/form-data', whole()],
    ['a foreign boundary', 'multipart/form-data; boundary=other', whole()],
    ['no end', multipart, `${part('name', 'N')}${part('csv_file', good, 'r.csv')}`],
    ['an end in the middle of a part header', multipart, '--b\r\nContent-Disposition: form-da'],
    ['a part without a name', multipart, '--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n'],
    ['a part without a disposition', multipart, '--b\r\nX: y\r\n\r\nx\r\n--b--\r\n'],
    ['a part with a thousand headers', multipart, `--b\r\n${'X: y\r\n'.repeat(1_000)}\r\nx\r\n--b--\r\n`],
    [
      'a part with a huge header',
      multipart,
      `--b\r\nContent-Disposition: form-data; name="${'n'.repeat(200_000)}"\r\n\r\nx\r\n--b--\r\n`,
    ],
    ['nothing', multipart, ''],
    ['a prototype’s name', multipart, `${part('__proto__', 'x')}${part('constructor', 'x', 'r.csv')}--b--\r\n`],
  ];
  for (const [name, type, body] of cases) {
    const connection = await openRaw(doors.port);
    connection.send(head(type, Buffer.byteLength(body)) + body);
    const answer = await connection.answer();
    assert.ok(answer.status === 422 || answer.status === 415, `${name}: ${answer.status} ${answer.body}`);
    assert.equal(typeof JSON.parse(answer.body.toString()).message, 'string');
    if (answer.headers.connection !== 'close') {
      connection.send('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
      assert.equal((await connection.answer()).status, 200, `after ${name}`);
    }
    connection.socket.destroy();
  }
  await assertUntouched();
});

test('a refusal in the middle of a large upload leaves the connection usable', async () => {
  const body = `${part('csv_file', good, 'r.csv')}${part('csv_file', 'x'.repeat(900_000), 'again.csv')}--b--\r\n`;
  const connection = await openRaw(doors.port);
  connection.send(head(multipart, Buffer.byteLength(body)) + body);
  assert.equal((await connection.answer()).status, 422);
  connection.send('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
  assert.equal((await connection.answer()).status, 200);
  connection.socket.destroy();
  await assertUntouched();
});

test('an upload cut off half-way leaves nothing behind, wherever it is cut', async () => {
  const bytes = whole();
  for (const share of [0.1, 0.5, 0.8, 0.97, 0.999]) {
    const connection = await openRaw(doors.port);
    connection.send(head(multipart, Buffer.byteLength(bytes)) + bytes.slice(0, Math.floor(bytes.length * share)));
    await sleep(50);
    connection.socket.destroy();
  }
  await sleep(100);
  await assertUntouched();
});

test('a large upload reset half-way leaves nothing behind', async () => {
  const body = `${part('name', 'N')}${part('csv_file', `RecipientsEmail,RecipientsName\n${'x'.repeat(500_000)}`, 'r.csv')}`;
  const connection = await openRaw(doors.port);
  connection.send(head(multipart, Buffer.byteLength(body) + 500_000) + body);
  for (let wait = 0; wait < 100 && (await traces()).uploads.length === 0; wait++) await sleep(10);
  assert.equal((await traces()).uploads.length, 1, 'the upload is on the disk while it arrives');
  connection.socket.resetAndDestroy();
  await assertUntouched();
});

test('an upload that takes too long is cut off with 408, and nothing is left behind', async () => {
  const bytes = whole();
  const connection = await openRaw(doors.port);
  connection.send(head(multipart, Buffer.byteLength(bytes)) + bytes.slice(0, -40));
  const answer = await connection.answer();
  assert.equal(answer.status, 408);
  await connection.closed();
  await assertUntouched();
});

test('requests that are not HTTP, or two things at once, are refused', async () => {
  const body = whole();
  const cases: [string, string][] = [
    ['a length that is no number', head(multipart, 'Content-Length: many') + body],
    ['two lengths', head(multipart, `Content-Length: 5\r\nContent-Length: ${body.length}`) + body],
    ['length and chunks', head(multipart, `Content-Length: ${body.length}\r\nTransfer-Encoding: chunked`) + body],
    ['a header of a megabyte', `GET /livez HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(2 ** 20)}\r\n\r\n`],
    ['another protocol', 'SSH-2.0-OpenSSH_10.0\r\n\r\n'],
  ];
  for (const [name, bytes] of cases) {
    const { status } = await exchange(doors.port, bytes);
    assert.ok(status >= 400 && status < 500, `${name}: ${status}`);
  }
  await assertUntouched();
});

test('the form is read when it arrives in chunks of one byte', async () => {
  const connection = await openRaw(doors.port);
  connection.socket.setNoDelay(true);
  connection.send(head(multipart, 'Transfer-Encoding: chunked'));
  for (const byte of whole().replace('template_id', 'template')) connection.send(`1\r\n${byte}\r\n`);
  connection.send('0\r\n\r\n');
  const answer = await connection.answer();
  assert.deepEqual(JSON.parse(answer.body.toString()).errors, {
    template_id: ['The template id field is required.'],
  });
  connection.socket.destroy();
  await assertUntouched();
});
