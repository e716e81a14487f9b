/** Server processes whose postmaster was killed: one that is busy computing does not notice, and keeps the next server from starting. */

import { readdir, readFile, readlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { signal } from './postmaster-file.ts';

/**
 * Ends the backends left on a cluster that has no postmaster: SIGTERM, after 3 s SIGQUIT; gives up after 10 s and lets PostgreSQL refuse.
 * They are known by their working folder, so only Linux can tell; elsewhere the start is tried again until they have gone.
 */
export async function endOrphanedBackends(cluster: string, log: (line: string) => void): Promise<void> {
  if (process.platform !== 'linux') return;
  for (let waited = 0; waited < 10_000; waited += 100) {
    const backends = await backendsOn(cluster);
    if (backends.length === 0) return;
    // Most end by themselves within moments.
    if (waited === 300) log(`ending ${backends.length} processes of the PostgreSQL that was killed`);
    if (waited === 300) for (const pid of backends) signal(pid, 'SIGTERM');
    if (waited === 3_000) for (const pid of backends) signal(pid, 'SIGQUIT');
    await sleep(100);
  }
}

async function backendsOn(cluster: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const folder = await readlink(`/proc/${name}/cwd`).catch(() => '');
    if (folder !== cluster) continue;
    const title = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (title.startsWith('postgres: ')) found.push(Number(name));
  }
  return found;
}
