/** `chancery account` as an operator uses it: what it prints logs in, and what it ends is ended. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { logIn } from '../src/usecases/mail-accounts/log-in.ts';
import { compileCache } from './support/compile-cache.ts';
import { openTestApp, type TestApp } from './support/open-test-app.ts';

const program = fileURLToPath(new URL('../src/main.ts', import.meta.url));

let own: TestApp;

before(async () => {
  own = await openTestApp();
  await own.addTenant();
});
after(() => own?.[Symbol.asyncDispose]());

async function account(args: string[], input = '') {
  const { DATABASE_URL } = own.app.config;
  const child = spawn(process.execPath, [program, 'account', ...args], {
    env: { ...compileCache, PATH: process.env.PATH, DATABASE_URL, CHANCERY_DATA: own.dataDirectory },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // Who needs no input may be gone before it comes.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [out, err] = (await Promise.all(
    [child.stdout, child.stderr].map(async (stream) => Buffer.concat(await stream.toArray()).toString('utf8')),
  )) as [string, string];
  const code = child.exitCode ?? (await new Promise<number | null>((resolve) => child.once('exit', resolve)));
  return { code, out, err };
}

async function logsIn(username: string, password: string) {
  own.app.recentAccounts.forget();
  return logIn(own.app, { username, password }).then(
    ({ account: found, test: staging }) => ({ ...found, staging }),
    ({ code }: { code: string }) => code,
  );
}

test('an account is made, logs in, gets another password, is listed and disabled', async () => {
  const parts = { name: 'The Registrar', address1: '1 College Way', city: 'Flint', state: 'MI', postalCode: '48502' };
  const returned = Object.entries(parts).flatMap(([part, text]) => ['--return', `${part}=${text}`]);
  const made = await account(['create', 'Registrar', ...returned, '--rate-limit', '9']);
  assert.deepEqual([made.code, made.out.split('\n').length], [0, 2], made.err);
  const first = made.out.trim();
  const found = (await logsIn('registrar', first)) as Record<string, unknown>;
  assert.deepEqual([found.username, found.staging, found.rateLimit], ['Registrar', false, 9]);
  assert.deepEqual(found.returnAddress, { ...parts, organization: '', address2: '', address3: '', country: '' });

  const changed = await account(['password', 'Registrar', '--password-stdin'], 'ours since 1962\r\n');
  assert.deepEqual([changed.code, changed.out], [0, ''], 'what came by stdin is not printed');
  assert.equal(await logsIn('Registrar', first), 'unauthenticated');
  assert.equal(((await logsIn('Registrar', 'ours since 1962')) as { id: string }).id, found.id);

  const staging = await account(['create', 'registrar-staging', '--staging', '--json']);
  const { username, password } = JSON.parse(staging.out) as Record<string, string>;
  assert.equal(((await logsIn(username as string, password as string)) as { staging: boolean }).staging, true);

  const taken = await account(['create', 'REGISTRAR']);
  assert.deepEqual([taken.code, taken.out], [1, '']);
  assert.match(taken.err, /there is an account of that name/);

  assert.equal((await account(['disable', found.id as string])).code, 0);
  assert.equal(await logsIn('Registrar', 'ours since 1962'), 'unauthenticated');
  const { out } = await account(['list']);
  assert.match(out, /^\S+ {2}live {2}disabled \S+ \S+ {2}made \S+ \S+ {2}used \S+ \S+ {2}Registrar$/m);
  assert.match(out, /^\S+ {2}staging {2}valid {2}made \S+ \S+ {2}used \S+ \S+ {2}registrar-staging$/m);
  assert.match((await account(['password', 'Registrar'])).err, /"Registrar"; it stays disabled;/);
  const rows = (await account(['list', '--json'])).out.trim().split('\n');
  assert.ok(rows.every((row) => !/password/i.test(row)));
});

test('wrong calls say what is missing, and nothing is made', async () => {
  const before = await own.sql('select count(*) from mail_account');
  for (const args of [[], ['create'], ['list', 'x'], ['password'], ['disable'], ['lose', 'x'], ['toString', 'x']])
    assert.equal((await account(args)).code, 64, args.join(' '));
  for (const [args, reason] of [
    [['create', 'x', '--password-stdin'], /password: .*less than 8/],
    [['create', 'x', '--return', 'street=1'], /parts are name, organization/],
    [['create', 'x', '--return', 'name=N'], /returnAddress\.address1/],
    [['create', 'a:b'], /username: .*colon/],
    [['disable', 'nobody'], /no such mail account/],
  ] as const) {
    const { code, err } = await account([...args]);
    assert.equal(code, 1, args.join(' '));
    assert.match(err, reason);
  }
  assert.deepEqual(await own.sql('select count(*) from mail_account'), before);
});
