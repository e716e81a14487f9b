/** Names of uploads at every door that takes files, names of downloads at every door that gives them, and the parts of files that clients ask for. */

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openAccount } from '../../dialects/click2mail/account.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';
import { rounds } from '../../support/rounds.ts';
import { goodRow, header } from '../../support/sample-template.ts';
import { pageObjects, tablePdf } from '../../support/uploaded-pdf.ts';
import { ranges } from '../http/ranges.ts';
import { type Entry, testTable } from '../run-table.ts';
import { dispositions, kept, names } from './names.ts';

let doors: TestDoors;
let token: string;
let basic: string;
let templateId: string;
let downloads: string[];
const pdf = tablePdf(pageObjects(1)).toString('latin1');
const from = 'written for this project, after RFC 9110, RFC 6266 and RFC 7578';

before(async () => {
  doors = await openTestServer();
  const tenant = await doors.test.addTenant({ credits: 9 });
  templateId = tenant.templateId;
  token = await doors.key(tenant);
  basic = (await openAccount(doors, tenant)).authorization;
  const stop = await doors.test.startBelt();
  const batch = await doors.test.createBatch(tenant, `${header}\n${goodRow(1)}\n`, { channels: ['email'] });
  await doors.test.waitForBatch(tenant, batch);
  await stop();
  const [{ id }] = (await doors.test.sql('select id from item')) as [{ id: string }];
  const caught = (await (await fetch(`${doors.url}/mailbox.json`)).json()) as { mails: { id: number }[] };
  downloads = [
    ...['document.pdf', 'credential.json', 'preview.png'].map((file) => `/credential/${id}/${file}`),
    `/business/certificates/${id}/download`,
    `/chancery/v1/batches/${batch}/failed-rows.csv`,
    ...caught.mails.slice(0, 1).map((mail) => `/mailbox/${mail.id}/source`),
  ];
});
after(() => doors?.[Symbol.asyncDispose]());

testTable(kept);
testTable(dispositions);

interface Sent {
  path: string;
  field: string;
  /** The parameter of the part's header, byte for byte. */
  parameter: string;
  content: string;
  fields?: Record<string, string>;
  authorization?: string;
}

async function upload({ path, field, parameter, content, fields = {}, authorization }: Sent) {
  const part = (disposition: string, value: string) =>
    `--b\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${value}\r\n`;
  const others = Object.entries(fields).map(([name, value]) => part(`name="${name}"`, value));
  const body = `${others.join('')}${part(`name="${field}"; ${parameter}`, content)}--b--\r\n`;
  const response = await fetch(doors.url + path, {
    method: 'POST',
    headers: {
      authorization: authorization ?? `Bearer ${token}`,
      accept: 'application/json',
      'content-type': 'multipart/form-data; boundary=b',
    },
    body: Buffer.from(body, 'latin1'),
  });
  return { status: response.status, text: await response.text() };
}

/** Everything in the data folder, and what lies beside it. */
const written = async () => [
  ...(await readdir(doors.test.dataDirectory, { recursive: true })).filter((name) => name !== 'uploads'),
  ...(await readdir(join(doors.test.dataDirectory, 'uploads')).catch(() => [])),
  ...(await readdir(dirname(doors.test.dataDirectory))).filter((name) => /passwd|win\.ini|evil|^x$/.test(name)),
];

const utf8 = (text: string) => Buffer.from(text).toString('latin1');
const all = [
  ...names.filter(([sent]) => !/[\r\n\0"]/.test(sent)).map(([sent]) => `filename="${utf8(sent)}"`),
  ...names.map(([sent]) => `filename*=UTF-8''${encodeURIComponent(sent.toWellFormed())}`),
  'filename="a\\"b\\\\c.csv"',
  'filename="plain.csv"; filename*=UTF-8\'\'..%2F..%2Fevil.csv',
  "filename*=UTF-8''%ff%00",
  'filename="a.csv"; filename="b.csv"',
  'filename=unquoted/../evil',
  'filename="a\tb"',
];
const parameters = all.filter((_, at) => at % rounds(3, 1) === 0);

test(`a batch is taken under each of ${parameters.length} names of its file, and nothing is written by a name`, async () => {
  const before = await written();
  for (const parameter of parameters) {
    const forms: Sent[] = [
      {
        path: '/chancery/v1/batches',
        field: 'file',
        fields: { name: 'N', template_id: templateId, dry_run: 'true' },
        parameter,
        content: `${header}\n${goodRow(1)}\n`,
      },
      {
        path: '/business/batches',
        field: 'csv_file',
        fields: { name: '', template_id: templateId },
        parameter,
        content: `${header}\n${goodRow(1)}\n`,
      },
    ];
    for (const form of forms) {
      const { status, text } = await upload(form);
      // A name of two lines is none, so that the part is no file.
      const isFile = !/%0a/i.test(parameter);
      const answer = /csv file field|"path":"file"/.test(text) ? 'no file' : status;
      const expected = form.field === 'file' ? 200 : 422;
      assert.equal(answer, isFile ? expected : 'no file', `${form.path}, ${parameter}: ${text}`);
    }
  }
  assert.deepEqual(await written(), before);
});

test('names come back cleaned where a door gives them back', async () => {
  const sent: [parameter: string, kept: string][] = [
    [`filename="..\\\\..\\\\${utf8('a\u2028b\u202e\u0085')}.pdf"`, 'a_b__.pdf'],
    [`filename="${'a'.repeat(254)}${utf8('🎓')}.pdf"`, 'a'.repeat(254)],
  ];
  for (const [parameter, name] of sent) {
    const { status, text } = await upload({
      path: '/business/certificate-vault/upload-file',
      field: 'file',
      parameter,
      content: pdf,
    });
    assert.equal(status, 201, text);
    assert.equal(JSON.parse(text).data.file_name, name);
  }
  const fields = { documentName: 'x\n../../letter\u0001.pdf' };
  const { status, text } = await upload({
    path: '/molpro/documents',
    field: 'file',
    parameter: 'filename="a.pdf"',
    fields,
    content: pdf,
    authorization: basic,
  });
  assert.equal(status, 201, text);
  const documents = await doors.test.sql<{ name: string }>('select name from mail_document');
  assert.deepEqual(
    documents.map(({ name }) => name),
    ['letter_.pdf'],
  );
  // What is thrown away after the answer may take a moment.
  const left = () => readdir(join(doors.test.dataDirectory, 'uploads'));
  for (let wait = 0; wait < 500 && (await left()).length > 0; wait++) await sleep(20);
  assert.deepEqual(await left(), []);
});

const get = (path: string, range?: string) =>
  fetch(doors.url + path, { headers: { authorization: `Bearer ${token}`, ...(range && { range }) } });

test('a download is called by a name of the server, on one line', async () => {
  assert.equal(downloads.length, 6, 'a mail was caught');
  for (const path of downloads) {
    const { status, headers } = await get(path);
    assert.equal(status, 200, path);
    const disposition = headers.get('content-disposition');
    if (/json$|png$/.test(path)) assert.equal(disposition, null);
    else assert.match(String(disposition), /^(inline|attachment); filename="[\w.-]{1,80}"$/, path);
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
  }
});

const wholes = new Map<string, number>();

testTable({
  name: 'HTTP: parts of downloads',
  from,
  async feed(range: string): Promise<string[]> {
    const faults: string[] = [];
    // A picture is drawn anew for each request, by a process of its own.
    for (const path of downloads.filter((one) => !one.endsWith('.png'))) {
      const whole = wholes.get(path) ?? (await (await get(path)).arrayBuffer()).byteLength;
      wholes.set(path, whole);
      const response = await get(path, range);
      const { byteLength } = await response.arrayBuffer();
      const isRight = { 200: byteLength === whole, 206: byteLength <= whole, 416: true }[response.status] ?? false;
      if (!isRight) faults.push(`${path}: ${response.status}, ${byteLength} of ${whole} bytes`);
    }
    return faults;
  },
  entries: Object.entries(ranges).map(([name, input]): Entry<string, string[]> => ({ name, input, gives: [] })),
  maxGrowthMiB: 48,
});
