/** The pages that are drawn from the sources are as the sources would have them, and the example of the template guide works. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { pages } from '../src/docs/pages.ts';

const read = (path: string) => readFile(new URL(`../${path}`, import.meta.url), 'utf8');

for (const [path, text] of Object.entries(pages)) {
  test(`${path} says what the sources say`, async () => {
    assert.equal(await read(path), text(), `${path} is out of date; run: npm run docs`);
  });
}
