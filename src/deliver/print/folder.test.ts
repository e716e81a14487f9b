/** A run is in the folder once and whole, however many writers there are and wherever they die. */

import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { PrintProduct } from '../../domain/print-product.ts';
import { ChanceryError } from '../../errors.ts';
import type { OutgoingRun } from './carrier.ts';
import { openFolder } from './folder.ts';

const folders: string[] = [];
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function open() {
  const directory = await mkdtemp(join(tmpdir(), 'chancery-folder-'));
  folders.push(directory);
  const visible = async () => (await readdir(directory)).filter((name) => !name.startsWith('.'));
  return { directory, carrier: await openFolder(directory), visible };
}

function someRun(text = 'the pages'): OutgoingRun {
  const bytes = Buffer.from(text);
  const file = (name: string) => ({
    name,
    mediaType: 'text/plain',
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    async open() {
      return (async function* () {
        yield bytes;
      })();
    },
  });
  return {
    id: randomUUID(),
    number: 7,
    product: {} as PrintProduct,
    pieces: 1,
    bytes: bytes.length,
    pages: 1,
    sheets: 1,
    createdAt: new Date(),
    revision: 1,
    pdf: file('run.pdf'),
    manifests: [file('manifest.csv')],
  };
}
const begun = async () => {};

test('several writers at once leave one folder', async () => {
  const { carrier, visible, directory } = await open();
  const run = someRun();
  const ends = await Promise.all(Array.from({ length: 8 }, () => carrier.submit(run, begun)));
  assert.deepEqual(new Set(ends.map(({ status }) => status)), new Set(['submitted']));
  assert.deepEqual(await visible(), [`000007-${run.id}`]);
  assert.deepEqual(await readdir(join(directory, '.incoming')), []);
});

test('what was fetched is not written again', async () => {
  const { carrier, visible, directory } = await open();
  const run = someRun();
  await carrier.submit(run, begun);
  await rm(join(directory, `000007-${run.id}`), { recursive: true });
  assert.equal((await carrier.submit(run, begun)).status, 'submitted');
  assert.equal((await carrier.find(run, null)).status, 'found');
  assert.deepEqual(await visible(), []);
});

test('a writer that died before its note left nothing that counts; after it, its folder is the one that is handed over', async () => {
  const { carrier, visible, directory } = await open();
  const run = someRun('of the second writer');
  const name = `000007-${run.id}`;
  const dead = `${name}.${randomUUID()}`;
  await mkdir(join(directory, '.incoming', dead));
  await writeFile(join(directory, '.incoming', dead, 'run.pdf'), 'of the first writer');
  assert.equal((await carrier.find(run, null)).status, 'absent');
  await writeFile(join(directory, '.handed-over', name), dead);
  assert.equal((await carrier.find(run, null)).status, 'found');
  assert.deepEqual(await visible(), [name]);
  assert.equal((await carrier.submit(run, begun)).status, 'submitted');
  assert.equal(await readFile(join(directory, name, 'run.pdf'), 'utf8'), 'of the first writer');
});

test('a stored file that is not what was composed is not handed over', async () => {
  const { carrier, visible, directory } = await open();
  const run = someRun();
  const end = await carrier.submit({ ...run, pdf: { ...run.pdf, sha256: '0'.repeat(64) } }, begun);
  assert.equal(end.status, 'deferred');
  assert.deepEqual(await visible(), []);
  assert.deepEqual(await readdir(join(directory, '.incoming')), []);
});

test('who has lost the run while writing it hands over nothing', async () => {
  const { carrier, visible, directory } = await open();
  const run = someRun();
  const lost = async () => {
    throw new ChanceryError('conflict', 'another attempt holds the print run');
  };
  assert.equal((await carrier.submit(run, lost)).status, 'deferred');
  assert.deepEqual(await visible(), []);
  assert.deepEqual(await readdir(join(directory, '.incoming')), []);
  assert.equal((await carrier.find(run, null)).status, 'absent');
});

test('a run is taken back while nobody has fetched it', async () => {
  const { carrier, visible, directory } = await open();
  const [one, other] = [someRun(), someRun()];
  await carrier.submit(one, begun);
  await carrier.submit(other, begun);
  assert.equal(await carrier.cancel(`000007-${one.id}`), true);
  assert.equal(await carrier.cancel(`000007-${one.id}`), true);
  await rm(join(directory, `000007-${other.id}`), { recursive: true });
  assert.equal(await carrier.cancel(`000007-${other.id}`), false);
  assert.deepEqual(await visible(), []);
});
