/** Every client that is publicly known: what each sends, in its order, with its headers, and how it reads the answers. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';
import type { RawAnswer } from '../../support/raw-http.ts';
import { longTest } from '../../support/rounds.ts';
import { pageObjects, tablePdf } from '../../support/uploaded-pdf.ts';
import { openAccount, type TestAccount } from './account.ts';
import { anywhere, type Client, childrenOf, clientOf, type Element, parseXml, textOf } from './client.ts';

let doors: TestDoors;
let staging: TestAccount;
let client: Client;

before(async () => {
  doors = await openTestServer();
  await doors.test.startBelt();
  staging = await openAccount(doors, await doors.test.addTenant(), { mode: 'test' });
  client = clientOf(doors.port, staging);
});
after(() => doors?.[Symbol.asyncDispose]());

const pdfOf = (pages: number) => tablePdf(pageObjects(pages));
const xmlOf = (name: string) => readFile(new URL(`../../corpora/xml/clients/${name}.xml`, import.meta.url));
const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
const xmlType = { 'Content-Type': 'application/xml' };
const pdfType = { 'Content-Type': 'application/pdf' };

interface KnownClient {
  xml: string;
  pages: number;
  jobs: number;
  order: ('xml' | 'pdf')[];
  create?: Record<string, string>;
  xmlHeaders?: Record<string, string>;
  pdfHeaders?: Record<string, string>;
  idOf(body: Buffer): string | undefined;
}

const firstId = (body: Buffer) => /<id>(.*?)<\/id>/.exec(body.toString())?.[1];
const rootId = (body: Buffer) => {
  const root = parseXml(body);
  return root.name === 'batchjob' ? textOf(root, 'id') : undefined;
};

const clients: Record<string, KnownClient> = {
  shell: {
    xml: 'shell',
    pages: 2,
    jobs: 1,
    order: ['xml', 'pdf'],
    xmlHeaders: { ...xmlType, Accept: '*/*' },
    // tr '<' ' ', the twelfth word, cut -c4-
    idOf: (body) => body.toString().replaceAll('<', ' ').trim().split(/\s+/)[11]?.slice(3),
  },
  'Python SDK': {
    xml: 'python',
    pages: 4,
    jobs: 2,
    order: ['pdf', 'xml'],
    idOf: (body) => anywhere(parseXml(body), 'id').at(-1),
  },
  BTB: { xml: 'btb', pages: 4, jobs: 2, order: ['xml', 'pdf'], idOf: (body) => anywhere(parseXml(body), 'id')[0] },
  'Node SDK 2.0': { xml: 'node', pages: 1, jobs: 1, order: ['xml', 'pdf'], create: form, idOf: rootId },
  'PHP SDK': { xml: 'php', pages: 10, jobs: 2, order: ['xml', 'pdf'], create: form, idOf: rootId },
  'Ruby SDK': {
    xml: 'ruby',
    pages: 2,
    jobs: 1,
    order: ['pdf', 'xml'],
    create: form,
    xmlHeaders: { 'Content-Type': 'text/xml', Accept: '*/*; q=0.5, application/xml' },
    idOf: (body) => anywhere(parseXml(body), 'id').join(''),
  },
  'Java SDK': { xml: 'java', pages: 2, jobs: 1, order: ['xml', 'pdf'], idOf: rootId },
  magnus: {
    xml: 'magnus',
    pages: 3,
    jobs: 1,
    order: ['pdf', 'xml'],
    pdfHeaders: { ...pdfType, 'Content-Disposition': 'attachment; filename="letter.pdf"' },
    idOf: rootId,
  },
  FourThousandFour: {
    xml: 'four-thousand-four',
    pages: 1,
    jobs: 1,
    order: ['xml', 'pdf'],
    xmlHeaders: { Accept: 'application/xml' },
    idOf: firstId,
  },
  'customerlobby gem': { xml: 'customerlobby', pages: 8, jobs: 4, order: ['pdf', 'xml'], idOf: rootId },
  Postman: { xml: 'postman', pages: 76, jobs: 3, order: ['pdf', 'xml'], idOf: rootId },
};

async function create(headers: Record<string, string> = {}): Promise<RawAnswer> {
  const answer = await client.call('POST /v1/batches', headers);
  assert.equal(answer.status, 201);
  return answer;
}

/** Creates, fills and submits as that client does; the number of the batch. */
async function submit(known: KnownClient): Promise<string> {
  const made = await create(known.create);
  const id = known.idOf(made.body);
  assert.match(String(id), /^\d+$/);
  assert.ok(Number(id) <= 2 ** 31 - 1, 'an Int32');
  assert.equal(id, rootId(made.body));
  const put = {
    xml: async () => client.call(`PUT /v1/batches/${id}`, known.xmlHeaders ?? xmlType, await xmlOf(known.xml)),
    pdf: async () => client.call(`PUT /v1/batches/${id}`, known.pdfHeaders ?? pdfType, pdfOf(known.pages)),
  };
  for (const kind of known.order) expectEmpty(await put[kind](), kind);
  expectEmpty(await client.call(`POST /v1/batches/${id}`, known.create), 'submit');
  return id as string;
}

function expectEmpty(answer: RawAnswer, what: string): void {
  assert.deepEqual([answer.status, answer.body.toString()], [200, ''], what);
}

async function status(id: string): Promise<Element> {
  const answer = await client.call(`GET /v1/batches/${id}`, { Accept: 'application/xml' });
  assert.equal(answer.status, 201);
  return parseXml(answer.body);
}

/** As BTB does: until `completedAt` says something; any status but 0 and any error is a fault. */
async function untilCompleted(id: string): Promise<Element> {
  for (const deadline = performance.now() + 30_000; ; await sleep(50)) {
    const batch = await status(id);
    assert.deepEqual(anywhere(batch, 'status'), []);
    assert.deepEqual(anywhere(batch, 'hasErrors'), ['false'], textOf(batch, 'errorMessage'));
    if (textOf(batch, 'completedAt')) return batch;
    assert.ok(performance.now() < deadline, 'it is never completed');
  }
}

for (const [at, [name, known]] of Object.entries(clients).entries())
  (at % 3 === 0 ? test : longTest)(
    `${name}: its batch is received at once and completed, with all its jobs`,
    async () => {
      const id = await submit(known);
      const first = await status(id);
      assert.deepEqual([textOf(first, 'submitted'), textOf(first, 'received')], ['true', 'true']);
      const batch = await untilCompleted(id);
      assert.equal(childrenOf(batch, 'jobs').length, known.jobs);
      assert.equal(anywhere(batch, 'id').join(), id, 'the only id is the batch’s');
      const statuses = new Set(anywhere(batch, 'jobStatus'));
      assert.deepEqual([...statuses], ['AWAITING_PRODUCTION']);
      const names = batch.children.map((child) => child.name);
      assert.deepEqual(names, [...names].sort(), 'children stand in the order of the alphabet');
    },
  );

test('the C# SDK: sends its XML without a password first and again when it is asked for one', async () => {
  const made = await create({ 'Content-Type': 'text/plain' });
  const id = firstId(made.body);
  const xml = await xmlOf('csharp');
  const [refused, taken] = await client.expecting(
    `PUT /v1/batches/${id}`,
    [xmlType, { ...xmlType, Authorization: staging.authorization }],
    xml,
  );
  assert.equal(refused?.status, 401);
  assert.match(refused?.headers['www-authenticate'] ?? '', /^Basic realm="/);
  expectEmpty(taken as RawAnswer, 'XML');
  const [pdf] = await client.expecting(
    `PUT /v1/batches/${id}`,
    [{ ...pdfType, Authorization: staging.authorization }],
    pdfOf(2),
  );
  expectEmpty(pdf as RawAnswer, 'PDF');
  expectEmpty(await client.call(`POST /v1/batches/${id}`, { 'Content-Type': 'text/plain' }), 'submit');
  // Details and status at once, every one of the six read without looking.
  const details = parseXml((await client.call(`GET /v1/batches/${id}/details`)).body);
  assert.equal(details.name, 'batch');
  for (const field of ['batchNumber', 'createdAt', 'documentName', 'errorMessage', 'noOfPieces', 'status'])
    assert.ok(textOf(details, field) !== undefined, field);
  assert.equal(textOf(details, 'batchNumber'), id);
  assert.equal(textOf(details, 'noOfPieces'), '2');
  assert.equal(textOf(details, 'documentName'), 'test.pdf');
  // Every five seconds until there are jobs, or an error.
  for (const deadline = performance.now() + 20_000; ; await sleep(50)) {
    const batch = await status(id as string);
    assert.equal(textOf(batch, 'hasErrors'), 'false');
    const jobs = childrenOf(batch, 'jobs');
    if (jobs.length > 0) {
      assert.ok(jobs.every((job) => Number(textOf(job, 'jobId')) > 0));
      break;
    }
    assert.ok(performance.now() < deadline);
  }
});

test('without a password, every call is answered with what makes a client send it', async () => {
  for (const line of [
    'POST /v1/batches',
    'GET /v1/batches/1',
    'PUT /v1/batches/1',
    'POST /v1/batches/1',
    'GET /molpro/credit',
  ]) {
    const answer = await client.call(line, { Authorization: '' });
    assert.equal(answer.status, 401, line);
    assert.match(answer.headers['www-authenticate'] ?? '', /^Basic realm="[^"]+"/);
    assert.equal(textOf(parseXml(answer.body), 'status'), '9');
  }
});

test('the Ruby SDK submits to /v1/batches/, which makes another batch and is no 404', async () => {
  const first = Number(rootId((await create()).body));
  const slash = await client.call('POST /v1/batches/', form);
  assert.equal(slash.status, 201);
  assert.ok(Number(rootId(slash.body)) > first);
  const doubled = await client.call('POST /v1//batches');
  assert.equal(doubled.status, 201);
  const id = rootId(doubled.body);
  assert.equal((await client.call(`GET //v1/batches//${id}/`)).status, 201);
  assert.equal((await client.call(`GET /v1/batches/${id}/details/`)).status, 201);
});

test('the bytes decide where the content type says nothing', async () => {
  const id = rootId((await create()).body);
  const types = [
    '',
    'application/x-www-form-urlencoded',
    'application/octet-stream',
    'text/plain',
    'binary/octet-stream; x=1',
  ];
  const xml = await xmlOf('csharp');
  const utf16 = Buffer.from(`\uFEFF${(await xmlOf('ruby')).toString().replace('UTF-8', 'UTF-16')}`, 'utf16le');
  for (const type of types)
    for (const body of [
      xml,
      utf16,
      Buffer.concat([Buffer.from('\n \t'), await xmlOf('python')]),
      pdfOf(1),
      Buffer.concat([Buffer.alloc(900, 0x20), pdfOf(1)]),
    ])
      expectEmpty(
        await client.call(`PUT /v1/batches/${id}`, { 'Content-Type': type }, body),
        `${type} ${body.subarray(0, 20)}`,
      );
  const refused: [type: string, body: string | Uint8Array, said: RegExp][] = [
    ['', '', /the body is empty/i],
    ['application/pdf', '', /the body is empty/i],
    ['application/xml', '', /the body is empty/i],
    ['', 'hello', /neither a PDF nor XML/],
    ['application/pdf', '<batch/>', /not a PDF, although/],
    ['application/xml', pdfOf(1), /not XML: line 2, column 1/],
    ['multipart/form-data; boundary=x', '--x\r\n', /as the body itself/],
    ['', Buffer.concat([Buffer.alloc(1_025, 0x20), pdfOf(1)]), /neither a PDF nor XML/],
  ];
  for (const [type, body, said] of refused) {
    const answer = await client.call(`PUT /v1/batches/${id}`, { 'Content-Type': type }, body);
    assert.equal(answer.status, 400, type);
    assert.match(textOf(parseXml(answer.body), 'description') as string, said);
  }
});

longTest('a content type that cannot be read says as little as none: the bytes decide', async () => {
  for (const type of [' ', 'pdf', 'application', 'application/xml, application/xml', ';;']) {
    const created = await client.call('POST /v1/batches', { 'Content-Type': type });
    assert.equal(created.status, 201, type);
    const path = `/v1/batches/${firstId(created.body)}`;
    for (const body of [pdfOf(2), await xmlOf('shell')])
      assert.equal((await client.call(`PUT ${path}`, { 'Content-Type': type }, body)).status, 200, type);
    assert.equal((await client.call(`POST ${path}`, { 'Content-Type': type })).status, 200, type);
  }
});
