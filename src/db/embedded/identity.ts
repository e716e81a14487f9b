/** As whom PostgreSQL runs: it refuses root, so root steps down before it starts anything. */

import { chown, lstat, readdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { ChanceryError } from '../../errors.ts';
import { type Binaries, copyBinaries, runs } from './binaries.ts';

/** `nobody` on Debian, and the kernel's overflow id everywhere. */
const nobody = 65534;

export interface Identity {
  kind: 'self' | 'namespace' | 'nobody';
  /** Put before each command. */
  prefix: string[];
  uid?: number;
  gid?: number;
  binaries: Binaries;
}

/**
 * Root gets a user namespace in which it is nobody: files stay its own and folders closed to others stay reachable.
 * Where that is not allowed, the programs run as nobody, who then owns the data folder. An ordinary user stays itself;
 * one without an entry in the list of users (some containers) gets the namespace too, because initdb wants a name.
 * `only` forces a kind, for tests.
 */
export async function chooseIdentity(
  binaries: Binaries,
  directory: string,
  only?: Identity['kind'],
): Promise<Identity> {
  const uid = process.getuid?.() ?? 0;
  const postgres = ['bin', 'postgres'];
  if (only === undefined ? uid !== 0 && hasName() : only === 'self') {
    const fault = await runs([join(binaries.native, ...postgres), '--version']);
    if (fault !== null) throw new ChanceryError('not_ready', `the built-in PostgreSQL does not start: ${fault}`);
    return { kind: 'self', prefix: [], binaries };
  }
  const prefix = ['unshare', '--user', `--map-user=${nobody}`, `--map-group=${nobody}`];
  const refused =
    only === 'nobody' ? 'not tried' : await runs([...prefix, join(binaries.native, ...postgres), '--version']);
  if (refused === null) {
    await handOver(directory, uid, process.getgid?.() ?? 0);
    return { kind: 'namespace', prefix, binaries };
  }
  if (uid !== 0) throw noIdentity(`user ${uid} has no name here and unshare failed: ${refused}`);
  return asNobody(binaries, directory);
}

async function asNobody(binaries: Binaries, directory: string): Promise<Identity> {
  const as = { uid: nobody, gid: nobody };
  let usable = binaries;
  if ((await runs([join(binaries.native, 'bin', 'postgres'), '--version'], as)) !== null)
    usable = await copyBinaries(binaries, directory);
  try {
    await handOver(directory, nobody, nobody);
  } catch (cause) {
    throw noIdentity(`the data folder ${directory} cannot be given to user ${nobody}`, cause);
  }
  const fault = await runs([join(usable.native, 'bin', 'postgres'), '--version'], as);
  if (fault !== null) throw noIdentity(`user ${nobody} cannot run it: ${fault}`);
  const closed = await runs(['/bin/sh', '-c', 'cd "$1" && : > .reachable && rm .reachable', 'sh', directory], as);
  if (closed !== null) throw noIdentity(`user ${nobody} cannot reach ${directory}: ${closed}`);
  return { kind: 'nobody', prefix: [], ...as, binaries: usable };
}

function noIdentity(reason: string, cause?: unknown) {
  return new ChanceryError(
    'not_ready',
    `PostgreSQL refuses to run as root, and ${reason}; start as an ordinary user, or put the data folder where user ${nobody} can reach it, or set DATABASE_URL`,
    { cause },
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
