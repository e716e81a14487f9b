/** What is remembered of signatures: good ones, of exactly these bytes under exactly this key, and only so many. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCheckedProofs } from './checked-proofs.ts';
import { fillCredential } from './fill-credential.ts';
import { sampleFacts, sampleKey, sampleKeyId, sampleProgram } from './test-samples.ts';
import { verifyCredential } from './verify-credential.ts';

const [one, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];

test('a good signature is checked once, by however many at a time; another text or key is checked for itself', async () => {
  const proofs = openCheckedProofs();
  let checks = 0;
  const check = async () => ++checks > 0;
  assert.deepEqual(await Promise.all([1, 2, 3].map(() => proofs.find('text', one, check))), [true, true, true]);
  assert.equal(checks, 1);
  await proofs.find('text ', one, check);
  await proofs.find('text', other, check);
  assert.equal(checks, 3);
});

test('a bad signature and a check that failed are looked at again each time', async () => {
  const proofs = openCheckedProofs();
  let checks = 0;
  for (let round = 1; round <= 2; round++) {
    assert.equal(await proofs.find('bad', one, async () => ++checks < 0), false);
    await assert.rejects(proofs.find('broken', one, () => Promise.reject(new Error(`${++checks}`))));
    assert.equal(checks, 2 * round);
  }
});

test('those that were asked for last stay', async () => {
  const proofs = openCheckedProofs(2);
  const checked: string[] = [];
  for (const text of ['a', 'b', 'a', 'c', 'a', 'b'])
    await proofs.find(text, one, async () => {
      checked.push(text);
      return true;
    });
  assert.deepEqual(checked, ['a', 'b', 'c', 'b']);
});

test('with a memory, a credential is still unchanged for its own bytes and key alone, and its expiry is told anew', async () => {
  const text = await fillCredential(await sampleProgram(), sampleFacts());
  const proofs = openCheckedProofs();
  const verify = (of: string, key: Uint8Array, at = '2026-06-01') =>
    verifyCredential(of, (id) => (id === sampleKeyId ? key : undefined), new Date(at), proofs);
  for (let round = 0; round < 2; round++) {
    assert.equal((await verify(text, sampleKey.publicKey)).verdict, 'unchanged');
    const name = sampleFacts().name;
    const changed = text.replaceAll(name, `${name}x`);
    assert.notEqual(changed, text);
    assert.deepEqual((await verify(changed, sampleKey.publicKey)).reasons, ['signature']);
    assert.deepEqual((await verify(text, other)).reasons, ['signature']);
    assert.equal((await verify(text, sampleKey.publicKey, '2031-01-01')).expired, true);
  }
});
