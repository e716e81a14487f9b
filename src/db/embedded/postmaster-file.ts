/** What an earlier run left behind: `postmaster.pid` is believed only when the process it names really serves this data folder. */

import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ChanceryError } from '../../errors.ts';

/** Marks our postmasters in the list of processes. */
export const ourMark = 'cluster_name=chancery';

/** A pid no kernel gives out. */
const nobodysPid = 99_999_999;

/**
 * Returns when no PostgreSQL serves the data folder `cluster` any more. The caller holds the folder's lock, so the owner of a server
 * found here is dead and its watchdog is stopping it: that takes moments; after 15 s it is told to stop from here.
 */
export async function awaitOrphan(cluster: string, log: (line: string) => void): Promise<void> {
  const told = new Set<NodeJS.Signals>();
  for (let waited = 0; ; waited += 100) {
    const pid = await recordedPid(cluster);
    if (pid === null) return;
    const command = await commandOf(pid);
    if (command === null) return;
    if (!command.includes('postgres') || !`${command} `.includes(` -D ${cluster} `)) return disown(cluster, pid);
    if (waited === 0) log(`PostgreSQL of an earlier run (process ${pid}) is still stopping, waiting for it`);
    if (waited >= 15_000 && !command.includes(ourMark)) throw foreign(cluster, pid);
    const due: NodeJS.Signals | undefined = waited >= 60_000 ? 'SIGQUIT' : waited >= 15_000 ? 'SIGINT' : undefined;
    if (due && !told.has(due)) {
      told.add(due);
      log(`stopping PostgreSQL of an earlier run (process ${pid}) with ${due}`);
      signal(pid, due);
    }
    if (waited > 120_000) throw foreign(cluster, pid);
    await sleep(100);
  }
}

/**
 * The pid went to another program since (common after a reboot, and in containers, where pids are few). PostgreSQL would only ask
 * whether the pid lives and refuse to start; the file keeps its shared-memory key, by which it still finds surviving backends.
 */
async function disown(cluster: string, pid: number): Promise<void> {
  const path = join(cluster, 'postmaster.pid');
  const content = await readFile(path, 'utf8');
  if (Number.parseInt(content, 10) === pid) await writeFile(path, content.replace(/^\d+/, String(nobodysPid)));
}

/** The postmaster's pid as its file says, or null. */
export async function recordedPid(cluster: string): Promise<number | null> {
  const content = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(content, 10);
  return Number.isInteger(pid) && pid > 0 ? pid : null;
}

/** The command line of a living process, or null when there is none of that pid. */
async function commandOf(pid: number): Promise<string | null> {
  if (process.platform === 'linux') {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
    return line === null || line === '' ? null : line.replaceAll('\0', ' ');
  }
  const { stdout } = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  return stdout.trim() || null;
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has gone by itself.
  }
}

function foreign(cluster: string, pid: number) {
  return new ChanceryError(
    'conflict',
    `another PostgreSQL (process ${pid}) serves the data folder ${cluster}; stop it first`,
    { details: { directory: cluster, pid } },
  );
}
