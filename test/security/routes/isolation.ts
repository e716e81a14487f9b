/** No route shows or changes anything of another organization's, whatever id, key, token or filter it is asked with. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unicredaDocument } from '../../../src/dialects/unicreda/openapi/document.ts';
import { vecDocument } from '../../../src/dialects/vec/openapi/document.ts';
import { sealId } from '../../../src/domain/sealed-id.ts';
import { withoutNames } from '../../support/door-contract.ts';
import { routeTable as table, unknownId } from '../../support/route-table.ts';
import { at, bare, call, doors, intruder, isThorough, kindBehind, registered, routesOf, victim } from './world.ts';

/** The victim's ids to ask a route for: all, or in the short tier the fitting ones and a few of the others, of which each has its turn. */
function idsFor(url: string, fitting = [kindBehind(url)]): [string, string][] {
  const turn = registered.findIndex((route) => route.endsWith(url));
  return Object.entries(victim.ids).filter(
    ([kind], index) => isThorough || fitting.includes(kind) || (index + turn) % 6 === 0,
  );
}

test('every route of the server stands in the table of this test, and every line of the table is a route', () => {
  assert.deepEqual(registered, Object.keys(table).sort());
});

test('every operation of the OpenAPI documents is a route of the table', () => {
  const known = new Set(Object.keys(table).map(withoutNames));
  const said = [vecDocument(), unicredaDocument()].flatMap(({ paths }) =>
    Object.entries(paths as object).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${withoutNames(path)}`),
    ),
  );
  assert.ok(said.length > 20);
  assert.deepEqual(
    said.filter((operation) => !known.has(operation)),
    [],
  );
});

test('with another organization’s key, every id of ours is answered exactly like an unknown one', async () => {
  let calls = 0;
  for (const { method, url, entry } of routesOf('id')) {
    const body = 'body' in entry ? entry.body?.() : undefined;
    const ask = (id: string) => call(method, at(url, id), { key: intruder.key, body });
    const unknown = bare(await ask(unknownId), unknownId);
    assert.match(unknown, /^404 /, `${method} ${url}`);
    for (const [kind, id] of idsFor(url)) {
      assert.equal(bare(await ask(id), id), unknown, `${method} ${url} with the ${kind} of another organization`);
      calls++;
      if (method !== 'GET' || !(isThorough || kind === kindBehind(url))) continue;
      const capitals = id.toUpperCase();
      assert.equal(bare(await ask(capitals), capitals), unknown, `${method} ${url} with the ${kind} in capitals`);
    }
  }
  assert.ok(calls > (isThorough ? 2_000 : 200), `${calls} calls`);
});

test('the same calls with the own key find what there is', async () => {
  for (const { method, url, entry } of routesOf('id')) {
    if ((method === 'POST' && !url.endsWith('versions')) || method === 'PUT') continue;
    if (method === 'DELETE' && url.endsWith('/webhooks/:id')) continue;
    const kind = kindBehind(url);
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
  assert.match(unknown, /"data":\[\]/);
  for (const id of Object.values(victim.ids)) assert.equal(bare(await ask(id), id), unknown);
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
    assert.match(unknown, /^422 /);
    for (const id of Object.values(victim.ids))
      assert.equal(bare(await post(door, { template_id: id }), id), unknown, door);
  }
  const sign = (member: string) =>
    post('/business', {
      template_id: intruder.signedTemplateId,
      'signatories[0][user_uuid]': member,
      'signatories[0][index]': '1',
    });
  const unknown = bare(await sign(unknownId), unknownId);
  assert.match(unknown, /^422 /);
  for (const id of Object.values(victim.ids)) assert.equal(bare(await sign(id), id), unknown);
  const numbers = await doors.test.sql<{ number: number }>('select number from member where organization_id = $1', [
    victim.tenant.organizationId,
  ]);
  for (const { number } of numbers) assert.equal(bare(await sign(String(number)), unknownId), unknown);
});

test('without a key, or with a revoked one, every such route and every other method of it answers 401', async () => {
  const revoked = await doors.key(victim.tenant);
  await doors.test.sql(`update api_key set revoked_at = now() where hash = sha256(convert_to($1, 'UTF8'))`, [revoked]);
  const open = new Set(
    routesOf('open', 'public', 'link', 'session', 'machine').flatMap(({ method, url }) => [
      `${method} ${url}`,
      `HEAD ${url}`,
    ]),
  );
  for (const { method, url } of doors.routes) {
    if (open.has(`${method} ${url}`)) continue;
    for (const key of isThorough ? [undefined, revoked, 'x'.repeat(600), '*'] : [undefined, revoked]) {
      const { status, body } = await call(method, at(url, victim.ids.batchId as string), { key });
      assert.equal(status, 401, `${method} ${url}: ${body}`);
    }
  }
});

test('public addresses answer ids that are hidden, failed or of another kind exactly like unknown ones', async () => {
  for (const { method, url, entry } of routesOf('public')) {
    if (entry.kind !== 'public') continue;
    for (const accept of entry.accept ?? ['*/*']) {
      const ask = (id: string) => call(method, at(url, id), { headers: { accept } });
      const unknown = bare(await ask(unknownId), unknownId);
      assert.match(unknown, /^404 /, `${method} ${url}`);
      for (const [kind, id] of idsFor(url, entry.publicIds)) {
        const answer = await ask(id);
        if (entry.publicIds.includes(kind)) assert.equal(answer.status, 200, `${method} ${url} with the ${kind}`);
        else assert.equal(bare(answer, id), unknown, `${method} ${url} with the ${kind}, ${accept}`);
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
    // One leads back to the link, which says 404.
    assert.match(unknown, /^(404|303 .*"location":"\/wallet\/open\/<id>")/, `${method} ${url}`);
    for (const [, id] of idsFor(url)) assert.equal(bare(await ask(id), id), unknown, `${method} ${url}`);
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
