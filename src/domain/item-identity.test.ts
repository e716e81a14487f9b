/** What is derived is derived for ever: the values below must never change, or old batches would not replay. */

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import test from 'node:test';
import { addMonths, itemIdentities, referenceIds, statusPlace } from './item-identity.ts';

const seed = Buffer.alloc(32, 7);

test('an identity is the HMAC of the row under the seed, in the form of a UUID v4 and a salt', () => {
  const identityOf = itemIdentities(seed);
  for (const seq of [0, 1, 9, 999_999, 123, Number.MAX_SAFE_INTEGER]) {
    const { id, emailSalt } = identityOf(seq);
    const hmac = createHmac('sha256', seed).update(`item ${seq}`).digest('hex');
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(id.slice(0, 8) + id.slice(9, 13) + id.slice(24), hmac.slice(0, 12) + hmac.slice(20, 32));
    assert.equal(emailSalt, hmac.slice(32));
  }
});

test('reference ids of consecutive rows never repeat, have one form, and the same position gives the same one', () => {
  const referenceAt = referenceIds('VEC-IC', 2026, Buffer.alloc(32, 3));
  const ids = Array.from({ length: 20_000 }, (_, at) => referenceAt(2 ** 40 + at));
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(ids.every((id) => /^VEC-IC-2026[0-9A-F]{13}$/.test(id)));
  assert.equal(referenceIds('VEC-IC', 2026, Buffer.alloc(32, 3))(2 ** 40 + 77), ids[77]);
  assert.notEqual(referenceIds('VEC-IC', 2026, Buffer.alloc(32, 4))(2 ** 40 + 77), ids[77]);
});

test('a row of a batch over two status lists gets its place in the right one', () => {
  const ranges = [
    { firstPosition: 90, count: 10 },
    { firstPosition: 0, count: 5 },
  ];
  assert.deepEqual(statusPlace(ranges, 9), { range: ranges[0], position: 99 });
  assert.deepEqual(statusPlace(ranges, 10), { range: ranges[1], position: 0 });
  assert.throws(() => statusPlace(ranges, 15), RangeError);
});

test('a month after the 31st is the last day of a shorter month', () => {
  assert.equal(addMonths('2024-01-31', 1), '2024-02-29');
  assert.equal(addMonths('2026-11-22', 36), '2029-11-22');
});
