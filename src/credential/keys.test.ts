/** Keys are real Ed25519 keys under their Multikey names, and a sealed key opens only as what it was sealed for. */

import assert from 'node:assert/strict';
import { randomBytes, sign, verify } from 'node:crypto';
import { test } from 'node:test';
import { decodeBase58, encodeBase58 } from './base58.ts';
import {
  createCredentialKey,
  decryptKey,
  encryptKey,
  keyIdOf,
  openSigningKey,
  publicKeyFromMultibase,
  publicKeyMultibaseOf,
  publicKeyOf,
  signingKey,
  verifyingKey,
} from './keys.ts';

test('a new key signs, verifies and bears its own name', () => {
  const key = createCredentialKey();
  const data = randomBytes(64);
  assert.ok(verify(null, data, verifyingKey(key.publicKey), sign(null, data, signingKey(key.privateKey))));
  assert.match(key.publicKeyMultibase, /^z6Mk[1-9A-HJ-NP-Za-km-z]{44}$/);
  assert.deepEqual(publicKeyFromMultibase(key.publicKeyMultibase), key.publicKey);
  assert.deepEqual(publicKeyOf(key.privateKey), key.publicKey);
  assert.equal(keyIdOf('did:web:a', 'z6Mkx'), 'did:web:a#z6Mkx');
  assert.notDeepEqual(createCredentialKey().privateKey, key.privateKey);
});

test('a published Multikey reads as the published bytes', () => {
  const hex = '4bdeafde2ea8beefadd8c699b5c7e0704cf51154d52e17b20b71337ca04cc5a5';
  const multibase = 'z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi';
  assert.equal(publicKeyMultibaseOf(Buffer.from(hex, 'hex')), multibase);
  assert.equal(Buffer.from(publicKeyFromMultibase(multibase) as Uint8Array).toString('hex'), hex);
});

test('text that is no Ed25519 Multikey gives no key', () => {
  const p256 = 'zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP';
  for (const text of ['', 'z', 'u7QE', 'z6Mk', 'z0OIl', p256, `${createCredentialKey().publicKeyMultibase}1`])
    assert.equal(publicKeyFromMultibase(text), undefined, text);
  assert.throws(() => signingKey(Buffer.from('not a key')));
  assert.throws(() => verifyingKey(Buffer.alloc(31)));
});

test('a sealed key opens with its master key and context, and sealing twice never gives the same bytes', () => {
  const master = randomBytes(32);
  const plain = createCredentialKey().privateKey;
  const sealed = encryptKey(master, plain, 'organization 1');
  assert.deepEqual(decryptKey(master, sealed, 'organization 1'), plain);
  assert.notDeepEqual(encryptKey(master, plain, 'organization 1'), sealed);
  assert.equal(Buffer.from(sealed).includes(Buffer.from(plain.slice(-32))), false);
  assert.deepEqual(decryptKey(master, encryptKey(master, new Uint8Array(), ''), ''), new Uint8Array());
});

test('a sealed key does not open with another master key, for another context, or with any bit changed', () => {
  const master = randomBytes(32);
  const sealed = encryptKey(master, createCredentialKey().privateKey, 'organization 1');
  const refused = { name: 'ChanceryError', code: 'internal' };
  assert.throws(() => decryptKey(randomBytes(32), sealed, 'organization 1'), refused);
  assert.throws(() => decryptKey(master, sealed, 'organization 2'), refused);
  assert.throws(() => decryptKey(randomBytes(16), sealed, 'organization 1'), refused);
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const copy = Uint8Array.from(sealed);
    copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
    assert.throws(() => decryptKey(master, copy, 'organization 1'), refused, `bit ${bit}`);
  }
  for (const length of [0, 1, 28, sealed.length - 1])
    assert.throws(() => decryptKey(master, sealed.slice(0, length), 'organization 1'), refused);
});

test('base58 goes there and back for every length, and knows the published examples', () => {
  assert.equal(encodeBase58(Buffer.from('Hello World!')), '2NEpo7TZRRrLZSi2U');
  assert.equal(encodeBase58(Buffer.from('0000287fb4cd', 'hex')), '11233QC4');
  for (let length = 0; length < 80; length++)
    for (const bytes of [
      randomBytes(length),
      Buffer.alloc(length),
      Buffer.alloc(length, 255),
      Buffer.concat([Buffer.alloc(3), randomBytes(length)]),
    ]) {
      const text = encodeBase58(bytes);
      assert.deepEqual(Buffer.from(decodeBase58(text) as Uint8Array), bytes);
    }
  for (const text of ['0', 'O', 'I', 'l', 'a b', 'é', '1'.repeat(201)]) assert.equal(decodeBase58(text), undefined);
});

test('a stored signing key is opened only where private half, public half and name belong together', () => {
  const masterKey = randomBytes(32);
  const [key, other] = [createCredentialKey(), createCredentialKey()];
  const row = {
    id: 'a',
    privateKey: encryptKey(masterKey, key.privateKey, 'a'),
    publicKey: key.publicKey,
    multibase: key.publicKeyMultibase,
    certificate: null,
  };
  assert.deepEqual(openSigningKey(masterKey, row), key.privateKey);
  for (const wrong of [
    { publicKey: other.publicKey },
    { multibase: other.publicKeyMultibase },
    { privateKey: encryptKey(masterKey, other.privateKey, 'a') },
    { id: 'b' },
  ])
    assert.throws(() => openSigningKey(masterKey, { ...row, ...wrong }), { code: 'internal' });
  assert.throws(() => openSigningKey(randomBytes(32), row), { code: 'internal' });
});
