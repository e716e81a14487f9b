/** The process one target is fuzzed in: `loop.ts <target> <seed> <milliseconds> <folder>`; what it runs at the moment stands in `<folder>/current`. */

import { createHash } from 'node:crypto';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { openCoverage } from './coverage.ts';
import { search } from './search.ts';
import { targetNamed } from './targets/index.ts';

const [, , name = '', seed = '1', milliseconds = '1000', folder = ''] = process.argv;
const target = targetNamed(name);
const corpusFolder = join(folder, 'corpus');
mkdirSync(corpusFolder, { recursive: true });
const current = openSync(join(folder, 'current'), 'w');
// Libraries write their doubts about an input to the console.
for (const kind of ['log', 'info', 'warn', 'error'] as const) console[kind] = () => undefined;

let ends = Number.POSITIVE_INFINITY;
const searched = await search(target, {
  seed: Number(seed),
  coverage: await openCoverage(target.covers),
  kept: readdirSync(corpusFolder).map((file) => readFileSync(join(corpusFolder, file))),
  goesOn() {
    // From the first run on: loading the sources takes its time.
    if (ends === Number.POSITIVE_INFINITY) ends = performance.now() + Number(milliseconds);
    return performance.now() < ends;
  },
  before(bytes) {
    ftruncateSync(current);
    writeSync(current, bytes, 0, bytes.length, 0);
  },
  keep(bytes) {
    writeFileSync(join(corpusFolder, createHash('sha256').update(bytes).digest('hex').slice(0, 16)), bytes);
  },
});
closeSync(current);
const found = searched.found.map((one) => ({ ...one, bytes: one.bytes.toString('base64') }));
process.stdout.write(`${JSON.stringify({ ...searched, found })}\n`, () => process.exit());
