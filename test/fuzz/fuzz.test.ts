/** What was found stays mended, and the loop finds what random bytes would not. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { rounds } from '../support/rounds.ts';
import { openCoverage } from './coverage.ts';
import { search } from './search.ts';
import type { Target } from './target.ts';
import { targetNamed, targets } from './targets/index.ts';
import { troubleOf } from './trouble.ts';

const findings = new URL('./findings/', import.meta.url);

for (const name of readdirSync(findings))
  test(`what was found in ${name} stays mended`, async () => {
    const target = targetNamed(name);
    for (const file of readdirSync(new URL(`${name}/`, findings))) {
      const bytes = readFileSync(new URL(`${name}/${file}`, findings));
      // Compiled and warm, so that only the input is judged.
      let trouble = await troubleOf(target, bytes);
      if (trouble?.kind === 'slow' || trouble?.kind === 'large') trouble = await troubleOf(target, bytes);
      assert.equal(trouble, undefined, `${name}/${file}: ${trouble?.said}`);
    }
  });

test('targets have names of their own', () => {
  assert.equal(new Set(targets.map(({ name }) => name)).size, targets.length);
});

const deep = rounds(3, 4);

/** Random words meet the four in a hundred million tries; each step that is kept as a seed makes it some hundreds. */
const planted: Target = {
  name: 'planted',
  seeds: () => ['....'],
  words: ['b', 'u', 'g', '!'],
  covers: /fuzz\.test\.ts/,
  run(bytes) {
    let depth = 0;
    if (bytes[0] === 0x62) {
      depth = 1;
      if (bytes[1] === 0x75) {
        depth = 2;
        if (bytes[2] === 0x67) {
          depth = 3;
          if (deep === 3 || bytes[3] === 0x21) throw new TypeError('found');
        }
      }
    }
    return depth;
  },
};

test(`blocks that run for the first time lead to a fault ${deep} bytes deep, and the input is made small`, async () => {
  const coverage = await openCoverage(planted.covers);
  const fault = 'bug!'.slice(0, deep);
  let found = 0;
  const { found: faults, runs } = await search(planted, {
    seed: 7,
    coverage,
    goesOn: (runs) => found === 0 && runs < 20_000,
    before: (bytes) => {
      if (bytes.toString('latin1', 0, deep) === fault) found++;
    },
  });
  await coverage.close();
  assert.equal(faults.length, 1, `nothing found in ${runs} runs`);
  assert.equal(faults[0]?.bytes.toString('latin1'), fault);
  assert.match(faults[0]?.signature ?? '', /^throws TypeError found/);
});
