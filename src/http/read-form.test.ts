/** What uploads leave behind when their process dies. */

import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sweepUploads } from './read-form.ts';

test('a start removes the uploads of processes that died, and none that may be under way', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-uploads-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const [name, minutes] of [
    ['old', 61],
    ['young', 5],
  ] as const) {
    await writeFile(join(folder, name), 'rows');
    const then = Date.now() / 1_000 - minutes * 60;
    await utimes(join(folder, name), then, then);
  }
  await sweepUploads(folder);
  assert.deepEqual(await readdir(folder), ['young']);
  await sweepUploads(join(folder, 'never-made'));
});
