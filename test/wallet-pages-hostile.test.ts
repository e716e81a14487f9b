/** The wallet under attack: forged tokens, links used twice and at once, scanners, forms from elsewhere, floods of mail, markup in names; nobody learns who is a member. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { after } from 'node:test';
import { sweepWallets } from '../src/db/wallet-sessions.ts';
import { sealId, unsealId } from '../src/domain/sealed-id.ts';
import { addMember, changeMember } from '../src/usecases/members/change-member.ts';
import { sendWalletLink } from '../src/usecases/wallet/send-link.ts';
import { csv } from './support/csv-text.ts';
import { openTestServer } from './support/open-test-server.ts';
import { longTest } from './support/rounds.ts';
import { header, sampleTemplate } from './support/sample-template.ts';
import { refusal } from './support/signatories.ts';
import { open } from './support/signatory-browser.ts';
import { walletBrowser, walletMails } from './support/wallet-browser.ts';

const doors = await openTestServer();
after(() => doors[Symbol.asyncDispose]());
const { test: belt, url } = doors;
await belt.startBelt();

/** Without the box that long names overflow. */
const template = { ...sampleTemplate(), elements: sampleTemplate().elements.filter(({ type }) => type !== 'text') };
const tenant = await belt.addTenant({ template });
const { masterKey } = belt.app;

let people = 0;
async function member(name = 'Eve') {
  const number = ++people;
  const email = `eve${number}@example.com`;
  const id = await addMember(belt.app, tenant.actor, { firstName: name, lastName: `Member ${number}`, email });
  const link = async () => {
    const before = await belt.sql('select 1 from caught_mail where recipient = $1', [email]);
    await sendWalletLink(belt.app, tenant.actor, id);
    return (await walletMails(belt, email, before.length + 1)).at(-1)?.link as string;
  };
  return { id, email, link };
}

const press = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${url}${path}`, { method: 'POST', redirect: 'manual', headers });
const cookieOf = (response: Response) => /chancery_wallet=([\w-]+)/.exec(response.headers.get('set-cookie') ?? '')?.[1];
const list = (cookie: string) =>
  fetch(`${url}/wallet/credentials`, { redirect: 'manual', headers: { cookie: `chancery_wallet=${cookie}` } });
const isIn = async (cookie: string) => (await list(cookie)).status === 200;
const linkId = (path: string) => unsealId(masterKey, 'walletLink', path.split('/').at(-1) as string) as string;

test('pages are sent so that they run, frame, leak and keep nothing, and the cookie so that nobody else gets it', async () => {
  const one = await member();
  const link = await one.link();
  const opened = await press(link);
  const cookie = opened.headers.get('set-cookie') ?? '';
  assert.match(cookie, /^chancery_wallet=[\w-]{64}; Path=\/wallet; Max-Age=43200; HttpOnly; SameSite=Lax$/);
  for (const path of ['/wallet', '/wallet?asked=yes', link, '/wallet/credentials', '/wallet/open/x']) {
    const { headers } = await fetch(`${url}${path}`, { headers: path.endsWith('credentials') ? { cookie } : {} });
    const said = (name: string) => headers.get(name) ?? '';
    assert.equal(said('cache-control'), 'no-store', path);
    assert.equal(said('referrer-policy'), 'no-referrer');
    assert.equal(said('x-content-type-options'), 'nosniff');
    assert.equal(said('x-frame-options'), 'DENY');
    assert.match(said('x-robots-tag'), /noindex/);
    assert.match(said('content-security-policy'), /default-src 'none'.*form-action 'self'.*frame-ancestors 'none'/);
  }
  const secure = await member();
  const path = await secure.link();
  belt.app.publicUrl = 'https://chancery.example';
  try {
    assert.match((await press(path)).headers.get('set-cookie') ?? '', /; Secure$/);
  } finally {
    belt.app.publicUrl = url;
  }
});

test('looking uses nothing up, however often and by whatever method; pressing does, once', async () => {
  const link = await (await member()).link();
  for (let scan = 0; scan < 5; scan++)
    for (const method of ['GET', 'HEAD']) {
      const response = await fetch(`${url}${link}`, { method, redirect: 'manual' });
      assert.deepEqual([response.status, response.headers.get('set-cookie')], [200, null]);
    }
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS'])
    assert.ok((await fetch(`${url}${link}`, { method })).status >= 400, method);
  const first = await press(link);
  assert.equal(first.status, 303);
  assert.ok(await isIn(cookieOf(first) as string));
  const second = await press(link);
  assert.equal(cookieOf(second), undefined);
  const page = await open(url, link);
  assert.equal(page.status, 410);
  assert.match(page.text, /This link has been used/);
  assert.ok(
    page.forms.some(({ action }) => action === '/wallet'),
    'a new one can be asked for right there',
  );
});

test('of two who press at once one comes in', async () => {
  const link = await (await member()).link();
  const cookies = (await Promise.all(Array.from({ length: 8 }, () => press(link)))).map(cookieOf);
  assert.equal(cookies.filter((cookie) => cookie !== undefined).length, 1);
});

test('coming in ends the other links; whoever is in is led on from them', async () => {
  const one = await member();
  const [older, newer] = [await one.link(), await one.link()];
  const browser = walletBrowser(url);
  await browser.submit(await browser.open(newer), newer);
  for (const link of [older, newer]) assert.equal((await browser.open(link)).path, '/wallet/credentials');
  const page = await open(url, older);
  assert.equal(page.status, 410);
  assert.match(page.text, /no longer valid/);
  assert.equal(cookieOf(await press(older)), undefined);
  const stranger = walletBrowser(url);
  const other = await (await member()).link();
  await stranger.submit(await stranger.open(other), other);
  assert.equal((await stranger.open(older)).status, 410, 'another member’s session leads nowhere');
});

test('an expired link and an expired session open nothing, by the clock of the database', async () => {
  const one = await member();
  const link = await one.link();
  await belt.sql(`update wallet_link set expires_at = clock_timestamp() where id = $1`, [linkId(link)]);
  const page = await open(url, link);
  assert.equal(page.status, 410);
  assert.match(page.text, /has expired/);
  assert.equal(cookieOf(await press(link)), undefined);
  const cookie = cookieOf(await press(await one.link())) as string;
  assert.ok(await isIn(cookie));
  const id = unsealId(masterKey, 'walletSession', cookie);
  await belt.sql(`update wallet_session set expires_at = clock_timestamp() where id = $1`, [id]);
  assert.ok(!(await isIn(cookie)));
});

test('a link to an address that is no longer the member’s opens nothing, nor does one to an archived member', async () => {
  const one = await member();
  const link = await one.link();
  await changeMember(belt.app, tenant.actor, one.id, { email: `moved-${one.email}` });
  assert.match((await open(url, link)).text, /no longer valid/);
  assert.equal(cookieOf(await press(link)), undefined);
  await changeMember(belt.app, tenant.actor, one.id, { email: one.email });
  assert.equal(cookieOf(await press(link)), undefined, 'nor when the address is the member’s again');
  const other = await member();
  const cookie = cookieOf(await press(await other.link())) as string;
  const theirs = await other.link();
  assert.ok(await isIn(cookie));
  await changeMember(belt.app, tenant.actor, other.id, { isArchived: true });
  assert.equal(cookieOf(await press(theirs)), undefined);
  await changeMember(belt.app, tenant.actor, other.id, { isArchived: false });
  assert.ok(!(await isIn(cookie)), 'a session that has ended stays over');
  assert.equal(cookieOf(await press(theirs)), undefined);
  await changeMember(belt.app, tenant.actor, other.id, { isArchived: true });
  await assert.rejects(sendWalletLink(belt.app, tenant.actor, other.id), refusal('conflict', { archived: true }));
});

test('forged tokens lead nowhere, as link and as session', async () => {
  const one = await member();
  const link = await one.link();
  const token = link.split('/').at(-1) as string;
  const flipped = [0, 20, 40, 63].map(
    (at) => token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1),
  );
  const sameId = (['approvalLink', 'walletSession'] as const).map((purpose) =>
    sealId(masterKey, purpose, linkId(link)),
  );
  for (const forged of [
    ...flipped,
    ...sameId,
    token.slice(1),
    `${token}A`,
    'x',
    '%00',
    '..%2fcredentials',
    `${'A'.repeat(190)}`,
  ]) {
    const page = await open(url, `/wallet/open/${forged}`);
    assert.equal(page.status, 404, forged);
    assert.match(page.text, /This link leads nowhere/);
    assert.equal(cookieOf(await press(`/wallet/open/${forged}`)), undefined);
  }
  const cookie = cookieOf(await press(link)) as string;
  for (const forged of [
    cookie.slice(0, 63),
    `${cookie}A`,
    token,
    `${cookie.slice(0, 63)}${cookie.endsWith('A') ? 'B' : 'A'}`,
    '',
    '"',
  ])
    assert.equal((await list(forged)).status, 303, forged);
  assert.ok(await isIn(`x; chancery_wallet=${cookie}`), 'a broken cookie of the same name is passed over');
});

test('a signed-out session is over for whoever kept its cookie', async () => {
  const cookie = cookieOf(await press(await (await member()).link())) as string;
  const out = await press('/wallet/sign-out', { cookie: `chancery_wallet=${cookie}` });
  assert.match(out.headers.get('set-cookie') ?? '', /^chancery_wallet=; Path=\/wallet; Max-Age=0/);
  assert.ok(!(await isIn(cookie)));
  assert.equal((await press('/wallet/sign-out')).status, 303);
});

test('a form from another site opens nothing, asks for nothing and signs nobody out', async () => {
  const one = await member();
  const link = await one.link();
  const cookie = cookieOf(await press(await one.link())) as string;
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null', 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ];
  const counted = () => belt.sql('select 1 from wallet_link where member_id = $1', [one.id]);
  const before = (await counted()).length;
  for (const headers of foreign) {
    assert.equal((await press(link, headers)).status, 403);
    const out = await press('/wallet/sign-out', { ...headers, cookie: `chancery_wallet=${cookie}` });
    assert.equal(out.status, 403);
    const body = new URLSearchParams({ email: one.email });
    assert.equal((await fetch(`${url}/wallet`, { method: 'POST', body, headers })).status, 403);
  }
  assert.ok(await isIn(cookie));
  assert.equal((await counted()).length, before);
});

const answerTo = async (email: string) => {
  const begun = performance.now();
  const response = await fetch(`${url}/wallet`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ email }),
  });
  const headers = Object.fromEntries(response.headers);
  delete headers.date;
  return { answer: { status: response.status, headers, body: await response.text() }, ms: performance.now() - begun };
};

test('nobody learns whether an address is a member’s: not by the answer, not by its time, not past the limit', async () => {
  const one = await member();
  const known = [];
  const unknown = [];
  for (let round = 0; round < 4; round++) {
    known.push(await answerTo(one.email));
    unknown.push(await answerTo(`nobody${round}@example.com`));
  }
  for (const { answer } of known) assert.deepEqual(answer, unknown[0]?.answer);
  for (const { answer } of unknown) assert.deepEqual(answer, unknown[0]?.answer);
  // A floor and no mean: below it the answer never comes, whoever was asked for.
  for (const { ms } of [...known, ...unknown]) assert.ok(ms >= 395, `${ms} ms`);
  const sent = await belt.sql('select 1 from wallet_link where member_id = $1', [one.id]);
  assert.equal(sent.length, 3, 'the fourth in a quarter of an hour is not sent');
});

longTest(
  'nobody is flooded: three mails in a quarter of an hour and twenty in a day, also where many ask at once',
  async () => {
    const one = await member();
    await Promise.all(Array.from({ length: 10 }, () => answerTo(one.email.toUpperCase())));
    const count = async () => (await belt.sql('select 1 from wallet_link where member_id = $1', [one.id])).length;
    assert.equal(await count(), 3);
    const refused = await fetch(`${url}/chancery/v1/members/${one.id}/wallet-link`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await doors.key(tenant)}` },
    });
    assert.equal(refused.status, 429);
    const wait = Number(refused.headers.get('retry-after'));
    assert.ok(wait > 800 && wait <= 900, `${wait} s`);
    const age = () =>
      belt.sql(`update wallet_link set created_at = created_at - interval '16 minutes' where member_id = $1`, [one.id]);
    for (let round = 0; round < 8; round++) {
      await age();
      for (let more = 0; more < 3; more++) await sendWalletLink(belt.app, tenant.actor, one.id).catch(() => {});
    }
    assert.equal(await count(), 20);
    await belt.sql(`update wallet_link set created_at = created_at - interval '1 day' where member_id = $1`, [one.id]);
    await sendWalletLink(belt.app, tenant.actor, one.id);
  },
);

test('one address of the network asks for so many links a minute, then it is told to wait', async () => {
  await using few = await openTestServer({ environment: { RATE_LIMIT_UNAUTHENTICATED: '2' } });
  const ask = () =>
    fetch(`${few.url}/wallet`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ email: 'a@example.com' }),
    });
  assert.deepEqual([(await ask()).status, (await ask()).status], [303, 303]);
  const refused = await ask();
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  assert.match(await refused.text(), /wait a minute/);
});

test('what is no address is said to be none and can be corrected; forms of every kind are answered', async () => {
  const attack = `"><script>alert('1')</script>`;
  const browser = walletBrowser(url);
  const form = await browser.open('/wallet');
  for (const [typed, sentence] of [
    [attack, /This is no e-mail address/],
    ['  ', /Please type your e-mail address/],
    ['a\0b@example.com', /This is no e-mail address/],
    [`${'x'.repeat(300)}@example.com`, /This is no e-mail address/],
    ['a@example.com, b@example.com', /This is no e-mail address/],
  ] as const) {
    const page = await browser.submit(form, '/wallet', { email: typed });
    assert.equal(page.status, 422);
    assert.match(page.text, sentence);
    if (typed === attack) assert.equal(page.forms[0]?.fields.email, attack);
  }
  const type = 'application/x-www-form-urlencoded';
  for (const [body, headers, status] of [
    ['email=a%40example.com&email=b%40example.com', { 'content-type': type }, 400],
    ['{"email":"a@example.com"}', { 'content-type': 'application/json' }, 415],
    [`email=${'x'.repeat(20_000)}`, { 'content-type': type }, 413],
    ['email=%ff', { 'content-type': type }, 400],
    ['', { 'content-type': type }, 422],
  ] as const)
    assert.equal((await fetch(`${url}/wallet`, { method: 'POST', body, headers })).status, status, body.slice(0, 40));
});

test('markup in names, titles and rows stays text, on every page and in the mail', async () => {
  const attack = `"><img src=x onerror=alert(1)><script>alert('1')</script>`;
  const name = `${attack} Ada`.slice(0, 90);
  const one = await member(name);
  const hostile = { ...template, achievement: { ...template.achievement, name: attack } };
  const other = await belt.addTenant({ template: hostile });
  await belt.sql('update member set organization_id = $2 where id = $1', [one.id, other.organizationId]);
  await belt.sql('update organization set name = $2 where id = $1', [other.organizationId, attack]);
  const id = await belt.createBatch(other, csv([header, [attack, one.email, 'Botany', '']]));
  await belt.waitForBatch(other, id);
  await sendWalletLink(belt.app, other.actor, one.id);
  const link = (await walletMails(belt, one.email))[0]?.link as string;
  const browser = walletBrowser(url);
  const before = await browser.open(link);
  assert.ok(before.text.includes(name) && before.title.includes('<img'));
  const page = await browser.submit(before, link);
  assert.equal(page.path, '/wallet/credentials');
  for (const text of [attack, name]) assert.ok(page.text.includes(text), text);
  assert.deepEqual(page.images, []);
  const linkedIn = page.links.find((one) => one.includes('linkedin')) as string;
  assert.equal(new URL(linkedIn).searchParams.get('name'), attack);
});

longTest('a link’s mail that comes too late is not sent, nor one so late that the link was thrown away', async () => {
  const one = await member();
  const notices = [randomUUID(), randomUUID()];
  await belt.sql(
    `insert into wallet_link (id, organization_id, member_id, email_key, expires_at) values ($1, $2, $3, $4, clock_timestamp())`,
    [notices[0], tenant.organizationId, one.id, one.email],
  );
  for (const id of notices) {
    await belt.sql(
      `insert into notice (id, organization_id, kind, recipient_name, recipient_address, payload, message_id)
       values ($1, $2, 'wallet_link', 'E', $3, '{"language": "en", "publicUrl": "http://x.example", "expiresAt": "2026-01-01T00:00:00Z"}', $4)`,
      [id, tenant.organizationId, one.email, `<${id}@y>`],
    );
    await belt.app.db.organization(tenant.organizationId, (tx) =>
      belt.app.queue.enqueue(tx, 'deliver', [{ stage: 'notify', organizationId: tenant.organizationId, chunkId: id }]),
    );
  }
  await walletMails(
    belt,
    (await member().then(async (next) => ({ email: next.email, sent: await next.link() }))).email,
  );
  const states = await belt.sql<{ status: string }>('select status from notice where id = any($1)', [notices]);
  assert.deepEqual(states, [{ status: 'cancelled' }, { status: 'cancelled' }]);
});

longTest(
  'links and sessions that are over for a day are thrown away, those that still say something are kept',
  async () => {
    const one = await member();
    const [old, recent] = [await one.link(), await one.link()];
    const cookie = cookieOf(await press(recent)) as string;
    const session = unsealId(masterKey, 'walletSession', cookie);
    await belt.sql(`update wallet_link set expires_at = clock_timestamp() - interval '25 hours' where id = $1`, [
      linkId(old),
    ]);
    while ((await belt.database.owner(sweepWallets)) > 0);
    assert.equal((await open(url, old)).status, 404);
    assert.equal((await open(url, recent)).status, 410);
    assert.ok(await isIn(cookie));
    await belt.sql(`update wallet_session set expires_at = clock_timestamp() - interval '25 hours' where id = $1`, [
      session,
    ]);
    assert.ok((await belt.database.owner(sweepWallets)) > 0);
    assert.ok(!(await isIn(cookie)));
    assert.deepEqual(await belt.sql('select 1 from wallet_session where id = $1', [session]), []);
  },
);
