/** Print runs over our own API and the command line: listed, looked at, settled; never by a test key or without the permission. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Tenant } from '../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../support/open-test-server.ts';
import { type PlantedRun, plantRun, readRun, waitForRun } from '../support/print-run.ts';
import { runHere } from '../support/run-here.ts';

let doors: TestDoors;
let tenant: Tenant;
let key: string;
let sent: PlantedRun;
let unknown: PlantedRun;

before(async () => {
  doors = await openTestServer();
  tenant = await doors.test.addTenant();
  key = await doors.key(tenant);
  sent = await plantRun(doors.test, tenant);
  const stop = await doors.test.startBelt();
  await waitForRun(doors.test, sent, ({ status }) => status === 'submitted');
  await stop();
  unknown = await plantRun(doors.test, tenant);
  await doors.test.sql(`update print_run set status = 'unknown', response = 'no answer' where id = $1`, [unknown.id]);
});
after(() => doors?.[Symbol.asyncDispose]());

interface Answer {
  status: number;
  body: Record<string, unknown> & { printRuns?: Record<string, unknown>[]; code?: string };
}

async function call(path: string, body?: object, token = key): Promise<Answer> {
  const response = await fetch(`${doors.url}/chancery/v1/print-runs${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

test('runs are listed newest first, by status and by mailing', async () => {
  const ids = async (query: string) => (await call(query)).body.printRuns?.map(({ id }) => id);
  assert.deepEqual(await ids(''), [unknown.id, sent.id]);
  assert.deepEqual(await ids('?status=unknown'), [unknown.id]);
  assert.deepEqual(await ids(`?mailing=${sent.mailingId}`), [sent.id]);
  const first = await call('?limit=1');
  assert.deepEqual(await ids(`?limit=1&before=${first.body.next}`), [sent.id]);
  assert.equal((await call('?status=lost')).status, 422);
});

test('one run shows its figures, and its files as the carrier got them', async () => {
  const { body } = await call(`/${sent.id}`);
  assert.deepEqual(
    [body.status, body.carrier, body.product, body.pieces, body.pages, body.sheets],
    ['submitted', 'folder', 'Letter 8.5 x 11', 3, 12, 6],
  );
  for (const [name, type] of [
    ['run.pdf', 'application/pdf'],
    ['manifest.csv', 'text/csv; charset=utf-8'],
    ['manifest.xml', 'application/xml'],
  ]) {
    const response = await fetch(`${doors.url}/chancery/v1/print-runs/${sent.id}/${name}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    assert.equal(response.headers.get('content-type'), type);
    if (name === 'run.pdf') assert.equal(createHash('sha256').update(bytes).digest('hex'), body.sha256);
    assert.ok(bytes.length > 100);
  }
  assert.equal((await call(`/${unknown.id}/run.pdf`)).status, 404);
});

test('whoever may not settle, or sees specimens only, does not', async () => {
  const viewer = await doors.key(tenant, ['print-runs:view']);
  assert.equal((await call(`/${unknown.id}/settle`, { outcome: 'submitted' }, viewer)).status, 403);
  const specimens = await doors.key(tenant, ['*'], 'test');
  assert.deepEqual((await call('', undefined, specimens)).body.printRuns, []);
  assert.equal((await call(`/${sent.id}`, undefined, specimens)).status, 404);
  assert.equal((await call(`/${unknown.id}/settle`, { outcome: 'submitted' }, specimens)).status, 404);
  assert.equal((await call(`/${unknown.id}/settle`, { outcome: 'lost' })).status, 422);
  assert.equal((await call(`/${unknown.id}/settle`, { outcome: 'printed' })).status, 409);
});

test('what is in the mail can be taken back by nobody', async () => {
  await doors.test.sql(`update mail_piece set status = 'mailed' where run_id = $1 and run_seq = 1`, [sent.id]);
  assert.equal((await call(`/${sent.id}/settle`, { outcome: 'cancelled' })).status, 409);
  const { pieces, reference } = await readRun(doors.test, sent);
  assert.deepEqual(pieces, { mailed: 1, printed: 2 });
  assert.equal(await doors.test.app.carriers.folder?.status(reference as string), 'waiting');
});

test('the command line lists and settles', async () => {
  const run = (...args: string[]) => runHere(['print-runs', ...args], { CHANCERY_URL: doors.url, CHANCERY_TOKEN: key });
  const listed = await run('list', '--status', 'unknown');
  assert.match(
    listed.out,
    new RegExp(`^${unknown.id}  run \\d+  unknown  folder  Letter 8.5 x 11, 3 pieces, \\? sheets  no answer\n$`),
  );
  assert.equal((await run('settle', unknown.id, 'lost')).code, 64);
  const settled = await run('settle', unknown.id, 'submitted');
  assert.deepEqual([settled.code, settled.out.includes('  submitted  ')], [0, true]);
  assert.deepEqual((await readRun(doors.test, unknown)).pieces, { printed: 3 });
  assert.equal((await run('settle', unknown.id, 'again')).code, 1);
});
