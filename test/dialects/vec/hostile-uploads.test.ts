/** Forms that no well-behaved client sends, byte by byte: each is answered clearly, leaves nothing behind, and the server goes on. */

import assert from 'node:assert/strict';
import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Tenant } from '../../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';
import { exchange, openRaw, type RawAnswer } from '../../support/raw-http.ts';
import { courseTemplate } from './course-template.ts';
import { end, field, good, type HostileRequest, hostileForms, part, start, whole } from './hostile-forms.ts';

let doors: TestDoors;
let tenant: Tenant;
let token: string;

before(async () => {
  doors = await openTestServer({
    environment: { MAX_UPLOAD_MB: '1' },
    timeouts: { request: 5_000, headers: 2_000, silence: 2_400, check: 100 },
  });
  tenant = await doors.test.addTenant({ credits: 5, template: courseTemplate() });
  token = await doors.key(tenant);
});
after(() => doors?.[Symbol.asyncDispose]());

/** Files of this process in the folder of uploads that are still open. */
async function openUploads(folder: string): Promise<string[]> {
  const links = await readdir('/proc/self/fd').catch(() => []);
  const targets = await Promise.all(links.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return targets.filter((target) => target.startsWith(folder));
}

async function traces() {
  const folder = join(doors.test.dataDirectory, 'uploads');
  return {
    uploads: await readdir(folder).catch(() => []),
    open: await openUploads(folder),
    batches: await doors.test.sql('select id from batch'),
    vaultFiles: await doors.test.sql('select id from vault_file'),
    blobs: await doors.test.blobFiles(''),
    credits: await doors.test.balance(tenant),
  };
}

async function assertNothingLeft(what: string): Promise<void> {
  // What is thrown away after the answer may take a moment.
  for (let wait = 0; wait < 100; wait++) {
    const { uploads, open } = await traces();
    if (uploads.length + open.length === 0) break;
    await sleep(20);
  }
  const nothing = { uploads: [], open: [], batches: [], vaultFiles: [], blobs: [] };
  assert.deepEqual(await traces(), { ...nothing, credits: { available: 5, reserved: 0, spent: 0 } }, what);
  assert.equal((await fetch(`${doors.url}/livez`)).status, 200, `after ${what}`);
}

function bytesOf({
  body,
  type = 'multipart/form-data; boundary=b',
  length,
  path = '/business/batches',
}: HostileRequest) {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body, 'latin1');
  const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: ${type}\r\n`;
  return Buffer.concat([Buffer.from(`${head}${length ?? `Content-Length: ${bytes.length}`}\r\n\r\n`), bytes]);
}

const send = (request: HostileRequest): Promise<RawAnswer> => exchange(doors.port, bytesOf(request));

for (const [what, request, status, says] of hostileForms) {
  test(`${what} is refused with ${status}`, async () => {
    const answer = await send(request(tenant.templateId));
    const body = answer.body.toString();
    assert.equal(answer.status, status, body.slice(0, 500));
    assert.match(body, says);
    assert.equal(typeof JSON.parse(body).message, 'string');
    assert.ok(body.length < 2_000, 'an answer is short, whatever was sent');
    await assertNothingLeft(what);
  });
}

test('what a client calls its file is never a path, and such a batch is like any other', async () => {
  const names = [
    'filename="../../x"',
    'filename="/etc/passwd"',
    'filename="a\0b"',
    `filename="${'f'.repeat(5_000)}"`,
    "filename*=UTF-8''..%2F..%2Fx",
    'filename="r.csv"; filename*=UTF-8\'\'r%00',
    'filename=""',
  ];
  const outside = await readdir(join(doors.test.dataDirectory, '..'));
  for (const name of names) {
    const body = `${start(tenant.templateId)}${part(`name="csv_file"; ${name}`, good)}${field('dry_run', 'true')}${end}`;
    const answer = await send({ body });
    assert.equal(answer.status, 200, `${name.slice(0, 80)}: ${answer.body}`);
    assert.equal(JSON.parse(answer.body.toString()).data.valid_certificates, 1);
    await assertNothingLeft(name.slice(0, 80));
  }
  const appeared = (await readdir(join(doors.test.dataDirectory, '..'))).filter((one) => !outside.includes(one));
  assert.ok(!appeared.includes('x'));
});

test('an upload that ends half-way, wherever that is, leaves nothing behind', async () => {
  const bytes = bytesOf({ body: whole(tenant.templateId) });
  const headEnd = bytes.indexOf('\r\n\r\n') + 4;
  for (const share of [0, 0.2, 0.4, 0.6, 0.8, 0.99]) {
    for (const how of ['destroy', 'resetAndDestroy', 'end'] as const) {
      const connection = await openRaw(doors.port);
      connection.send(bytes.subarray(0, headEnd + Math.floor((bytes.length - headEnd) * share)));
      await sleep(20);
      connection.socket[how]();
      await connection.closed();
    }
  }
  await assertNothingLeft('broken uploads');
});

test('an upload that falls silent, and one that trickles without end, are told 408', async () => {
  const bytes = bytesOf({ body: whole(tenant.templateId) });
  const silent = await openRaw(doors.port);
  silent.send(bytes.subarray(0, -40));
  const trickle = await openRaw(doors.port);
  trickle.send(bytes.subarray(0, -40));
  let at = bytes.length - 40;
  const timer = setInterval(() => at < bytes.length - 1 && trickle.send(bytes.subarray(at, ++at)), 100);
  try {
    assert.equal((await silent.answer()).status, 408);
    assert.equal((await trickle.answer()).status, 408);
    await Promise.all([silent.closed(), trickle.closed()]);
  } finally {
    clearInterval(timer);
  }
  await assertNothingLeft('slow uploads');
});

test('a hundred hostile uploads at once leave the server as it was', async () => {
  const some = hostileForms.filter(([what, , status]) => status === 422 && !what.includes('000')).slice(0, 25);
  const answers = await Promise.all(
    [1, 2, 3, 4].flatMap(() => some.map(([, request]) => send(request(tenant.templateId)))),
  );
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [422]);
  await assertNothingLeft('a hundred at once');
});
