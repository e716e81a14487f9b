import assert from 'node:assert/strict';
import test from 'node:test';
import { sharedRead } from './shared-read.ts';

/** Reads that end when told to; each gives its number. */
function slowReads() {
  const ends: (() => void)[] = [];
  const read = () => {
    const number = ends.length + 1;
    return new Promise<number>((resolve) => ends.push(() => resolve(number)));
  };
  return { read, ends };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('a thousand who ask at once cost two reads, and those who came late get the later one', async () => {
  const share = sharedRead<number>();
  const { read, ends } = slowReads();
  const first = share('a', read);
  const late = Array.from({ length: 999 }, () => share('a', read));
  ends[0]?.();
  assert.equal(await first, 1);
  await turn();
  ends[1]?.();
  assert.deepEqual(new Set(await Promise.all(late)), new Set([2]));
  assert.equal(ends.length, 2);
});

test('keys do not wait for each other, and whoever asks later reads anew', async () => {
  const share = sharedRead<number>();
  const { read, ends } = slowReads();
  const a = share('a', read);
  const b = share('b', read);
  ends[1]?.();
  assert.equal(await b, 2);
  ends[0]?.();
  assert.equal(await a, 1);
  await turn();
  const again = share('a', read);
  ends[2]?.();
  assert.equal(await again, 3);
});

test('a read that fails tells only those who asked for it', async () => {
  const share = sharedRead<number>();
  const { promise, reject } = Promise.withResolvers<number>();
  const first = share('a', () => promise);
  const second = share('a', async () => 2);
  reject(new Error('gone'));
  await assert.rejects(first, /gone/);
  assert.equal(await second, 2);
});
