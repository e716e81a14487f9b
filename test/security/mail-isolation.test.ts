/** Mail accounts see their own alone: every route of the Click2Mail door with the numbers of another organization, another account and the other mode. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { openAccount, type TestAccount } from '../dialects/click2mail/account.ts';
import { type Client, clientOf, parseXml, textOf } from '../dialects/click2mail/client.ts';
import type { BeltOptions } from '../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../support/open-test-server.ts';
import { type Entry, routeTable } from '../support/route-table.ts';
import { pageObjects, tablePdf } from '../support/uploaded-pdf.ts';

const unknown = '2147483000';
/** Begins every number far away from those of other things, and from each other's. */
const firstNumbers = { mailing: 31_000_000, mail_job: 32_000_000, mail_document: 33_000_000, address_list: 34_000_000 };

let doors: TestDoors;
let own: Client;
/** Numbers that `own` must not see, by whose they are and what of. */
const foreign: Record<string, string> = {};
let ownNumber: string;

before(async () => {
  doors = await openTestServer();
  // Nobody looks at what would be printed, which takes a process for each run.
  const around: BeltOptions['around'] = (stage) => async (job, stopping) => {
    if (job.stage !== 'compose') await stage(job, stopping);
  };
  await doors.test.startBelt({ around });
  for (const [table, first] of Object.entries(firstNumbers))
    await doors.test.sql(`alter table ${table} alter column number restart with ${first}`);
  const [tenant, stranger] = [await doors.test.addTenant(), await doors.test.addTenant()];
  const account = await openAccount(doors, tenant);
  own = clientOf(doors.port, account);
  ownNumber = await handIn(account);
  const others = {
    'another organization': await openAccount(doors, stranger),
    'another account': await openAccount(doors, tenant),
    'the staging account': await openAccount(doors, tenant, { mode: 'test' }),
  };
  for (const [whose, other] of Object.entries(others)) {
    await handIn(other);
    for (const table of Object.keys(firstNumbers)) {
      const [row] = await doors.test.sql<{ number: number }>(
        table === 'mail_job'
          ? 'select mail_job.number from mail_job join mailing on mailing.id = mailing_id where account_id = $1 limit 1'
          : `select number from ${table} where account_id = $1 limit 1`,
        [other.id],
      );
      assert.ok(row, `${whose} has no ${table}`);
      foreign[`the ${table} of ${whose}`] = String(row.number);
    }
  }
});
after(() => doors?.[Symbol.asyncDispose]());

const addresses = `<addressList><addressListName>L</addressListName><addressMappingId>1</addressMappingId><addresses><address><Firstname>A</Firstname><Lastname>B</Lastname><Organization/><Address1>1 Main</Address1><Address2/><Address3/><City>Springfield</City><State>IL</State><Postalcode>62701</Postalcode><Country/></address></addresses></addressList>`;

/** One of everything; the number of the batch, once its jobs are there. */
async function handIn(account: TestAccount): Promise<string> {
  const client = clientOf(doors.port, account);
  const id = textOf(parseXml((await client.call('POST /v1/batches')).body), 'id') as string;
  const order = await readFile(new URL('../dialects/click2mail/order.xml', import.meta.url));
  for (const body of [tablePdf(pageObjects(3)), order])
    assert.equal((await client.call(`PUT /v1/batches/${id}`, {}, body)).status, 200);
  assert.equal((await client.call(`POST /v1/batches/${id}`)).status, 200);
  const list = await client.call('POST /molpro/addressLists', { 'Content-Type': 'application/xml' }, addresses);
  assert.equal(list.status, 200, list.body.toString());
  for (const deadline = performance.now() + 60_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const { body } = await client.call(`GET /v1/batches/${id}`);
    if (body.includes('<jobId>')) return id;
    assert.ok(performance.now() < deadline, body.toString());
  }
}

function routesOf(kind: Entry['kind']) {
  return doors.routes.flatMap(({ method, url, refused }) => {
    const entry = refused
      ? undefined
      : routeTable[`${method === 'HEAD' ? 'GET' : method} ${url.replace(/(.)\/$/, '$1')}`];
    return entry?.kind === kind ? [{ method, url, entry }] : [];
  });
}

async function ask({ method, url, entry }: ReturnType<typeof routesOf>[number], number: string) {
  const sent = 'send' in entry ? entry.send?.() : undefined;
  const answer = await own.call(
    `${method} ${url.replace(/:\w+/, number).replace(/:\w+/, '1')}`,
    sent ? { 'Content-Type': sent.type } : {},
    method === 'HEAD' || method === 'GET' ? '' : sent?.body,
  );
  return { status: answer.status, body: answer.body.toString().replaceAll(number, '<number>') };
}

test('every number that is not the account’s own is answered like one that nobody has', async () => {
  let calls = 0;
  for (const route of routesOf('mail-number').filter(({ method }) => method !== 'HEAD')) {
    const nobody = await ask(route, unknown);
    assert.equal(nobody.status, 404, `${route.method} ${route.url}: ${nobody.body}`);
    for (const [what, number] of Object.entries(foreign)) {
      assert.deepEqual(await ask(route, number), nobody, `${route.method} ${route.url} with ${what}`);
      calls++;
    }
  }
  assert.ok(calls >= 6 * 12, `${calls} calls`);
});

test('the own batch is there all the while, and nothing of others was changed', async () => {
  assert.equal((await own.call(`GET /v1/batches/${ownNumber}`)).status, 201);
  const rows = await doors.test.sql<{ status: string }>(
    `select status from mailing where status in ('editing', 'cancelled')`,
  );
  assert.deepEqual(rows, []);
  assert.equal((await doors.test.sql('select 1 from address_list where deleted_at is null')).length, 4);
});

test('a key of an organization, or of another door, opens nothing here', async () => {
  const key = await doors.key(await doors.test.addTenant());
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  const routes = [...routesOf('mail'), ...routesOf('mail-number')].filter(({ method }) => method !== 'HEAD');
  const refused = async ({ method, url }: { method: string; url: string }, authorization: string) => {
    const line = `${method} ${url.replaceAll(/:\w+/g, ownNumber)}`;
    const { status } = await own.call(line, { Authorization: authorization });
    assert.equal(status, 401, `${line} with ${authorization.slice(0, 12)}`);
  };
  for (const route of routes) await refused(route, `Bearer ${key}`);
  const status = { method: 'GET', url: '/v1/batches/:id' };
  for (const text of [`${key}:`, `:${key}`, `${key}:${key}`, ':', '']) await refused(status, basic(text));
  for (const authorization of ['Basic', 'Basic !!!', 'Digest x']) await refused(status, authorization);
});
