/** VEC's errors by number; whatever breaks inside, nothing of it is told. */

import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ChanceryError } from '../../../src/errors.ts';
import type { Tenant } from '../../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';
import { exchange } from '../../support/raw-http.ts';
import { courseTemplate } from './course-template.ts';

let doors: TestDoors;
let tenant: Tenant;
let token: string;

before(async () => {
  doors = await openTestServer({ environment: { MAX_UPLOAD_MB: '1' } });
  tenant = await doors.test.addTenant({ template: courseTemplate() });
  token = await doors.key(tenant);
});
after(() => doors?.[Symbol.asyncDispose]());

async function ask(method: string, path: string, { body, type, bearer = token }: Partial<Record<string, string>> = {}) {
  const bytes = Buffer.from(body ?? '');
  const head = `${method} ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${bearer}\r\nConnection: close\r\n`;
  const length = `Content-Length: ${bytes.length}\r\n\r\n`;
  const answer = await exchange(
    doors.port,
    Buffer.concat([Buffer.from(`${head}${type ? `Content-Type: ${type}\r\n` : ''}${length}`), bytes]),
  );
  return { status: answer.status, headers: answer.headers, body: JSON.parse(answer.body.toString()) as unknown };
}

const unknown = '9e7860e3-7c0a-401f-98f6-b98e316934f4';
const noSuch = (id: string) => ({ message: `The requested ID ${id} was not found.`, error: 'resource_not_found' });

test('an id that is malformed is answered as one that is unknown, at every address that takes one', async () => {
  const addresses = [
    'batches/?',
    'batches/?/status',
    'certificates/?',
    'certificates/?/download',
    'certificate-templates/?',
    'user-management/users/?',
    'certificate-vault/?',
    'certificate-vault/?/download',
  ];
  const ids = [
    unknown,
    '12',
    'null',
    '0',
    '-1',
    'x'.repeat(200),
    "'%20or%201=1",
    '%00',
    '%F0%9F%90%98',
    '..%2f..',
    '99999999999999999999',
  ];
  for (const address of addresses)
    for (const id of ids) {
      const answer = await ask('GET', `/business/${address.replace('?', id)}`);
      assert.deepEqual([answer.status, answer.body], [404, noSuch(decodeURIComponent(id))], `${address} ${id}`);
    }
  const retry = await ask('POST', `/business/certificate-vault/${unknown}/retry`);
  assert.deepEqual([retry.status, retry.body], [404, noSuch(unknown)]);
});

test('an address that cannot be read, or is none, is not found', async () => {
  for (const path of [
    '/business/batches/%ff',
    '/business/batches/%',
    '/business',
    '/business/',
    '/business/batches/a/b/c',
    `/business/batches/${'x'.repeat(300)}`,
  ]) {
    const answer = await ask('GET', path);
    assert.equal(answer.status, 404, `${path} ${JSON.stringify(answer.body)}`);
    assert.match((answer.body as { message: string }).message, /^The route business.* could not be found\.$/);
  }
});

test('without a valid token everything else is unsaid', async () => {
  for (const [method, path] of [
    ['GET', '/business/batches'],
    ['DELETE', '/business/batches'],
    ['GET', '/business/nowhere'],
    ['POST', '/business/batches'],
    ['GET', `/business/batches/${unknown}`],
  ] as const) {
    const answer = await ask(method, path, { bearer: '1|wrong' });
    assert.deepEqual(
      [answer.status, answer.body],
      [401, { message: 'Unauthorized - Invalid API token' }],
      `${method} ${path}`,
    );
  }
});

test('a method that an address does not know is 405 with those it knows', async () => {
  const answer = await ask('PUT', '/business/batches');
  assert.deepEqual([answer.status, answer.headers.allow], [405, 'GET, HEAD, POST']);
  assert.deepEqual(answer.body, {
    message: 'The PUT method is not supported for route business/batches. Supported methods: GET, HEAD, POST.',
  });
});

test('too much is 413, and what is neither form nor JSON 415', async () => {
  const type = 'application/json';
  const much = await ask('POST', '/business/certificate-vault/bulk', { body: `["${'x'.repeat(9 * 2 ** 20)}"]`, type });
  assert.equal(much.status, 413);
  for (const path of ['/business/batches', '/business/certificate-vault', '/business/certificate-vault/bulk']) {
    const answer = await ask('POST', path, { body: '<a/>', type: 'application/xml' });
    assert.deepEqual([answer.status, answer.body], [415, { message: 'Unsupported Media Type' }]);
  }
});

test('JSON that is none, or not an object, is 422', async () => {
  for (const body of ['{', '', '[]', '1', 'null', '"x"', '{"__proto__":{"x":1}}']) {
    const answer = await ask('POST', '/business/certificate-vault/bulk', { body, type: 'application/json' });
    assert.equal(answer.status, 422, `${body}: ${JSON.stringify(answer.body)}`);
    assert.deepEqual(Object.keys(answer.body as object), ['message', 'errors']);
  }
});

const form = () =>
  `${[
    ['name="name"', 'N'],
    ['name="template_id"', tenant.templateId],
    ['name="csv_file"; filename="r.csv"', 'RecipientsEmail,RecipientsName\na@example.com,A\n'],
  ]
    .map(([what, value]) => `--b\r\nContent-Disposition: form-data; ${what}\r\n\r\n${value}\r\n`)
    .join('')}--b--\r\n`;
const serverError = {
  message: 'An unexpected error occurred. Our team has been notified.',
  error_code: 'SERVER_ERROR',
};

test('a mistake of ours is 500 with its code, says nothing of itself, and leaves nothing behind', async () => {
  const { app } = doors.test;
  const { blobs } = app;
  const faults = [
    new Error('bucket s3://secret'),
    new TypeError('secret is not a function'),
    // As a client of a store would throw it.
    Object.assign(new Error('secret denied'), { statusCode: 403 }),
    Object.assign(new Error("EACCES: permission denied, open '/secret'"), { code: 'EACCES', syscall: 'open' }),
    'a secret string',
    undefined,
  ];
  for (const fault of faults) {
    app.blobs = { ...blobs, put: () => Promise.reject(fault) };
    try {
      const answer = await ask('POST', '/business/batches', { body: form(), type: 'multipart/form-data; boundary=b' });
      assert.deepEqual([answer.status, answer.body], [500, serverError], String(fault));
    } finally {
      app.blobs = blobs;
    }
  }
  assert.deepEqual(await doors.test.sql('select id from batch'), []);
});

test('what the database says is not told either', async () => {
  await doors.test.sql('alter table member rename to member_gone');
  try {
    const answer = await ask('GET', '/business/user-management/users');
    assert.deepEqual([answer.status, answer.body], [500, serverError]);
  } finally {
    await doors.test.sql('alter table member_gone rename to member');
  }
  assert.equal((await ask('GET', '/business/user-management/users')).status, 200);
});

test('a folder for uploads that cannot be written is our fault, not the client’s', async () => {
  const folder = join(doors.test.dataDirectory, 'uploads');
  await rm(folder, { recursive: true, force: true });
  await writeFile(folder, 'no folder');
  try {
    const answer = await ask('POST', '/business/batches', { body: form(), type: 'multipart/form-data; boundary=b' });
    assert.deepEqual([answer.status, answer.body], [500, serverError]);
  } finally {
    await rm(folder);
  }
});

test('what cannot be done just now is 503 with Retry-After, without the names of hosts', async () => {
  const { app } = doors.test;
  const { blobs } = app;
  const cause = new Error('connect ECONNREFUSED 10.0.0.5:9000');
  app.blobs = { ...blobs, put: () => Promise.reject(new ChanceryError('not_ready', cause.message, { cause })) };
  try {
    for (const path of ['/business/batches', '/chancery/v1/batches']) {
      const body = path.startsWith('/chancery')
        ? form().replace('csv_file', 'file').replace('RecipientsEmail,RecipientsName', 'email,name')
        : form();
      const answer = await ask('POST', path, { body, type: 'multipart/form-data; boundary=b' });
      assert.deepEqual([answer.status, answer.headers['retry-after']], [503, '2'], JSON.stringify(answer.body));
      assert.match(JSON.stringify(answer.body), /"not available at the moment; try again"/);
      assert.doesNotMatch(JSON.stringify(answer.body), /10\.0\.0\.5/);
    }
  } finally {
    app.blobs = blobs;
  }
});
