/** Our own API answers whatever it is sent with a problem that says what is wrong: never with an internal error, never with a stack. */

import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Tenant } from '../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../support/open-test-server.ts';
import { goodRow, header, sampleTemplate } from '../support/sample-template.ts';

let doors: TestDoors;
let tenant: Tenant;
let token: string;
let credentialId: string;

before(async () => {
  doors = await openTestServer();
  tenant = await doors.test.addTenant({ credits: 3 });
  token = await doors.key(tenant);
  const stop = await doors.test.startBelt();
  const id = await doors.test.createBatch(tenant, `${header}\n${goodRow(1)}\n`, { channels: [] });
  await doors.test.waitForBatch(tenant, id);
  await stop();
  [{ id: credentialId }] = (await doors.test.sql('select id from item')) as [{ id: string }];
});
after(() => doors?.[Symbol.asyncDispose]());

interface Problem {
  type: string;
  status: number;
  title: string;
  code: string;
  requestId: string;
  issues?: { path: string; code: string; sentence: string }[];
  details?: Record<string, unknown>;
}

async function send(method: string, path: string, body?: string | FormData, headers: Record<string, string> = {}) {
  const response = await fetch(`${doors.url}/chancery/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  return { status: response.status, type: response.headers.get('content-type'), text };
}

async function assertProblem(answer: Awaited<ReturnType<typeof send>>, status: number, what: string): Promise<Problem> {
  assert.equal(answer.status, status, `${what}: ${answer.text}`);
  assert.match(answer.type ?? '', /^application\/problem\+json/, what);
  const problem = JSON.parse(answer.text) as Problem;
  assert.equal(problem.status, status);
  for (const value of [problem.type, problem.title, problem.code, problem.requestId])
    assert.equal(typeof value, 'string');
  assert.doesNotMatch(answer.text, /node_modules|\bat \w+ \(|syntax error at|postgres/i, what);
  return problem;
}

const json = { 'content-type': 'application/json' };
const revoke = (body: string) => send('POST', `/credentials/${credentialId}/revoke`, body, json);

test('what is not JSON, or JSON of another shape, is a problem of the caller', async () => {
  const bodies = ['', '{', 'null', '[]', '"x"', '{"reason":5}', '{"reason":null}', '{"reason":""}', '{"reason":" "}'];
  for (const body of bodies) await assertProblem(await revoke(body), 422, body);
  await assertProblem(await revoke(`{"reason":"${'x'.repeat(501)}"}`), 422, 'too long');
  for (const hostile of ['a\\u0000b', '\\ud800', 'a\\nb'])
    await assertProblem(await revoke(`{"reason":"${hostile}"}`), 422, hostile);
  await assertProblem(await revoke('['.repeat(100_000)), 422, 'deep');
  await assertProblem(await revoke(`{"reason":"x","__proto__":{"a":1}}`), 422, '__proto__');
  const xml = { 'content-type': 'application/xml' };
  await assertProblem(await send('POST', `/credentials/${credentialId}/revoke`, '<reason/>', xml), 415, 'XML');
  await assertProblem(await revoke(`{"reason":"${'x'.repeat(2 ** 20)}"}`), 413, 'a megabyte');
  const [item] = await doors.test.sql('select status from item');
  assert.deepEqual(item, { status: 'issued' });
});

test('a template that is wrong is refused with every fault and its path', async () => {
  const post = (content: unknown) => send('POST', '/templates', JSON.stringify(content), json);
  const wrong: [unknown, RegExp][] = [
    [null, /template/],
    [[], /template/],
    [{ ...sampleTemplate(), format: 'chancery-template/9' }, /format/],
    [{ ...sampleTemplate(), surprise: 1 }, /surprise|template/],
    [{ ...sampleTemplate(), name: '' }, /name/],
    [
      {
        ...sampleTemplate(),
        elements: [{ type: 'text', x: 0, y: 0, width: 1, height: 1, size: 5, text: '{{nobody}}' }],
      },
      /elements\.0/,
    ],
  ];
  for (const [content, path] of wrong) {
    const problem = await assertProblem(await post(content), 422, JSON.stringify(content)?.slice(0, 80));
    assert.ok(
      problem.issues?.some((issue) => path.test(`${issue.path} ${issue.sentence}`)),
      JSON.stringify(problem.issues),
    );
  }
  for (const name of ['a\u0000b', '\ud800']) {
    const answer = await post({ ...sampleTemplate(), name });
    await assertProblem(answer, 422, JSON.stringify(name));
  }
});

test('a batch that is wrong is refused field by field', async () => {
  const csv = new Blob([`${header}\n${goodRow(1)}\n`]);
  const post = (fields: Record<string, string>, file: Blob | null = csv) => {
    const form = new FormData();
    const all = { name: 'N', template_id: tenant.templateId, ...fields };
    for (const [name, value] of Object.entries(all)) form.set(name, value);
    if (file) form.set('file', file, 'r.csv');
    return send('POST', '/batches', form);
  };
  const cases: [string, ReturnType<typeof post>, number, string][] = [
    ['no name', post({ name: '' }), 422, 'name'],
    ['a long name', post({ name: 'x'.repeat(256) }), 422, 'name'],
    ['a name with NUL', post({ name: 'a\u0000b' }), 422, 'name'],
    ['no template', post({ template_id: '' }), 422, 'template_id'],
    ['a template that is no id', post({ template_id: 'x' }), 422, 'template_id'],
    ['an unknown template', post({ template_id: '9e7860e3-7c0a-401f-98f6-b98e316934f4' }), 422, 'template_id'],
    ['no file', post({}, null), 422, 'file'],
    ['an empty file', post({}, new Blob([])), 422, 'file'],
    ['an unknown channel', post({ deliver: 'pigeon' }), 422, 'deliver'],
    ['an unknown charset', post({ charset: 'klingon' }), 422, 'file'],
    ['more rows than credits', post({}, new Blob([`${header}\n${`${goodRow(1)}\n`.repeat(3)}`])), 402, ''],
  ];
  for (const [what, sent, status, path] of cases) {
    const problem = await assertProblem(await sent, status, what);
    if (path) assert.deepEqual([...new Set(problem.issues?.map((issue) => issue.path))], [path], what);
  }
  await assertProblem(await send('POST', '/batches', '{}', json), 415, 'JSON');
  assert.equal((await doors.test.sql('select 1 from batch')).length, 1);
});

test('odd ids, queries, addresses and methods are answered as what they are', async () => {
  for (const id of ['x', '%00', '%ff', "'; drop table item; --", 'a'.repeat(190), '😀'])
    for (const path of [`/batches/${id}`, `/batches/${id}/items`, `/credentials/${id}`, `/templates/${id}`]) {
      const { status, text } = await send('GET', path);
      assert.ok(status === 404 || status === 400 || status === 422, `${path}: ${status} ${text}`);
    }
  for (const query of [
    'limit=-1',
    'limit=1e9',
    'limit=x',
    'offset=-5',
    'offset=99999999',
    'limit=1&limit=2',
    'limit[]=1',
    'offset=%00',
  ])
    assert.equal((await send('GET', `/batches?${query}`)).status, 200, query);
  await assertProblem(await send('GET', '/nothing/here'), 404, 'address');
  assert.equal((await send('PUT', '/batches')).status, 404);
});

test('a certificate whose stored bytes are gone is a mistake of ours that says nothing of where they were', async () => {
  const packs = join(doors.test.dataDirectory, 'blobs', 'packs');
  await rename(packs, `${packs}.away`);
  const answer = await send('GET', `/credentials/${credentialId}/document.pdf`);
  await rename(`${packs}.away`, packs);
  const problem = await assertProblem(answer, 500, 'document');
  assert.deepEqual([problem.title, problem.code, problem.details], ['internal error', 'internal', undefined]);
  assert.equal((await send('GET', `/credentials/${credentialId}/document.pdf`)).status, 200);
});
