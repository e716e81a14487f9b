/** The signatory's pages under attack: markup in every text, forms from elsewhere, foreign ids, bodies of every kind; nothing is ever decided by looking. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { rejectItems } from '../src/usecases/approvals/reject-items.ts';
import { csv } from './support/csv-text.ts';
import { openTestServer } from './support/open-test-server.ts';
import { goodRows, header, sampleTemplate } from './support/sample-template.ts';
import { addSignedTenant, approvalAt, linkMails, type Signatory, untilStatus } from './support/signatories.ts';
import { open, submit } from './support/signatory-browser.ts';

const doors = await openTestServer();
after(() => doors[Symbol.asyncDispose]());
const { test: belt, url } = doors;
await belt.startBelt();

const attack = `"><img src=x onerror=alert(1)></textarea><script>alert('1')</script>`;
/** Without the box that long names overflow. */
const template = { elements: sampleTemplate({ signatures: 1 }).elements.filter(({ type }) => type !== 'text') };
const rowsOf = (name: string) => [[name, 'eve@example.com', attack.slice(0, 60), '2026-03-01'], ...goodRows(2)];

async function asked(name = attack) {
  const tenant = await addSignedTenant(belt, [false], template);
  const batchId = await belt.createBatch(tenant, csv([header, ...rowsOf(name)]), {
    name: `Batch ${name}`.slice(0, 100),
  });
  await untilStatus(belt, tenant, batchId, 'waiting_for_approval');
  const [signatory] = tenant.signatories as [Signatory];
  const [mail] = await linkMails(belt, signatory.email);
  const items = await belt.sql<{ id: string }>('select id from item where batch_id = $1 order by seq', [batchId]);
  return {
    tenant,
    signatory,
    batchId,
    token: mail?.token as string,
    link: `/approve/${mail?.token}`,
    ids: items.map(({ id }) => id),
  };
}

const mine = await asked();
const theirs = await asked('Other');
const formType = 'application/x-www-form-urlencoded';
const isUndecided = async () => {
  assert.equal((await approvalAt(belt, mine.batchId, 1)).status, 'pending');
  const rows = await belt.sql('select 1 from item where batch_id = $1 and status <> $2', [mine.batchId, 'accepted']);
  assert.equal(rows.length, 0);
};
const send = (path: string, init: RequestInit) => fetch(`${url}${mine.link}${path}`, { redirect: 'manual', ...init });
const hashOf = async () => (await open(url, mine.link)).forms[0]?.fields.hash as string;

test('every page is sent so that it runs, frames, leaks and keeps nothing', async () => {
  const item = `/certificates/${mine.ids[0]}`;
  for (const path of ['', '/certificates', item, `${item}/preview.png`, `${item}/thumbnail.png`]) {
    const { status, headers } = await send(path, {});
    assert.equal(status, 200, path);
    const said = (name: string) => headers.get(name) ?? '';
    assert.equal(said('referrer-policy'), 'no-referrer');
    assert.match(said('x-robots-tag'), /noindex/);
    assert.equal(said('x-content-type-options'), 'nosniff');
    assert.match(said('content-security-policy'), /frame-ancestors 'none'/);
    if (path.endsWith('.png')) continue;
    assert.match(said('content-security-policy'), /default-src 'none'.*form-action 'self'/);
    assert.equal(said('cache-control'), 'no-store');
  }
});

test('markup in names, courses, batch and reason stays text, on every page', async () => {
  const page = await open(url, mine.link);
  assert.ok(page.text.includes(attack) && page.title.includes('<img'));
  const one = await open(url, `${mine.link}/certificates/${mine.ids[0]}`);
  assert.ok(one.text.includes(attack));
  assert.ok((await open(url, `${mine.link}/certificates`)).text.includes(attack));
  const long = `${attack} ${'long '.repeat(120)}`;
  const again = await submit(url, one, '/reject', { reason: long });
  assert.equal(again.status, 422);
  assert.match(again.text, /The reason is too long: at most 500 characters/);
  assert.equal(again.forms[0]?.fields.reason, long, 'what was typed is there to be shortened');
  await isUndecided();
});

test('looking decides nothing: no GET and no HEAD of any address, whatever its query says', async () => {
  const hash = await hashOf();
  const query = new URLSearchParams({ hash, confirm: 'yes', reason: 'x' });
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])
    for (const path of [
      '',
      '/approve',
      '/reject',
      `/certificates/${mine.ids[0]}/reject`,
      `/certificates/${mine.ids[0]}`,
    ])
      assert.ok((await send(`${path}?${query}`, { method })).status < 500, `${method} ${path}`);
  assert.equal((await send('', { method: 'HEAD' })).status, 200);
  await isUndecided();
});

test('ids of another batch, another organization and nobody are one and the same to the link', async () => {
  const absent = '9e7860e3-7c0a-401f-98f6-b98e316934f4';
  const ask = async (id: string, path = '', method = 'GET') => {
    const body = method === 'POST' ? new URLSearchParams({ reason: 'not mine' }) : undefined;
    const answer = await send(`/certificates/${id}${path}`, { method, body });
    return [answer.status, await answer.text()];
  };
  for (const [path, method] of [
    ['', 'GET'],
    ['/preview.png', 'GET'],
    ['/thumbnail.png', 'GET'],
    ['/reject', 'POST'],
  ] as const) {
    const unknown = await ask(absent, path, method);
    assert.equal(unknown[0], 404);
    for (const id of [theirs.ids[0] as string, theirs.batchId, mine.batchId, 'x', '%00', '..%2f..', `${mine.ids[0]}'`])
      assert.deepEqual(await ask(id, path, method), unknown, `${method} ${id}${path}`);
  }
  const { signatory } = theirs;
  const { id } = await approvalAt(belt, theirs.batchId, 1);
  await assert.rejects(rejectItems(belt.app, signatory.actor, id, [{ itemId: mine.ids[0] as string, reason: 'x' }]), {
    code: 'invalid_input',
  });
  await isUndecided();
});

test('a token that differs in one character leads nowhere', async () => {
  const { token } = mine;
  const tampered = [0, 20, 40, 63].map(
    (at) => token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1),
  );
  for (const one of [...tampered, token.slice(1), `${token}A`, token.toLowerCase(), 'x', '%00', `${'A'.repeat(190)}`]) {
    const page = await open(url, `/approve/${one}`);
    assert.equal(page.status, 404, one);
    assert.match(page.text, /This link leads nowhere/);
    const post = await fetch(`${url}/approve/${one}/approve`, {
      method: 'POST',
      body: new URLSearchParams({ confirm: 'yes' }),
    });
    assert.equal(post.status, 404);
  }
});

test('a form from another site decides nothing; one from our page does, whatever the browser tells of itself', async () => {
  const body = new URLSearchParams({ hash: await hashOf() });
  const post = (headers: Record<string, string>) => send('/approve', { method: 'POST', body, headers });
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'http://127.0.0.1:1' },
    { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    { origin: 'null', 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'not an origin' },
  ];
  for (const headers of foreign) assert.equal((await post(headers)).status, 403, JSON.stringify(headers));
  const own: Record<string, string>[] = [
    {},
    { origin: url },
    { origin: 'null' },
    { origin: 'null', 'sec-fetch-site': 'same-origin' },
  ];
  for (const headers of own)
    assert.equal((await post(headers)).status, 422, `the box is not ticked: ${JSON.stringify(headers)}`);
  await isUndecided();
});

test('bodies that are no form, and forms that are none, decide nothing and get a page', async () => {
  const hash = await hashOf();
  const approving = `confirm=yes&hash=${hash}`;
  const refused: [string, string | undefined, number][] = [
    [JSON.stringify({ confirm: 'yes', hash }), 'application/json', 415],
    [approving, 'text/plain', 415],
    [approving, 'application/xml', 415],
    [approving, `${formType}; charset=utf-16`, 415],
    [
      `--b\r\ncontent-disposition: form-data; name="confirm"\r\n\r\nyes\r\n--b--`,
      'multipart/form-data; boundary=b',
      415,
    ],
    [`${approving}&reason=${'x'.repeat(20_000)}`, formType, 413],
    [`${approving}&confirm=yes`, formType, 400],
    [`${approving}&reason=%FF`, formType, 400],
    [`${approving}&${Array.from({ length: 30 }, (_, at) => `f${at}=1`).join('&')}`, formType, 400],
    [`confirm=no&hash=${hash}`, formType, 422],
    ['', formType, 422],
    ['confirm=yes', formType, 409],
    ['confirm=yes&hash=', formType, 409],
    [`confirm=yes&hash=${'0'.repeat(64)}`, formType, 409],
    [`confirm=yes&hash=${'z'.repeat(9_000)}`, formType, 409],
    ['confirm=yes&hash=%00', formType, 409],
  ];
  for (const [body, type, status] of refused) {
    const answer = await send('/approve', { method: 'POST', body, headers: type ? { 'content-type': type } : {} });
    assert.equal(answer.status, status, `${type} ${body.slice(0, 60)}`);
    assert.match(await answer.text(), /Nothing was decided/);
  }
  assert.equal((await send('/approve', { method: 'POST' })).status, 422, 'no body at all');
  await isUndecided();
});

test('reasons with control and direction characters are refused, any script is taken', async () => {
  const one = await open(url, `${mine.link}/certificates/${mine.ids[1]}`);
  for (const reason of ['a\0b', 'a\x1bb', 'a\u202eb', '\u2066x'])
    assert.match((await submit(url, one, '/reject', { reason })).text, /characters that cannot be stored/);
  await isUndecided();
  const done = await submit(url, one, '/reject', { reason: 'الدرجة خاطئة 👩🏽‍🎓 — оценка' });
  assert.match(done.text, /Rejected: it will not be issued Reason: الدرجة خاطئة 👩🏽‍🎓 — оценка/);
  const twice = await submit(url, one, '/reject', { reason: 'another reason' });
  assert.match(twice.text, /الدرجة خاطئة/, 'the first reason stays');
});
