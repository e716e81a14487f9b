import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { confined, confinedEnvironment } from './confined.ts';
import { plainSources, readsPlainSources } from './plain-sources.ts';

/** What a program says to a file that is neither PDF nor picture, behind a plan of nothing, where Node itself reads no types. */
async function answerOf(program: string, sources: string) {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-sources-'));
  await writeFile(join(folder, 'sources.json'), sources);
  const descriptor = openSync(join(folder, 'sources.json'), 'r');
  const [command, ...args] = confined([readsPlainSources, '--no-experimental-strip-types', program, 'judge']);
  const { output } = spawnSync(command as string, args, {
    cwd: '/',
    env: confinedEnvironment,
    input: '{}\ntext',
    stdio: ['pipe', 'pipe', 'ignore', descriptor, 'pipe'],
    encoding: 'utf8',
  });
  closeSync(descriptor);
  await rm(folder, { recursive: true });
  return output.join('');
}

for (const name of ['./judge-child.ts', './judge-mail-child.ts', '../print/compose-child.ts']) {
  const program = fileURLToPath(import.meta.resolve(name));

  test(`${name} needs no compiler: every source of ours that it loads comes without types`, async () => {
    assert.match(await answerOf(program, plainSources(program)), /^ready\n\{"(?:refused|unknownKind)".+\}\n$/);
    assert.equal(await answerOf(program, '[]'), '');
  });

  test(`${name}: nothing but what it is made of is handed to it`, () => {
    const addresses = (JSON.parse(plainSources(program)) as [string, string][]).map(([address]) => address);
    assert.equal(new Set(addresses).size, addresses.length);
    for (const address of addresses) assert.match(address, /\/src\/(pdf\/|domain\/|errors\.ts)/);
  });
}
