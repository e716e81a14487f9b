/** Mail accounts: HTTP Basic at a door behind `guardAccount`, passwords at rest and in memory, limits, and what a change ends. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type FastifyInstance, fastify } from 'fastify';
import { type App, openApp } from '../src/app.ts';
import { guardAccount } from '../src/http/basic.ts';
import { normalizeError } from '../src/http/normalize-error.ts';
import { openRateLimits } from '../src/http/rate-limits.ts';
import { openLog } from '../src/log.ts';
import { disableMailAccount, setMailAccountPassword } from '../src/usecases/mail-accounts/change-mail-account.ts';
import { createMailAccount } from '../src/usecases/mail-accounts/create-mail-account.ts';
import { openPasswords, type Passwords } from '../src/usecases/mail-accounts/passwords.ts';
import { openTestApp, type Tenant, type TestApp } from './support/open-test-app.ts';

let own: TestApp;
let tenant: Tenant;
let door: Door;

/** Says who asks. */
async function openDoor(app: App) {
  const server: FastifyInstance = fastify();
  server.setErrorHandler((thrown, _, reply) => {
    const { code } = normalizeError(thrown);
    reply.code(code === 'unauthenticated' ? 401 : code === 'too_many_requests' ? 429 : 500).send(code);
  });
  guardAccount(server, app, openRateLimits());
  server.get('/', async ({ actor }) => actor);
  const ask = async (login?: string | Buffer, scheme = 'Basic') => {
    const authorization = login === undefined ? undefined : `${scheme} ${Buffer.from(login).toString('base64')}`;
    const answer = await server.inject({ url: '/', headers: authorization === undefined ? {} : { authorization } });
    return { status: answer.statusCode, headers: answer.headers, body: answer.body };
  };
  return { server, ask };
}
type Door = Awaited<ReturnType<typeof openDoor>>;

/** How often a key was derived. */
let derived = 0;
const cheap = openPasswords({ N: 2 ** 10, r: 8, p: 1 });
const counted = <Args extends unknown[], R>(derive: (...args: Args) => R) => {
  return (...args: Args) => {
    derived++;
    return derive(...args);
  };
};
const passwords: Passwords = {
  hash: counted(cheap.hash),
  fits: counted(cheap.fits),
  pretend: counted(cheap.pretend),
};

before(async () => {
  own = await openTestApp({ overrides: { passwords } });
  tenant = await own.addTenant();
  door = await openDoor(own.app);
});
after(async () => {
  await door?.server.close();
  await own?.[Symbol.asyncDispose]();
});

let made = 0;
async function account(more: Partial<Parameters<typeof createMailAccount>[2]> = {}) {
  const username = more.username ?? `sender-${made++}`;
  const { row, password } = await createMailAccount(own.app, tenant.actor, { username, ...more });
  return { id: row.id, username, password, login: `${username}:${password}` };
}

test('name and password open the door as the account’s actor, in any case of the name', async () => {
  const returnAddress = {
    name: 'Registrar',
    address1: '1 College Way',
    city: 'Flint',
    state: 'MI',
    postalCode: '48502',
  };
  const { id, username, login } = await account({ username: 'Northbridge Mail', returnAddress, rateLimit: 7 });
  const { status, body } = await door.ask(login);
  assert.equal(status, 200);
  const actor = JSON.parse(body);
  assert.deepEqual(
    [actor.organizationId, actor.test, actor.label],
    [tenant.organizationId, false, `mail_account:${id}`],
  );
  assert.deepEqual(
    [actor.account.id, actor.account.username, actor.account.rateLimit, actor.account.returnAddress.city],
    [id, username, 7, 'Flint'],
  );
  assert.deepEqual(actor.account.returnAddress.address3, '');
  assert.ok(!actor.scopes.includes('*'));
  assert.equal(
    (await door.ask(login.toLowerCase().replace(/:.*/, login.slice(login.indexOf(':'))), 'basic')).status,
    200,
  );
  const staging = await account({ mode: 'test' });
  assert.equal(JSON.parse((await door.ask(staging.login)).body).test, true);
});

test('a password may hold colons and every letter, in UTF-8 or Latin-1, composed or not', async () => {
  const { username } = await account({ password: 'schlüssel:mit:ß' });
  for (const login of [`${username}:schlüssel:mit:ß`, `${username}:schlüssel:mit:ß`.normalize('NFD')])
    assert.equal((await door.ask(login)).status, 200, login);
  assert.equal((await door.ask(Buffer.from(`${username}:schlüssel:mit:ß`, 'latin1'))).status, 200);
});

test('whatever else is shown is answered 401 with the challenge, and all alike', async () => {
  const { username, password } = await account();
  const disabled = await account();
  await disableMailAccount(own.app, tenant.actor, disabled.id);
  const logins: (string | undefined)[] = [
    undefined,
    '',
    ':',
    username,
    `${username}:`,
    `${username}:${password} `,
    `${username}:${password.toLowerCase()}`,
    `${username} :${password}`,
    `nobody:${password}`,
    disabled.login,
    `${username}\0:${password}`,
    `${'x'.repeat(600)}:${password}`,
    `${username}:${'x'.repeat(600)}`,
  ];
  for (const login of logins) {
    const { status, headers, body } = await door.ask(login);
    assert.deepEqual([status, body], [401, 'unauthenticated'], login);
    assert.equal(headers['www-authenticate'], 'Basic realm="Chancery", charset="UTF-8"');
  }
  assert.equal((await door.ask(`${username}:${password}`, 'Bearer')).status, 401);
  assert.equal((await door.ask(`${username}:${password}`)).headers['www-authenticate'], undefined);
});

test('a password is kept as scrypt with a salt of its own, and its use is remembered', async () => {
  const [one, two] = [await account({ password: 'the same one' }), await account({ password: 'the same one' })];
  await door.ask(one.login);
  const rows = await own.sql<{ hash: string; used: boolean }>(
    'select password_hash as hash, last_used_at is not null as used from mail_account where id = any($1) order by username',
    [[one.id, two.id]],
  );
  for (const { hash } of rows) assert.match(hash, /^scrypt\$1024\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
  assert.notEqual(rows[0]?.hash, rows[1]?.hash);
  assert.deepEqual(rows.map(({ used }) => used).sort(), [false, true]);
  const everywhere = await own.sql<{ text: string }>(
    'select to_jsonb(event)::text as text from event union all select to_jsonb(mail_account)::text from mail_account',
  );
  assert.ok(everywhere.every(({ text }) => !text.includes('the same one')));
});

test('a password that was found right costs no scrypt for a while; a wrong one does each time', async () => {
  const { username, login } = await account();
  const costOf = async (...shown: string[]) => {
    const before = derived;
    for (const one of shown) await door.ask(one);
    return derived - before;
  };
  assert.equal(await costOf(login), 1);
  assert.equal(await costOf(login, login, login), 0);
  assert.equal(await costOf(`no-such-${username}:x`, `no-such-${username}:x`), 2);
  assert.equal(await costOf(`${username}:wrong password`, `${username}:wrong password`), 2);
});

test('many requests at once with one login are checked once, and many different ones one by one', async () => {
  const { login, username } = await account();
  const before = derived;
  const same = await Promise.all(Array.from({ length: 40 }, () => door.ask(login)));
  assert.ok(same.every(({ status }) => status === 200));
  assert.equal(derived - before, 1);
  const others = await Promise.all(Array.from({ length: 6 }, (_, at) => door.ask(`${username}:guess ${at}`)));
  assert.ok(others.every(({ status }) => status === 401));
  assert.equal(derived - before, 7);
});

test('another password ends the old one at once, here and in every other process', async () => {
  await using elsewhere = await openApp(own.app.config, openLog('silent'), { passwords: cheap });
  const far = await openDoor(elsewhere);
  const { id, username, login } = await account();
  for (const { ask } of [door, far]) assert.equal((await ask(login)).status, 200);
  const { password } = await setMailAccountPassword(elsewhere, tenant.actor, username);
  assert.equal((await door.ask(login)).status, 401);
  assert.equal((await door.ask(`${username}:${password}`)).status, 200);
  const until = async (shown: string, wanted: number) => {
    let status = 0;
    for (const deadline = performance.now() + 5_000; status !== wanted && performance.now() < deadline; )
      ({ status } = await far.ask(shown));
    assert.equal(status, wanted);
  };
  await until(login, 401);
  await until(`${username}:${password}`, 200);
  await disableMailAccount(own.app, tenant.actor, id);
  assert.equal((await door.ask(`${username}:${password}`)).status, 401);
  await until(`${username}:${password}`, 401);
  await far.server.close();
});

test('outside of tests a password costs what it should', async () => {
  await using usual = await openApp(own.app.config, openLog('silent'));
  const { id, username } = await account();
  await setMailAccountPassword(usual, tenant.actor, username);
  const [kept] = await own.sql<{ hash: string }>('select password_hash as hash from mail_account where id = $1', [id]);
  assert.match(kept?.hash ?? '', /^scrypt\$32768\$8\$3\$/);
});

test('names are taken once on the whole installation, and nonsense makes no account', async () => {
  const other = await own.addTenant();
  const { username } = await account();
  const make = (input: object) =>
    createMailAccount(own.app, other.actor, { username: 'fine', ...input }).then(
      () => 'made',
      ({ code }: { code: string }) => code,
    );
  assert.equal(await make({ username: username.toUpperCase() }), 'conflict');
  for (const bad of ['', ' ', 'a:b', ' a', 'a\u0000', 'x'.repeat(101)])
    assert.equal(await make({ username: bad }), 'invalid_input', bad);
  for (const password of ['', 'short', 'x'.repeat(201), 'tab\tinside it'])
    assert.equal(await make({ password }), 'invalid_input', password);
  for (const returnAddress of [
    {},
    { address1: 'a' },
    { address1: 'a\nb', city: 'c' },
    { address1: 'a', city: 'x'.repeat(101) },
  ])
    assert.equal(await make({ returnAddress }), 'invalid_input', JSON.stringify(returnAddress));
  const tester = { ...other.actor, test: true };
  await assert.rejects(createMailAccount(own.app, tester, { username: 'l', mode: 'live' }), { code: 'forbidden' });
  await assert.rejects(disableMailAccount(own.app, other.actor, username), { code: 'not_found' });
});

test('an account has its limit, and guessing an address’s; who shows nothing is only asked', async () => {
  await using limited = await openTestApp({ environment: { RATE_LIMIT: '3', RATE_LIMIT_UNAUTHENTICATED: '2' } });
  const { actor } = await limited.addTenant();
  const { ask, server } = await openDoor(limited.app);
  const make = async (username: string, rateLimit: number | null) =>
    `${username}:${(await createMailAccount(limited.app, actor, { username, rateLimit })).password}`;
  const [free, bound] = [await make('free', 0), await make('bound', null)];
  const statuses = [];
  for (let at = 0; at < 4; at++) statuses.push((await ask(bound)).status);
  assert.deepEqual(statuses, [200, 200, 200, 429]);
  for (let at = 0; at < 9; at++) assert.equal((await ask(free)).status, 200);
  for (let at = 0; at < 5; at++) assert.equal((await ask()).status, 401, 'the challenge is not used up');
  for (const wanted of [401, 401, 429]) assert.equal((await ask('free:guess')).status, wanted);
  assert.equal((await ask('bound:guess')).status, 429);
  assert.equal((await ask(free)).status, 200, 'who was known before still passes');
  assert.equal((await ask()).status, 401);
  await server.close();
});
