/** Sealed ids: they open what they were made for, under the key they were made with, and nothing near them opens anything. */

import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import test from 'node:test';
import { sealId, unsealId } from './sealed-id.ts';

test('a token leads back to its id under the same key only, and no changed character survives', () => {
  const key = randomBytes(32);
  for (let round = 0; round < 50; round++) {
    const id = randomUUID();
    const token = sealId(key, 'approvalLink', id);
    assert.match(token, /^[A-Za-z0-9_-]{64}$/);
    assert.equal(token, sealId(key, 'approvalLink', id));
    assert.equal(unsealId(key, 'approvalLink', token), id);
    assert.equal(unsealId(randomBytes(32), 'approvalLink', token), undefined);
    const at = (round * 7) % 64;
    const other = token[at] === 'A' ? 'B' : 'A';
    assert.equal(unsealId(key, 'approvalLink', token.slice(0, at) + other + token.slice(at + 1)), undefined);
  }
  for (const wrong of ['', 'x', '='.repeat(64), 'é'.repeat(64), 'A'.repeat(64), 'A'.repeat(10_000)])
    assert.equal(unsealId(key, 'approvalLink', wrong), undefined);
});

test('a token for one purpose opens nothing of another', () => {
  const key = randomBytes(32);
  const id = randomUUID();
  const purposes = ['approvalLink', 'walletLink', 'walletSession'] as const;
  for (const made of purposes)
    for (const asked of purposes)
      assert.equal(unsealId(key, asked, sealId(key, made, id)), made === asked ? id : undefined, `${made} as ${asked}`);
});

test('links that were mailed before stay good: the token for a known key and id is what it was', () => {
  assert.equal(
    sealId(new Uint8Array(32), 'approvalLink', '00000000-0000-4000-8000-000000000001'),
    'AAAAAAAAQACAAAAAAAAAAfj805_tUj1VRtAY1Bpr9TaLgdaChviP-cVd-XCJcFw9',
  );
});
