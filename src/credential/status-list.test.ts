/** Status lists carry exactly the revoked places, and places are handed out in an order only the secret knows. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { ChanceryError } from '../errors.ts';
import { checkProof } from './proof.ts';
import { readStatusList, signStatusList, statusIndexAt, statusListLength } from './status-list.ts';
import { sampleDid, sampleKey, sampleKeyId, seededRandom } from './test-samples.ts';

const sign = (revoked: number[]) =>
  signStatusList({
    id: 'https://credentials.example.org/status-lists/1',
    issuer: sampleDid,
    keyId: sampleKeyId,
    privateKey: sampleKey.privateKey,
    revoked,
    validFrom: '2026-03-01T00:00:00Z',
  });

test('exactly the revoked places read as revoked', async () => {
  const random = seededRandom(3);
  const revoked = new Set([0, 7, 8, statusListLength - 1]);
  while (revoked.size < 500) revoked.add(Math.floor(random() * statusListLength));
  const isRevoked = readStatusList(await sign([...revoked]));
  for (let index = 0; index < statusListLength; index++) assert.equal(isRevoked(index), revoked.has(index));
  for (const index of [-1, statusListLength, 0.5, Number.NaN]) assert.throws(() => isRevoked(index), ChanceryError);
});

test('place 0 is the leftmost bit of the list, which is gzip in base64url after the letter u', async () => {
  const list = JSON.parse(await sign([0, 9]));
  const bits = gunzipSync(Buffer.from(list.credentialSubject.encodedList.slice(1), 'base64url'));
  assert.equal(list.credentialSubject.encodedList[0], 'u');
  assert.deepEqual([bits.length, bits[0], bits[1], bits[2]], [16_384, 0b1000_0000, 0b0100_0000, 0]);
  assert.deepEqual(list.type, ['VerifiableCredential', 'BitstringStatusListCredential']);
  assert.equal(list.credentialSubject.statusPurpose, 'revocation');
});

test('a list is signed by its issuer, and the same list has the same text', async () => {
  const text = await sign([5, 3]);
  assert.equal(text, await sign([3, 5, 3]));
  const list = JSON.parse(text);
  assert.ok(await checkProof(list, list.proof, sampleKey.publicKey));
  list.credentialSubject.encodedList = JSON.parse(await sign([3])).credentialSubject.encodedList;
  assert.equal(await checkProof(list, list.proof, sampleKey.publicKey), false);
});

test('a place outside the list is not signed', async () => {
  for (const index of [-1, statusListLength, 1.5, Number.NaN]) await assert.rejects(sign([index]), ChanceryError);
});

test('what is no status list is refused, packed bombs and short lists included', () => {
  const wrap = (bytes: Buffer) =>
    JSON.stringify({ credentialSubject: { encodedList: `u${gzipSync(bytes).toString('base64url')}` } });
  for (const text of [
    '',
    '{}',
    'null',
    '{"credentialSubject":{"encodedList":"u!!"}}',
    wrap(Buffer.alloc(100)),
    wrap(Buffer.alloc(17 << 20)),
  ])
    assert.throws(
      () => readStatusList(text),
      (error: ChanceryError) => error.code === 'invalid_input',
    );
});

test('every position has a place of its own, and the places stay in the list', () => {
  for (const secret of [randomBytes(32), Buffer.alloc(32)]) {
    const seen = new Uint8Array(statusListLength);
    for (let position = 0; position < statusListLength; position++) {
      const index = statusIndexAt(secret, position);
      assert.equal(seen[index], 0);
      seen[index] = 1;
    }
  }
});

test('neighbouring positions lie far apart, and another secret gives another order', () => {
  const secret = Buffer.alloc(32, 1);
  const places = Array.from({ length: 2_000 }, (_, position) => statusIndexAt(secret, position));
  const distances = places.slice(1).map((place, at) => Math.abs(place - (places[at] as number)));
  const mean = distances.reduce((sum, distance) => sum + distance, 0) / distances.length;
  assert.ok(Math.abs(mean - statusListLength / 3) < statusListLength / 30, `mean distance ${mean}`);
  const ascending = places.filter((place, at) => at > 0 && place > (places[at - 1] as number)).length;
  assert.ok(Math.abs(ascending - 1_000) < 100, `${ascending} of 2,000 ascend`);
  const others = places.filter((place, position) => place === statusIndexAt(Buffer.alloc(32, 2), position));
  assert.ok(others.length < 5);
});

test('a position outside the list and a short secret are refused', () => {
  for (const position of [-1, statusListLength, 0.5])
    assert.throws(() => statusIndexAt(Buffer.alloc(32), position), ChanceryError);
  assert.throws(() => statusIndexAt(Buffer.alloc(8), 0), ChanceryError);
});
