/** What is asked for stays, what is too much goes, and nothing is made twice while it is there. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { keepRecent } from './keep-recent.ts';

/** Counts how often each is made. */
function shelf(limits: { count: number; bytes?: number }) {
  const made: string[] = [];
  const recent = keepRecent<string>(limits, (one) => one.length);
  const get = (key: string, value = key) =>
    recent.get(key, async () => {
      made.push(key);
      return value;
    });
  return { made, get, recent };
}

test('it is made once, also for those who ask while it is being made', async () => {
  const { made, get } = shelf({ count: 2 });
  assert.deepEqual(await Promise.all([get('a'), get('a', 'other'), get('a')]), ['a', 'a', 'a']);
  assert.equal(await get('a'), 'a');
  assert.deepEqual(made, ['a']);
});

test('past the count the one that was used longest ago goes', async () => {
  const { made, get } = shelf({ count: 2 });
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await get(key);
  assert.deepEqual(made, ['a', 'b', 'c', 'b']);
});

test('past the size the oldest go until it fits, and one that is too large by itself stays until another comes', async () => {
  const { made, get } = shelf({ count: 100, bytes: 10 });
  const large = 'x'.repeat(50);
  await get('a', '1234');
  await get('b', '1234');
  await get('c', '1234');
  await get('b');
  await get('c');
  await get('a', '1234');
  assert.deepEqual(made, ['a', 'b', 'c', 'a']);
  await get('large', large);
  assert.equal(await get('large'), large);
  await get('a', '1234');
  await get('large', large);
  assert.deepEqual(made, ['a', 'b', 'c', 'a', 'large', 'a', 'large']);
  // What was dropped counts no more.
  await get('d', '12345');
  await get('e', '12345');
  await get('d');
  assert.deepEqual(made.slice(7), ['d', 'e']);
});

test('a failure is told to all who wait for it and is not kept', async () => {
  const { recent, get, made } = shelf({ count: 1 });
  const fail = () => recent.get('a', () => Promise.reject(new Error('away')));
  const asked = await Promise.allSettled([fail(), get('a')]);
  assert.deepEqual(
    asked.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.equal(await get('a'), 'a');
  assert.deepEqual(made, ['a']);
});

test('what was dropped while it was being made neither counts nor pushes out its successor', async () => {
  const { recent, get, made } = shelf({ count: 1, bytes: 10 });
  const slow = Promise.withResolvers<string>();
  const first = recent.get('a', () => slow.promise);
  assert.equal(await get('b', '12345'), '12345');
  assert.equal(await get('a', 'new'), 'new');
  slow.resolve('x'.repeat(100));
  assert.equal((await first).length, 100);
  assert.equal(await get('a'), 'new');
  assert.deepEqual(made, ['b', 'a']);
});
