/** As whom PostgreSQL runs: it refuses root, so root steps down before it starts anything. */

import { chown, lstat, readdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { ChanceryError } from '../../errors.ts';
import { type Binaries, copyBinaries, runs } from './binaries.ts';

/** `nobody` on Debian, and the kernel's overflow id everywhere. */
const nobody = 65534;

export interface Identity {
  kind: 'self' | 'namespace' | 'owner' | 'nobody';
  /** Put before each command. */
  prefix: string[];
  uid?: number;
  gid?: number;
  binaries: Binaries;
}

/**
 * Root gets a user namespace in which it is nobody: files stay its own and its closed folders stay reachable. Where that is not
 * allowed or does not reach far enough (a closed home of someone else, under sudo), the programs run as that someone, else as nobody,
 * who then owns the data folder. An ordinary user stays itself; one without an entry in the list of users (some containers) gets the
 * namespace too, because initdb wants a name. `only` forces a kind, for tests.
 */
export async function chooseIdentity(
  binaries: Binaries,
  directory: string,
  only?: Identity['kind'],
): Promise<Identity> {
  const uid = process.getuid?.() ?? 0;
  if (only === undefined ? uid !== 0 && hasName() : only === 'self') {
    const fault = await runs(versionOf(binaries));
    if (fault !== null) throw new ChanceryError('not_ready', `the built-in PostgreSQL does not start: ${fault}`);
    return { kind: 'self', prefix: [], binaries };
  }
  const tries: (() => Promise<Identity>)[] = [];
  const wanted = (kind: Identity['kind']) => only === undefined || only === kind;
  if (wanted('namespace')) tries.push(() => inNamespace(binaries, directory, uid));
  const owner = await ownerAbove(directory);
  if (uid === 0 && wanted('owner') && owner) tries.push(() => asUser('owner', owner, binaries, directory));
  if (uid === 0 && wanted('nobody'))
    tries.push(() => asUser('nobody', { uid: nobody, gid: nobody }, binaries, directory));
  const faults: string[] = [];
  for (const attempt of tries) {
    try {
      return await attempt();
    } catch (error) {
      faults.push((error as Error).message);
    }
  }
  throw noIdentity(directory, faults);
}

function versionOf(binaries: Binaries): string[] {
  return [join(binaries.native, 'bin', 'postgres'), '--version'];
}

async function inNamespace(binaries: Binaries, directory: string, uid: number): Promise<Identity> {
  const prefix = ['unshare', '--user', `--map-user=${nobody}`, `--map-group=${nobody}`];
  await handOver(directory, uid, process.getgid?.() ?? 0);
  await prove('a user namespace', [...prefix, ...versionOf(binaries)]);
  await prove('a user namespace', [...prefix, ...touching(directory)]);
  return { kind: 'namespace', prefix, binaries };
}

async function asUser(
  kind: 'owner' | 'nobody',
  as: { uid: number; gid: number },
  binaries: Binaries,
  directory: string,
): Promise<Identity> {
  const who = `user ${as.uid}`;
  await prove(who, ['id', '-un', String(as.uid)]);
  await handOver(directory, as.uid, as.gid);
  await prove(who, touching(directory), as);
  const reachable = (await runs(versionOf(binaries), as)) === null;
  const usable = reachable ? binaries : await copyBinaries(binaries, directory);
  if (!reachable) await handOver(usable.native, as.uid, as.gid);
  await prove(who, versionOf(usable), as);
  return { kind, prefix: [], ...as, binaries: usable };
}

function touching(directory: string): string[] {
  return ['/bin/sh', '-c', 'cd "$1" && : > .reachable && rm .reachable', 'sh', directory];
}

async function prove(who: string, command: string[], as: { uid?: number; gid?: number } = {}): Promise<void> {
  const fault = await runs(command, as);
  if (fault !== null) throw new Error(`${who}: ${fault}`);
}

/** Whose home or folder the data folder lies in, if that is not root. */
async function ownerAbove(directory: string): Promise<{ uid: number; gid: number } | null> {
  for (let path = dirname(directory); ; path = dirname(path)) {
    const { uid, gid } = await lstat(path);
    if (uid !== 0) return { uid, gid };
    if (path === dirname(path)) return null;
  }
}

function noIdentity(directory: string, faults: string[]) {
  return new ChanceryError(
    'not_ready',
    `PostgreSQL refuses to run as root, and no other user can run it on ${directory} (${faults.join('; ')}); start as an ordinary user, or put the data folder where user ${nobody} can reach it, or set DATABASE_URL`,
  );
}

function hasName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
}

/** Gives a folder and all below it to one owner, if it is not theirs yet (an earlier start may have run as someone else). */
export async function handOver(path: string, uid: number, gid: number): Promise<void> {
  if ((await lstat(path)).uid === uid) return;
  await handOverBelow(path, uid, gid);
  await chown(path, uid, gid);
}

async function handOverBelow(path: string, uid: number, gid: number): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const below = join(path, entry.name);
    if (entry.isSymbolicLink()) continue;
    if (entry.isDirectory()) await handOverBelow(below, uid, gid);
    await chown(below, uid, gid);
  }
}
