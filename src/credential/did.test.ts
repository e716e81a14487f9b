/** DIDs are spelt as their methods say, and DID documents keep old credentials verifiable. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { didDocument, didKeyOf, didWebOf, publicKeyOfDidKey } from './did.ts';
import { createCredentialKey, keyIdOf } from './keys.ts';
import { canonizeDocument } from './proof.ts';

test('a did:web spells host, port and path', () => {
  assert.equal(didWebOf('https://example.org', []), 'did:web:example.org');
  assert.equal(didWebOf('https://Example.org:443/', []), 'did:web:example.org');
  assert.equal(
    didWebOf('http://127.0.0.1:8080', ['organizations', 'acme']),
    'did:web:127.0.0.1%3A8080:organizations:acme',
  );
  assert.equal(didWebOf('https://example.org/base/', ['a:b', 'ü']), 'did:web:example.org:base:a%3Ab:%C3%BC');
});

test('a did:web is not made from what is no web address', () => {
  for (const url of ['', 'example.org', 'ftp://example.org', 'file:///etc/passwd'])
    assert.throws(() => didWebOf(url, []), url);
  for (const segment of ['', '.', '..']) assert.throws(() => didWebOf('https://example.org', [segment]));
});

test('a did:key gives back its key, and a changed or foreign one gives none', () => {
  const { publicKey, publicKeyMultibase } = createCredentialKey();
  const did = didKeyOf(publicKey);
  assert.equal(did, `did:key:${publicKeyMultibase}`);
  assert.deepEqual(publicKeyOfDidKey(did), publicKey);
  assert.deepEqual(publicKeyOfDidKey(`${did}#${publicKeyMultibase}`), publicKey);
  const other = createCredentialKey().publicKeyMultibase;
  for (const text of [
    `${did}#${other}`,
    `${did}#`,
    `${did}/x`,
    'did:key:',
    'did:web:a',
    `did:key:${publicKeyMultibase}l`,
  ])
    assert.equal(publicKeyOfDidKey(text), undefined, text);
});

test('a DID document lists retired keys for verifying but not for authentication, and all its terms are defined', async () => {
  const did = 'did:web:example.org';
  const [old, current] = [createCredentialKey(), createCredentialKey()];
  const id = (key: typeof old) => keyIdOf(did, key.publicKeyMultibase);
  const document = didDocument(
    did,
    [
      { id: id(old), publicKeyMultibase: old.publicKeyMultibase, retired: true },
      { id: id(current), publicKeyMultibase: current.publicKeyMultibase, retired: false },
    ],
    [{ id: `${did}#other`, type: 'Multikey', controller: did, publicKeyMultibase: 'zDnae' }],
  );
  assert.deepEqual(document.assertionMethod, [id(current), id(old), `${did}#other`]);
  assert.deepEqual(document.authentication, [id(current)]);
  assert.match(await canonizeDocument(document), /publicKeyMultibase/);
});
