import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPasswords, usualCost } from './passwords.ts';

const cheap = { N: 2 ** 10, r: 8, p: 1 };
const passwords = openPasswords(cheap);

test('a password fits at the cost at which it was stored, whatever new ones cost', async () => {
  const stored = await openPasswords({ ...cheap, p: 2 }).hash('same one');
  assert.match(stored, /^scrypt\$1024\$8\$2\$/);
  assert.deepEqual(await Promise.all(['same one', 'other one'].map((shown) => passwords.fits(shown, stored))), [
    true,
    false,
  ]);
});

test('new ones cost what OWASP asks for, and have a salt of their own', async () => {
  assert.deepEqual(usualCost, { N: 32_768, r: 8, p: 3 });
  const usual = openPasswords();
  const stored = await Promise.all([usual.hash('same one'), usual.hash('same one')]);
  for (const one of stored) assert.match(one, /^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
  assert.notEqual(stored[0], stored[1]);
});

test('composed and decomposed letters are the same password', async () => {
  const stored = await passwords.hash('Zo\u00eb Caf\u00e9');
  assert.equal(await passwords.fits('Zoe\u0308 Cafe\u0301', stored), true);
});

test('more than a hundred that wait are refused, and the line moves on', async () => {
  const all = await Promise.allSettled(Array.from({ length: 110 }, () => passwords.pretend('guess')));
  assert.equal(all.filter(({ status }) => status === 'fulfilled').length, 102);
  for (const one of all) if (one.status === 'rejected') assert.equal(one.reason.code, 'not_ready');
  await passwords.pretend('guess');
});

test('what is stored in no known form is a fault, not a wrong password', async () => {
  for (const stored of ['', 'x', 'md5$1$2$3$4$5', 'scrypt$1024$8$1$$']) {
    await assert.rejects(passwords.fits('x', stored), { code: 'internal' });
  }
});
