/** `npm run fuzz`: fuzzes one target after the other, keeps what it finds as files that are tests from then on. */

import { createHash, randomInt } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fuzzProcess } from './fuzz-process.ts';
import { targetNamed, targets } from './targets/index.ts';
import { troubleOf } from './trouble.ts';

const usage = `npm run fuzz -- [--seconds 60] [--target csv,pdf] [--seed 1] [--replay file]
Targets: ${targets.map(({ name }) => name).join(', ')}
Seconds are for each target. What is found stands in test/fuzz/findings/<target> and is run by \`npm test\` from then on;
inputs that reach new code are kept in .fuzz/<target>, so that the next run begins where this one ended.
`;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    target: { type: 'string' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    replay: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const chosen = values.target?.split(',').map(targetNamed) ?? targets;
if (values.help) process.stdout.write(usage);
else process.exitCode = values.replay ? await replay(values.replay) : await fuzzAll();

async function replay(file: string): Promise<number> {
  const trouble = await troubleOf(chosen[0] as (typeof targets)[0], readFileSync(file));
  process.stdout.write(trouble ? `${trouble.kind}: ${trouble.said}\n` : 'nothing wrong\n');
  return trouble ? 1 : 0;
}

async function fuzzAll(): Promise<number> {
  process.stdout.write(`seed ${values.seed}\n`);
  let total = 0;
  for (const { name } of chosen) {
    const folder = fileURLToPath(new URL(`../../.fuzz/${name}`, import.meta.url));
    const began = performance.now();
    const { runs, blocks, corpus, found } = await fuzzProcess(name, values.seed, Number(values.seconds) * 1000, folder);
    const seconds = Math.round((performance.now() - began) / 1000);
    process.stdout.write(
      `${name.padEnd(12)} ${String(runs).padStart(8)} runs ${String(blocks).padStart(6)} blocks ${String(corpus).padStart(5)} kept ${found.length} found ${seconds} s\n`,
    );
    for (const one of found) process.stdout.write(`  ${one.kind}: ${one.said}\n  kept as ${write(name, one.bytes)}\n`);
    total += found.length;
  }
  return total > 0 ? 1 : 0;
}

function write(name: string, bytes: Buffer): string {
  const folder = fileURLToPath(new URL(`./findings/${name}`, import.meta.url));
  mkdirSync(folder, { recursive: true });
  const path = join(folder, createHash('sha256').update(bytes).digest('hex').slice(0, 12));
  writeFileSync(path, bytes);
  return path;
}
