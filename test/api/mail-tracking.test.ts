/** Tracking as it is read: by mailing, job or barcode, newest or all, page by page, within what the asker may see; and mailings over our own API. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Actor } from '../../src/domain/permissions.ts';
import { mailAccountScopes } from '../../src/domain/permissions.ts';
import { createMailAccount } from '../../src/usecases/mail-accounts/create-mail-account.ts';
import { importMailEvents } from '../../src/usecases/mail-events/import-mail-events.ts';
import { readTracking } from '../../src/usecases/mail-events/read-tracking.ts';
import { addMailingRows, type MailingRows } from '../support/mailing-rows.ts';
import type { Tenant } from '../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../support/open-test-server.ts';

let doors: TestDoors;
let tenant: Tenant;
let account: Actor;
let sent: MailingRows;

before(async () => {
  doors = await openTestServer();
  tenant = await doors.test.addTenant();
  account = await actorOf('first');
  sent = await addMailingRows(doors.test, tenant, { jobs: 3, pieces: 900, accountId: account.account?.id });
  const events = sent.pieces.slice(0, 2_500).flatMap(({ id }, row) => [
    {
      row,
      cells: {
        pieceId: id,
        status: 'Delivered',
        at: '2099-01-01T00:00:00Z'.replace('2099', String(thisYear)),
        location: 'FLINT,MI',
      },
    },
    { row, cells: { pieceId: id, status: 'Accepted', at: `${thisYear - 1}-12-31T23:59:59.5Z` } },
  ]);
  await doors.test.sql(`update mailing set created_at = '${thisYear - 1}-12-01' where id = $1`, [sent.id]);
  const done = await importMailEvents(doors.test.app, tenant.actor, listed(events));
  assert.deepEqual([done.imported, done.refused], [5_000, []]);
});
after(() => doors?.[Symbol.asyncDispose]());

const thisYear = new Date().getUTCFullYear();

async function* listed<T>(all: T[]): AsyncGenerator<T[]> {
  for (let at = 0; at < all.length; at += 500) yield all.slice(at, at + 500);
}

async function actorOf(username: string): Promise<Actor> {
  const { row } = await createMailAccount(doors.test.app, tenant.actor, { username });
  const { id, rateLimit, returnAddress } = row;
  const { organizationId } = tenant;
  const who = { organizationId, memberId: null, scopes: mailAccountScopes, test: false, label: `mail_account:${id}` };
  return { ...who, account: { id, username, rateLimit, returnAddress } };
}

const tracked = async (actor: Actor, query: Parameters<typeof readTracking>[2]) =>
  Array.fromAsync(await readTracking(doors.test.app, actor, query));

test('a mailing’s pieces of which something is known come in order, each with its newest event', async () => {
  const pieces = await tracked(account, { mailingNumber: sent.number });
  assert.deepEqual(
    pieces.map(({ seq }) => seq),
    Array.from({ length: 2_500 }, (_, at) => at + 1),
  );
  const [first] = pieces;
  assert.deepEqual(first, {
    id: sent.pieces[0]?.id,
    seq: 1,
    jobNumber: sent.jobs[0]?.number,
    uniqueId: 'key-1',
    barcode: sent.pieces[0]?.barcode,
    address: first?.address,
    service: 'first_class',
    events: [
      { status: 'Delivered', kind: 'delivered', at: new Date(`${thisYear}-01-01T00:00:00Z`), location: 'FLINT,MI' },
    ],
  });
  assert.equal(first?.address.city, 'FLINT');
});

test('a job’s alone, one piece’s by its barcode, and all scans, newest first', async () => {
  const last = await tracked(account, { jobNumber: sent.jobs[2]?.number as number });
  assert.deepEqual([last.length, last[0]?.seq], [700, 1_801]);
  const { barcode } = sent.pieces[5] as MailingRows['pieces'][0];
  const scans = await tracked(account, { jobNumber: sent.jobs[0]?.number as number, barcode, allScans: true });
  assert.deepEqual(
    scans.map(({ events }) => events.map(({ status, at }) => [status, at.toISOString()])),
    [
      [
        ['Delivered', `${thisYear}-01-01T00:00:00.000Z`],
        ['Accepted', `${thisYear - 1}-12-31T23:59:59.500Z`],
      ],
    ],
  );
  assert.deepEqual(await tracked(account, { jobNumber: sent.jobs[1]?.number as number, barcode }), []);
});

test('another account, another organization and another mode find nothing, before anything is read', async () => {
  const stranger = await doors.test.addTenant();
  const other = await actorOf('second');
  for (const actor of [other, stranger.actor, { ...tenant.actor, test: true }, { ...account, test: true }])
    for (const query of [
      { mailingNumber: sent.number },
      { mailingId: sent.id },
      { jobNumber: sent.jobs[0]?.number as number },
    ])
      await assert.rejects(readTracking(doors.test.app, actor, query), { code: 'not_found' });
  for (const query of [{}, { mailingNumber: 2 ** 31 }, { mailingNumber: -1 }, { mailingId: 'x' }, { jobNumber: 0.5 }])
    await assert.rejects(readTracking(doors.test.app, account, query), { code: 'not_found' });
  await assert.rejects(readTracking(doors.test.app, { ...account, scopes: ['mailings:view'] }, { mailingNumber: 1 }), {
    code: 'forbidden',
  });
  const quiet = await addMailingRows(doors.test, tenant, { accountId: other.account?.id });
  assert.deepEqual(await tracked(other, { mailingNumber: quiet.number }), []);
});

test('our own API lists mailings, jobs, pieces, tracking and accounts of the organization', async () => {
  const key = await doors.key(tenant);
  const call = async (path: string, token = key) => {
    const response = await fetch(`${doors.url}/chancery/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
    return { status: response.status, text: await response.text(), type: response.headers.get('content-type') };
  };
  const read = async (path: string) => JSON.parse((await call(path)).text);
  const { mailings, total } = await read('/mailings');
  assert.equal(total, mailings.length);
  const shown = mailings.find(({ id }: { id: string }) => id === sent.id);
  assert.deepEqual(await read(`/mailings/${sent.id}`), shown);
  assert.deepEqual([shown.number, shown.mode, shown.jobs, shown.pieces], [sent.number, 'live', 3, 2_700]);
  assert.equal((await read('/mailings?status=editing')).total, 0);
  assert.equal((await call('/mailings?status=x')).status, 422);
  const jobs = await read(`/mailings/${sent.id}/jobs?limit=1&offset=1`);
  assert.deepEqual([jobs.total, jobs.jobs.length, jobs.jobs[0].number], [3, 1, sent.jobs[1]?.number]);
  assert.deepEqual(
    (await read(`/mailings/${sent.id}/jobs`)).jobs.map(({ status }: { status: string }) => status),
    [...['mailed', 'mailed', 'in_production']],
  );
  const { pieces } = await read(`/mailings/${sent.id}/pieces?after=2499&limit=2`);
  assert.deepEqual(
    pieces.map(({ seq, status }: { seq: number; status: string }) => [seq, status]),
    [
      [2_500, 'mailed'],
      [2_501, 'printed'],
    ],
  );
  const lines = await call(`/mailings/${sent.id}/tracking?all=true`);
  assert.match(lines.type ?? '', /ndjson/);
  const each = lines.text.trim().split('\n');
  assert.deepEqual([each.length, JSON.parse(each[2_499] as string).events.length], [2_500, 2]);
  const accounts = await read('/mail-accounts');
  assert.deepEqual(accounts.accounts.map(({ username }: { username: string }) => username).sort(), ['first', 'second']);
  assert.ok(!JSON.stringify(accounts).includes('scrypt'));
  assert.equal((await read(`/mail-accounts/${account.account?.id}`)).username, 'first');
  const stranger = await doors.key(await doors.test.addTenant());
  for (const path of ['', '/jobs', '/pieces', '/tracking'])
    for (const [id, token] of [
      [sent.id, stranger],
      ['x', key],
      ['%00', key],
    ] as const)
      assert.equal((await call(`/mailings/${id}${path}`, token)).status, 404, `${id}${path}`);
  for (const [id, token] of [
    [account.account?.id, stranger],
    ['%00', key],
    ['nobody', key],
  ] as const)
    assert.equal((await call(`/mail-accounts/${id}`, token)).status, 404);
  const tester = await doors.key(tenant, ['*'], 'test');
  assert.equal(JSON.parse((await call('/mailings', tester)).text).total, 0);
  assert.equal((await call(`/mailings/${sent.id}`, tester)).status, 404);
});
