/** What every store of blobs does, as tests that any of them must pass. */

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { ChanceryError, type ErrorCode } from '../errors.ts';
import type { Blobs } from './index.ts';

export function fails(code: ErrorCode): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof ChanceryError, String(error));
    assert.equal(error.code, code);
    return true;
  };
}

async function* pieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Registers the tests under the store's name; `open` is called once for each. */
export function testBlobs(store: string, open: () => Promise<Blobs>): void {
  const check = (promise: string, run: (blobs: Blobs) => Promise<void>) =>
    test(`${store}: ${promise}`, async () => {
      const blobs = await open();
      try {
        await run(blobs);
      } finally {
        await blobs.close();
      }
    });

  check('what was put is what is got, whole, by range and as a stream', async (blobs) => {
    const key = 'packs/b1/000-4.pack';
    assert.equal(await blobs.exists(key), false);
    assert.equal(await blobs.put(key, Buffer.from('0123456789')), 10);
    assert.equal(await blobs.exists(key), true);
    assert.equal(String(await blobs.get(key)), '0123456789');
    assert.equal(String(await blobs.get(key, { offset: 3, length: 4 })), '3456');
    assert.equal(String(await blobs.get(key, { offset: 9, length: 1 })), '9');
    assert.equal(String(await blobs.get(key, { offset: 10, length: 0 })), '');
    assert.equal(await text(await blobs.stream(key)), '0123456789');
    assert.equal(await text(await blobs.stream(key, { offset: 8, length: 2 })), '89');
    assert.equal(await text(await blobs.stream(key, { offset: 2, length: 0 })), '');
  });

  check('a put replaces, a delete removes, and deleting again is no fault', async (blobs) => {
    await blobs.put('a', Buffer.from('first'));
    await blobs.put('a', Buffer.from('2'));
    assert.equal(String(await blobs.get('a')), '2');
    await blobs.delete('a');
    assert.equal(await blobs.exists('a'), false);
    await blobs.delete('a');
  });

  check('empty blobs and pieces of nothing are kept as empty blobs', async (blobs) => {
    assert.equal(await blobs.put('empty', Buffer.alloc(0)), 0);
    assert.equal(await blobs.put('none', pieces(Buffer.alloc(0), 1)), 0);
    for (const key of ['empty', 'none']) {
      assert.equal((await blobs.get(key)).length, 0);
      assert.equal(await text(await blobs.stream(key)), '');
    }
  });

  check('a stream of unknown length is kept whole, below, at and above the size of a part', async (blobs) => {
    const mib = 1024 * 1024;
    const all = randomBytes(17 * mib);
    for (const [size, piece] of [
      [3 * mib + 1, 70_000],
      [8 * mib, 3 * mib],
      [16 * mib, 16 * mib],
      [17 * mib, 999_999],
    ] as const) {
      const bytes = all.subarray(0, size);
      assert.equal(await blobs.put('big', pieces(bytes, piece)), size);
      assert.equal(sha256(await blobs.get('big')), sha256(bytes));
      const range = { offset: size - 1_000_000, length: 999_999 };
      assert.equal(sha256(await blobs.get('big', range)), sha256(bytes.subarray(range.offset, size - 1)));
    }
  });

  check('a put that fails half way leaves what was there before', async (blobs) => {
    async function* broken(before: number) {
      for (let at = 0; at < before; at++) yield Buffer.alloc(1024 * 1024, 1);
      throw new Error('source lost');
    }
    await blobs.put('kept', Buffer.from('old'));
    for (const mib of [1, 10]) {
      await assert.rejects(blobs.put('kept', broken(mib)), /source lost/);
      await assert.rejects(blobs.put('never', broken(mib)), /source lost/);
    }
    assert.equal(String(await blobs.get('kept')), 'old');
    assert.equal(await blobs.exists('never'), false);
  });

  check('what is stored is listed, with its size and not what was deleted', async (blobs) => {
    await blobs.put('a/b/one', Buffer.from('12345'));
    await blobs.put('two', Buffer.from('1'));
    await blobs.put('gone', Buffer.from('1'));
    await blobs.delete('gone');
    const found: Record<string, number> = {};
    for await (const { key, bytes, modifiedAt } of blobs.list()) {
      found[key] = bytes;
      assert.ok(modifiedAt.getTime() > 0);
    }
    assert.deepEqual(found, { 'a/b/one': 5, two: 1 });
  });

  check('a key that holds nothing is not found', async (blobs) => {
    await blobs.put('dir/file', Buffer.from('x'));
    for (const key of ['missing', 'dir', 'dir/file/below', 'no/such/dir']) {
      await assert.rejects(blobs.get(key), fails('not_found'), key);
      await assert.rejects(blobs.get(key, { offset: 0, length: 0 }), fails('not_found'), key);
      await assert.rejects(blobs.stream(key), fails('not_found'), key);
      assert.equal(await blobs.exists(key), false);
      await blobs.delete(key);
    }
    assert.equal(String(await blobs.get('dir/file')), 'x');
  });

  check('a range beyond the end is a fault, never fewer bytes', async (blobs) => {
    await blobs.put('short', Buffer.from('0123456789'));
    for (const [offset, length] of [
      [0, 11],
      [5, 6],
      [10, 1],
      [100, 5],
      [11, 0],
    ] as const) {
      await assert.rejects(blobs.get('short', { offset, length }), fails('internal'), `${offset}+${length}`);
      await assert.rejects(blobs.stream('short', { offset, length }), fails('internal'));
    }
    for (const [offset, length] of [
      [-1, 2],
      [0, -1],
      [0.5, 1],
      [0, Number.NaN],
    ] as const) {
      await assert.rejects(blobs.get('short', { offset, length }), fails('internal'));
    }
  });

  check('no key leads out of the store or into its own files', async (blobs) => {
    const hostile = [
      '',
      '/',
      '/a',
      'a/',
      'a//b',
      '.',
      '..',
      '../a',
      'a/../b',
      'a/..',
      './a',
      '.incoming',
      'a/.b',
      'A',
      'a b',
    ];
    hostile.push('a\\b', 'a\0', 'é', 'a?b', 'a%2e', 'a\n', 'x'.repeat(256), 'x/'.repeat(300).concat('x'));
    for (const key of hostile) {
      await assert.rejects(async () => await blobs.put(key, Buffer.from('x')), fails('internal'), key);
      await assert.rejects(async () => await blobs.get(key), fails('internal'), key);
      await assert.rejects(async () => await blobs.stream(key), fails('internal'), key);
      await assert.rejects(async () => await blobs.exists(key), fails('internal'), key);
      await assert.rejects(async () => await blobs.delete(key), fails('internal'), key);
    }
  });

  check('many puts at once, also to one key, each leave a whole blob', async (blobs) => {
    const bodies = Array.from({ length: 20 }, (_, at) => Buffer.alloc(50_000, at));
    await Promise.all(bodies.flatMap((body, at) => [blobs.put(`many/${at % 3}/${at}`, body), blobs.put('one', body)]));
    for (const [at, body] of bodies.entries()) assert.deepEqual(await blobs.get(`many/${at % 3}/${at}`), body);
    const one = await blobs.get('one');
    assert.ok(bodies.some((body) => body.equals(one)));
  });
}
