/** One command of the program as a process of its own; its exit code and all it wrote. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Place } from './snapshot.ts';

const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export async function runCommand(place: Pick<Place, 'dataDirectory'> & { url: string | undefined }, ...args: string[]) {
  const { PATH, HOME, TMPDIR } = process.env;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args], {
    env: { PATH, HOME, TMPDIR, LOG_LEVEL: 'silent', DATABASE_URL: place.url, CHANCERY_DATA: place.dataDirectory },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = once(child, 'exit') as Promise<[number | null]>;
  const [out, err] = (await Promise.all(
    [child.stdout, child.stderr].map(async (stream) => Buffer.concat(await stream.toArray()).toString('utf8')),
  )) as [string, string];
  const [code] = await exit;
  return { code, out, err };
}
