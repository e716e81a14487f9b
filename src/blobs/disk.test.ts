/** Blobs on disk: the contract, crashes, left-overs and a full disk. */

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fails, testBlobs } from './blobs-contract.ts';
import { openBlobs } from './index.ts';

const root = await mkdtemp(join(tmpdir(), 'chancery-blobs-'));
after(() => rm(root, { recursive: true, force: true }));
const newDirectory = () => mkdtemp(join(root, 'store-'));

testBlobs(
  'disk',
  async () => await openBlobs({ kind: 'disk', directory: join(await newDirectory(), 'not/yet/there') }),
);

test('disk: no temporary file stays behind, whether a put succeeds or fails', async () => {
  const directory = await newDirectory();
  const blobs = await openBlobs({ kind: 'disk', directory });
  async function* broken() {
    yield Buffer.from('half');
    throw new Error('source lost');
  }
  await blobs.put('a/b', Buffer.from('whole'));
  await assert.rejects(blobs.put('a/c', broken()), /source lost/);
  const files = await readdir(directory, { recursive: true });
  assert.deepEqual(files.sort(), ['.incoming', 'a', 'a/b']);
});

test('disk: opening sweeps the left-overs of dead writers and spares those at work', async () => {
  const directory = await newDirectory();
  await openBlobs({ kind: 'disk', directory });
  const old = new Date(Date.now() - 61 * 60 * 1000);
  for (const name of ['dead', 'at-work']) await writeFile(join(directory, '.incoming', name), 'half');
  await utimes(join(directory, '.incoming', 'dead'), old, old);
  await openBlobs({ kind: 'disk', directory });
  assert.deepEqual(await readdir(join(directory, '.incoming')), ['at-work']);
});

test('disk: a file that lost its end is reported, not read short', async () => {
  const directory = await newDirectory();
  const blobs = await openBlobs({ kind: 'disk', directory });
  await blobs.put('pack', Buffer.alloc(1_000, 1));
  await truncate(join(directory, 'pack'), 500);
  await assert.rejects(blobs.get('pack', { offset: 400, length: 200 }), fails('internal'));
});

test('disk: a directory that cannot be used is named at once', async () => {
  const directory = await newDirectory();
  await writeFile(join(directory, 'file'), '');
  await assert.rejects(openBlobs({ kind: 'disk', directory: join(directory, 'file') }), fails('not_ready'));
});

const here = (file: string) => JSON.stringify(fileURLToPath(new URL(file, import.meta.url)));

test('disk: a writer killed in the middle of a put leaves nothing under the key', async () => {
  const directory = await newDirectory();
  const script = `
    const { openBlobs } = await import(${here('./index.ts')});
    const blobs = await openBlobs({ kind: 'disk', directory: ${JSON.stringify(directory)} });
    await blobs.put('before', Buffer.from('whole'));
    await blobs.put('during', (async function* () {
      yield Buffer.alloc(100_000, 1);
      console.log('half');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    })());`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  const blobs = await openBlobs({ kind: 'disk', directory });
  assert.equal(String(await blobs.get('before')), 'whole');
  assert.equal(await blobs.exists('during'), false);
});

/** A disk of 1 MiB needs a mount of its own, which some machines refuse. */
function canMount(): boolean {
  try {
    execFileSync('unshare', ['-rm', 'sh', '-c', `mount -t tmpfs -o size=1m none "$0"`, root], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('disk: a full disk is said clearly, harms no other blob and leaves no temporary file', {
  skip: !canMount() && 'no mounts here',
}, async () => {
  const directory = await newDirectory();
  const script = `
    const { openBlobs } = await import(${here('./index.ts')});
    const { readdir } = await import('node:fs/promises');
    const directory = ${JSON.stringify(directory)};
    const blobs = await openBlobs({ kind: 'disk', directory });
    await blobs.put('small', Buffer.from('whole'));
    const error = await blobs.put('large', Buffer.alloc(2_000_000, 1)).catch((error) => error);
    await blobs.put('after', Buffer.alloc(100_000, 1));
    console.log(JSON.stringify({ code: error.code, cause: error.cause?.code, message: error.message, files: (await readdir(directory, { recursive: true })).sort() }));`;
  const out = execFileSync('unshare', [
    ...['-rm', 'sh', '-c', 'mount -t tmpfs -o size=1m none "$0" && exec "$@"', directory],
    ...[process.execPath, '--input-type=module', '-e', script],
  ]);
  const { message, ...rest } = JSON.parse(String(out));
  assert.deepEqual(rest, { code: 'not_ready', cause: 'ENOSPC', files: ['.incoming', 'after', 'small'] });
  assert.match(message, /disk .* is full/);
});
