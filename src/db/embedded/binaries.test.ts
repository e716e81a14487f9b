/** The programs run also where the installation left their links out, and a copy of them runs elsewhere. */

import assert from 'node:assert/strict';
import { cp, lstat, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { longTest } from '../../../test/support/rounds.ts';
import { completeBinaries, copyBinaries, findBinaries, runs } from './binaries.ts';

const root = await mkdtemp(join(tmpdir(), 'chancery-binaries-'));
after(() => rm(root, { recursive: true, force: true }));

longTest('links that npm left out are made again, by several at once, and the programs start', async () => {
  const found = await findBinaries();
  const native = join(root, 'package', 'native');
  await cp(found.native, native, { recursive: true, verbatimSymlinks: true });
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as { target: string }[];
  for (const { target } of links) await rm(join(root, 'package', target), { force: true });
  const postgres = [join(native, 'bin', 'postgres'), '--version'];
  if (links.some(({ target }) => target.includes('libicu'))) assert.match((await runs(postgres)) ?? '', /lib/);
  await Promise.all([1, 2, 3].map(() => completeBinaries({ ...found, native }, root)));
  assert.equal(await runs(postgres), null);
  for (const { target } of links) assert.ok((await lstat(join(root, 'package', target))).isSymbolicLink());
});

test('a copy is complete, made once, and leaves no part behind', async () => {
  const found = await findBinaries();
  const folder = join(root, 'copy');
  await mkdir(folder);
  const copies = [await copyBinaries(found, folder), await copyBinaries(found, folder)];
  for (const { native } of copies) assert.equal(await runs([join(native, 'bin', 'initdb'), '--version']), null);
  assert.deepEqual(await readdir(folder), [`native-${found.version}`]);
});
