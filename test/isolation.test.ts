/** Two locks between organizations: no route shows or changes anything of another's, and neither would the database if a route tried. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sealId } from '../src/domain/sealed-id.ts';
import { openTestServer, type TestDoors } from './support/open-test-server.ts';
import { openParty, type Party } from './support/party.ts';
import { type Entry, routeTable as table, unknownId } from './support/route-table.ts';

let doors: TestDoors;
let victim: Party;
let intruder: Party;

before(async () => {
  doors = await openTestServer();
  await doors.test.startBelt();
  victim = await openParty(doors, 'Victoria');
  intruder = await openParty(doors, 'Ingrid');
  // Each has an issuer of specimens too.
  for (const { tenant } of [victim, intruder]) await doors.key(tenant, ['*'], 'test');
});
after(() => doors?.[Symbol.asyncDispose]());

/** The routes of the server with their entry; HEAD is GET without a body. */
function routesOf(...kinds: Entry['kind'][]) {
  return doors.routes.flatMap(({ method, url, refused }) => {
    const address = url.replace(/^\/assets\/.*/, '/assets/:file').replace(/(.)\/$/, '$1');
    const entry = refused ? undefined : table[`${method === 'HEAD' ? 'GET' : method} ${address}`];
    return entry && kinds.includes(entry.kind) ? [{ method, url, entry }] : [];
  });
}

async function call(method: string, path: string, options: { key?: string; accept?: string; body?: object } = {}) {
  const response = await fetch(`${doors.url}${path}`, {
    method,
    headers: {
      // Each door reads its own of the two.
      ...(options.key && { authorization: `Bearer ${options.key}`, 'x-api-key': options.key }),
      ...(options.accept && { accept: options.accept }),
      ...(options.body && { 'content-type': 'application/json' }),
    },
    ...(options.body && { body: JSON.stringify(options.body) }),
  });
  const headers = Object.fromEntries(response.headers);
  for (const name of ['date', 'connection', 'keep-alive']) delete headers[name];
  return { status: response.status, headers, body: await response.text() };
}

const at = (url: string, id: string, deliveryId = id) =>
  url
    .replace(':deliveryId', deliveryId)
    .replace(':id', id)
    .replace(':file', 'certificate_1700000000.pdf')
    .replace(':at', '0');

/** An answer without the id that was asked for and the number of the request: what is left must not depend on whose id it was. */
function bare(answer: Awaited<ReturnType<typeof call>>, id: string) {
  return JSON.parse(
    JSON.stringify(answer)
      .replaceAll(id, '<id>')
      .replace(/(\\?"requestId\\?":\\?")[0-9a-f-]{36}/, '$1<request>'),
  ) as typeof answer;
}

test('every route of the server stands in the table of this test, and every line of the table is a route', () => {
  const found = doors.routes
    .filter(({ method, refused }) => method !== 'HEAD' && !refused)
    .map(({ method, url }) => `${method} ${url.replace(/^\/assets\/.*/, '/assets/:file').replace(/(.)\/$/, '$1')}`);
  assert.deepEqual([...new Set(found)].sort(), Object.keys(table).sort());
});

test('with another organization’s key, every id of ours is answered exactly like an unknown one', async () => {
  let calls = 0;
  for (const { method, url, entry } of routesOf('id')) {
    const body = 'body' in entry ? entry.body?.() : undefined;
    const ask = (id: string) => call(method, at(url, id), { key: intruder.key, body });
    const unknown = bare(await ask(unknownId), unknownId);
    assert.equal(unknown.status, 404, `${method} ${url}`);
    for (const [kind, id] of Object.entries(victim.ids)) {
      assert.deepEqual(bare(await ask(id), id), unknown, `${method} ${url} with the ${kind} of another organization`);
      calls++;
      if (method !== 'GET') continue;
      const capitals = id.toUpperCase();
      assert.deepEqual(bare(await ask(capitals), capitals), unknown, `${method} ${url} with the ${kind} in capitals`);
    }
  }
  assert.ok(calls > 200, `${calls} calls`);
});

test('the same calls with the own key find what there is', async () => {
  const fitting: Record<string, string> = {
    batches: 'batchId',
    jobs: 'batchId',
    certificates: 'itemId',
    credentials: 'itemId',
    approvals: 'approvalId',
    'certificate-vault': 'vaultId',
    tokens: 'tokenId',
    webhooks: 'webhookId',
    members: 'memberId',
    'print-runs': 'printRunId',
    'user-management': 'memberId',
    mailings: 'mailingId',
    'mail-accounts': 'accountId',
  };
  for (const { method, url, entry } of routesOf('id')) {
    if ((method === 'POST' && !url.endsWith('versions')) || method === 'PUT') continue;
    if (method === 'DELETE' && url.endsWith('/webhooks/:id')) continue;
    const kind = fitting[url.split('/').at(url.startsWith('/business') ? 2 : 3) as string] ?? 'templateId';
    const body = 'body' in entry ? entry.body?.() : undefined;
    const { status } = await call(method, at(url, intruder.ids[kind] as string, intruder.ids.messageId), {
      key: intruder.key,
      body,
    });
    assert.ok(status === 200 || status === 201, `${method} ${url}: ${status}`);
  }
});

test('what names no id answers with the caller’s own', async () => {
  for (const { method, url } of routesOf('own')) {
    if (method === 'POST') continue;
    const { status, body } = await call(method, `${url}?limit=1000&per_page=100`, { key: intruder.key });
    assert.equal(status, 200, `${method} ${url}`);
    for (const mark of victim.marks) assert.ok(!body.includes(mark), `${method} ${url} shows ${mark}`);
    if (method === 'GET' && !url.endsWith('/credits'))
      assert.ok(
        intruder.marks.some((mark) => body.includes(mark)),
        `${url} shows nothing`,
      );
  }
});

test('another organization’s id as a filter finds as much as an unknown one', async () => {
  const ask = (id: string) => call('GET', `/business/certificates?batch_id=${id}`, { key: intruder.key });
  const unknown = bare(await ask(unknownId), unknownId);
  assert.match(unknown.body, /"data":\[\]/);
  for (const id of Object.values(victim.ids)) assert.deepEqual(bare(await ask(id), id), unknown);
  for (const id of Object.values(victim.ids))
    for (const filter of ['job_id', 'template_id']) {
      const { body } = await call('GET', `/api/v1/credentials?${filter}=${id}`, { key: intruder.key });
      assert.match(body, /"credentials":\[\]/);
    }
});

test('another organization’s template or member inside a form is answered exactly like an unknown one', async () => {
  const post = async (door: string, fields: Record<string, string>) => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ name: 'N', ...fields })) form.set(name, value);
    const csv = new Blob(['RecipientsName,RecipientsEmail,Course\nA,a@b.example,C\n']);
    form.set(door === '/business' ? 'csv_file' : 'file', csv, 'r.csv');
    const response = await fetch(`${doors.url}${door}/batches`, {
      method: 'POST',
      headers: { authorization: `Bearer ${intruder.key}` },
      body: form,
    });
    return { status: response.status, headers: {}, body: await response.text() };
  };
  for (const door of ['/business', '/chancery/v1']) {
    const unknown = bare(await post(door, { template_id: unknownId }), unknownId);
    assert.equal(unknown.status, 422);
    for (const id of Object.values(victim.ids))
      assert.deepEqual(bare(await post(door, { template_id: id }), id), unknown, door);
  }
  const sign = (member: string) =>
    post('/business', {
      template_id: intruder.signedTemplateId,
      'signatories[0][user_uuid]': member,
      'signatories[0][index]': '1',
    });
  const unknown = bare(await sign(unknownId), unknownId);
  assert.equal(unknown.status, 422);
  for (const id of Object.values(victim.ids)) assert.deepEqual(bare(await sign(id), id), unknown);
  const numbers = await doors.test.sql<{ number: number }>('select number from member where organization_id = $1', [
    victim.tenant.organizationId,
  ]);
  for (const { number } of numbers) assert.deepEqual(bare(await sign(String(number)), unknownId), unknown);
});

test('without a key, or with a revoked one, every such route and every other method of it answers 401', async () => {
  const revoked = await doors.key(victim.tenant);
  await doors.test.sql(`update api_key set revoked_at = now() where hash = sha256(convert_to($1, 'UTF8'))`, [revoked]);
  const open = new Set(
    routesOf('open', 'public', 'link', 'session', 'machine').map(({ method, url }) => `${method} ${url}`),
  );
  for (const { method, url } of doors.routes) {
    if (open.has(`${method} ${url}`)) continue;
    for (const key of [undefined, revoked, 'x'.repeat(600), '*']) {
      const { status, body } = await call(method, at(url, victim.ids.batchId as string), { key });
      assert.equal(status, 401, `${method} ${url}: ${body}`);
    }
  }
});

test('public addresses answer ids that are hidden, failed or of another kind exactly like unknown ones', async () => {
  for (const { method, url, entry } of routesOf('public')) {
    if (entry.kind !== 'public') continue;
    for (const accept of entry.accept ?? ['*/*']) {
      const ask = (id: string) => call(method, at(url, id), { accept });
      const unknown = bare(await ask(unknownId), unknownId);
      assert.equal(unknown.status, 404, `${method} ${url}`);
      for (const [kind, id] of Object.entries(victim.ids)) {
        const answer = await ask(id);
        if (entry.publicIds.includes(kind)) assert.equal(answer.status, 200, `${method} ${url} with the ${kind}`);
        else assert.deepEqual(bare(answer, id), unknown, `${method} ${url} with the ${kind}, ${accept}`);
      }
      for (const id of ['12', '%00', `${unknownId}%0a`, '%F0%9F%92%A9'])
        assert.equal((await ask(id)).status, 404, `${method} ${url} with ${id}`);
    }
  }
});

test('no id of ours stands in for the token of a signatory’s link', async () => {
  for (const { method, url } of routesOf('link')) {
    const ask = (token: string) =>
      call(method, url.replace(':token', token).replace(':itemId', victim.ids.itemId as string));
    const unknown = bare(await ask(unknownId), unknownId);
    assert.equal(unknown.status, 404, `${method} ${url}`);
    for (const id of Object.values(victim.ids)) assert.deepEqual(bare(await ask(id), id), unknown, `${method} ${url}`);
  }
});

test('neither an id of ours, nor a key, nor a token for something else stands in for the session of a member', async () => {
  const { masterKey } = doors.test.app;
  const { memberId, walletLinkId, walletSessionId } = victim.ids as Record<string, string>;
  const sessions = [
    ...Object.values(victim.ids),
    ...Object.values(victim.ids).map((id) =>
      id === walletSessionId ? unknownId : sealId(masterKey, 'walletSession', id),
    ),
    sealId(masterKey, 'walletLink', walletSessionId as string),
    sealId(masterKey, 'approvalLink', walletSessionId as string),
    sealId(masterKey, 'walletLink', walletLinkId as string),
    victim.key,
  ];
  const ask = (method: string, url: string, cookie: string) =>
    fetch(`${doors.url}${url}`, { method, redirect: 'manual', headers: { cookie: `chancery_wallet=${cookie}` } });
  for (const { method, url } of routesOf('session'))
    for (const session of sessions) {
      const { status, headers } = await ask(method, url, session);
      assert.deepEqual(
        [status, (headers.get('location') ?? '').replace(/\?.*/, '')],
        [303, '/wallet'],
        `${method} ${url}`,
      );
    }
  const own = await ask('GET', '/wallet/credentials', sealId(masterKey, 'walletSession', walletSessionId as string));
  assert.equal(own.status, 200, 'the victim’s session has outlived all of that');
  assert.ok((await own.text()).includes('Victoria Signer'));
  const theirs = sealId(masterKey, 'walletSession', intruder.ids.walletSessionId as string);
  const shown = await (await ask('GET', '/wallet/credentials', theirs)).text();
  assert.ok(shown.includes('Ingrid Signer'));
  for (const mark of [...victim.marks, memberId as string]) assert.ok(!shown.includes(mark), mark);
});

test('what the machine tells about itself names nobody', async () => {
  for (const { url } of routesOf('open')) {
    const { body } = await call('GET', url);
    for (const mark of [...victim.marks, ...intruder.marks]) assert.ok(!body.includes(mark), `${url} shows ${mark}`);
  }
});

test('nothing of ours was changed by all those calls', async () => {
  const rows = await doors.test.sql<{ status: string }>(
    'select status from item where organization_id = $1 order by status',
    [victim.tenant.organizationId],
  );
  assert.deepEqual(
    rows.map(({ status }) => status),
    ['accepted', 'failed', 'failed', 'failed', 'issued', 'issued', 'issued'],
  );
  const [{ versions, batches }] = (await doors.test.sql<{ versions: number; batches: number }>(
    `select (select count(*)::int from template_version where organization_id = $1) as versions,
       (select count(*)::int from batch where organization_id = $1) as batches`,
    [victim.tenant.organizationId],
  )) as [{ versions: number; batches: number }];
  assert.deepEqual([versions, batches], [3, 4]);
});

interface TenantTable {
  name: string;
  enabled: boolean;
  forced: boolean;
  policies: number;
}

const tenantTables = () =>
  doors.test.sql<TenantTable>(
    `select relname as name, relrowsecurity as enabled, relforcerowsecurity as forced,
       (select count(*)::int from pg_policy where polrelid = pg_class.oid) as policies
     from pg_class join pg_namespace on pg_namespace.oid = relnamespace
     where nspname = 'public' and relkind in ('r', 'p')
       and exists (select 1 from pg_attribute where attrelid = pg_class.oid and attname = 'organization_id' and not attisdropped)
     order by 1`,
  );

test('every table with an organization has row-level security, forced, with a policy', async () => {
  const tables = await tenantTables();
  assert.ok(tables.length >= 16, tables.map(({ name }) => name).join());
  for (const { name, enabled, forced, policies } of tables)
    assert.deepEqual([name, enabled, forced, policies], [name, true, true, 1]);
});

test('the application’s role is an ordinary one: no owner, no superuser, no way around', async () => {
  const [role] = await doors.test.sql(
    `select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
       (select count(*)::int from pg_class where relowner = pg_roles.oid) as owned from pg_roles where rolname = 'chancery_app'`,
  );
  assert.deepEqual(role, { rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false, owned: 0 });
});

const refusedByPolicy = (error: Error & { cause?: Error }) =>
  /row-level security|permission denied|never changes/.test(`${error.message} ${error.cause?.message}`);

test('the database itself shows and changes only the organization’s own rows', async () => {
  const { db } = doors.test.app;
  const own = intruder.tenant.organizationId;
  const other = victim.tenant.organizationId;
  const asIntruder = (sql: string, values?: unknown[]) => db.organization(own, (tx) => tx.query(sql, values));
  for (const { name } of await tenantTables()) {
    const [sample] = await doors.test.sql<{ row: object }>(
      `select to_jsonb(t) as row from ${name} t where organization_id = $1 limit 1`,
      [other],
    );
    assert.ok(sample, `${name} has no row of the other organization`);
    const { rows } = await asIntruder(`select organization_id as id from ${name}`);
    assert.ok(rows.length > 0, name);
    assert.deepEqual(new Set(rows.map(({ id }) => id)), new Set([own]), name);
    assert.equal((await db.anonymous((tx) => tx.query(`select 1 from ${name}`))).rows.length, 0, name);
    for (const statement of [
      `update ${name} set organization_id = organization_id where organization_id = $1`,
      `delete from ${name} where organization_id = $1`,
    ])
      assert.equal((await asIntruder(statement, [other])).rowCount, 0, statement);
    const [given] = await doors.test.sql<{ columns: string }>(
      `select string_agg(quote_ident(attname), ', ' order by attnum) as columns from pg_attribute
       where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
      [name],
    );
    const insert = `insert into ${name} (${given?.columns}) overriding system value select ${given?.columns} from jsonb_populate_record(null::${name}, $1)`;
    await assert.rejects(asIntruder(insert, [sample.row]), refusedByPolicy, insert);
    const move = `update ${name} set organization_id = $1`;
    await assert.rejects(asIntruder(move, [other]), refusedByPolicy, move);
    await assert.rejects(asIntruder(`truncate ${name}`), refusedByPolicy, `truncate ${name}`);
  }
  const { rows } = await asIntruder('select id from organization');
  assert.deepEqual(rows, [{ id: own }]);
  assert.equal((await asIntruder('update organization set name = name where id = $1', [other])).rowCount, 0);
});
