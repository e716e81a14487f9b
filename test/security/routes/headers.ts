/** What every answer says besides its body, as it stands in headers.json; `HEADERS=write` writes that anew. */

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { sealId } from '../../../src/domain/sealed-id.ts';
import { unknownId } from '../../support/route-table.ts';
import { type Answer, answers, at, call, doors, intruder, kindBehind, type Route, routesOf } from './world.ts';

const kept = new URL('../headers.json', import.meta.url);
const { masterKey } = doors.test.app;
const { ids } = intruder as { ids: Record<string, string> };
let mailId: string;

/** The address at which the route has something to show, and what opens it. */
function found({ method, url, entry }: Route): Promise<Answer> {
  const token = sealId(masterKey, url.startsWith('/wallet') ? 'walletLink' : 'approvalLink', ids.linkId as string);
  const walletLink = sealId(masterKey, 'walletLink', ids.walletLinkId as string);
  const kind = entry.kind === 'public' ? (entry.publicIds[0] ?? 'itemId') : kindBehind(url);
  const id = entry.kind === 'machine' ? mailId : (ids[kind] as string);
  const path = at(
    url
      .replace(':token', url.startsWith('/wallet') ? walletLink : token)
      .replace(':itemId', ids.waitingItemId as string),
    id,
    ids.messageId,
  );
  const session = sealId(masterKey, 'walletSession', ids.walletSessionId as string);
  const cookie = entry.kind === 'session' ? { cookie: `chancery_wallet=${session}` } : undefined;
  const key = entry.kind === 'id' || entry.kind === 'own' ? intruder.key : undefined;
  return call(method, path, { key, headers: cookie });
}

/** What differs from one run to the next is left out. */
function lasting({ status, headers }: Answer): string {
  const lines = Object.entries(headers)
    .filter(([name]) => !['content-length', 'transfer-encoding', 'etag', 'last-modified'].includes(name))
    .map(([name, value]) =>
      `${name}: ${value}`
        .replace(/filename="[^"]*\.(\w+)"/, 'filename="….$1"')
        .replace(/(\/approve\/|\/wallet\/open\/)[\w-]+/, '$1…')
        .replace(/chancery_wallet=[\w-]+/, 'chancery_wallet=…'),
    );
  return [String(status), ...lines.sort()].join('\n');
}

test('the headers of every route are those that were agreed on', async () => {
  const [mail] = await doors.test.sql<{ id: string }>(
    `select id from caught_mail where encode(raw, 'escape') like '%application/pdf%' order by id limit 1`,
  );
  mailId = String(mail?.id);
  const sets = new Map<string, string[]>();
  const note = (name: string, answer: Answer) => {
    const headers = lasting(answer);
    sets.set(headers, [...(sets.get(headers) ?? []), name]);
  };
  for (const route of routesOf('id', 'own', 'open', 'public', 'link', 'session', 'machine', 'mail', 'mail-number')) {
    const name = `${route.method} ${route.url.replace(/^\/assets\/.*/, '/assets/:file')}`;
    if (route.method === 'HEAD') continue;
    if (route.method === 'GET') note(name, await found(route));
    const stranger = at(route.url.replaceAll(/:(token|itemId)/g, unknownId), unknownId);
    note(`${name} (a stranger)`, await call(route.method, stranger));
  }
  const seen = [...sets].map(([headers, routes]) => ({ headers: headers.split('\n'), routes: routes.sort() }));
  seen.sort((a, b) => ((a.routes[0] as string) < (b.routes[0] as string) ? -1 : 1));
  if (process.env.HEADERS === 'write') await writeFile(kept, `${JSON.stringify(seen, null, 2)}\n`);
  assert.deepEqual(seen, JSON.parse(await readFile(kept, 'utf8')));
});

test('where people see https, every door says that it stays so, and the cookie goes nowhere else', async () => {
  const { app } = doors.test;
  const before = app.publicUrl;
  app.publicUrl = 'https://certificates.example';
  try {
    for (const path of [
      '/',
      '/wallet',
      '/livez',
      '/business/batches',
      '/api/v1/jobs/x',
      '/v1/batches',
      '/chancery/v1/did',
      '/nothing',
    ])
      assert.match(String((await call('GET', path)).headers['strict-transport-security']), /^max-age=\d{8}/, path);
    const { headers } = await call('POST', '/wallet/sign-out', {
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    });
    assert.match(String(headers['set-cookie']), /; HttpOnly; SameSite=Lax; Secure$/);
  } finally {
    app.publicUrl = before;
  }
});

test('none of all the answers until here can be sniffed, kept by others, framed or run, nor does it name the program', () => {
  const kinds = new Set<string>();
  for (const { route, headers } of answers.values()) {
    const said = (name: string) => String(headers[name] ?? '');
    const where = `${route}: ${JSON.stringify(headers)}`;
    assert.equal(said('x-content-type-options'), 'nosniff', where);
    assert.match(said('cache-control'), /no-store|no-cache|private|immutable/, where);
    assert.equal(said('server') + said('x-powered-by'), '', where);
    const type = said('content-type');
    kinds.add(type.split(';')[0] as string);
    if (/html|svg/.test(type)) {
      assert.match(said('content-security-policy'), /default-src 'none'.*frame-ancestors '(none|self)'/, where);
      assert.doesNotMatch(said('content-security-policy'), /unsafe-eval|script-src|\*/, where);
      assert.equal(said('referrer-policy'), 'no-referrer', where);
    }
    for (const cookie of [headers['set-cookie'] ?? []].flat())
      assert.match(cookie, /Path=\/wallet; Max-Age=\d+; HttpOnly; SameSite=Lax/, where);
    if (headers.location) assert.match(said('location'), /^\/[^/\\]/, `${where} leads elsewhere`);
  }
  assert.ok(kinds.has('text/html') && kinds.has('application/pdf') && answers.size > 200, `${answers.size} answers`);
});
