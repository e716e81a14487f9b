/** The first start: a database cluster is made beside its place and moved there when complete, so half a cluster never exists. */

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, lstat, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ChanceryError } from '../../errors.ts';
import { outOfSpace } from './disk-space.ts';
import type { Identity } from './identity.ts';

export const user = 'chancery';

export interface Cluster {
  /** PostgreSQL's data folder. */
  path: string;
  password: string;
}

/** Gives the cluster below `directory`, made on the first call and then on disk when `durable`. `conflict` when it belongs to another major version. */
export async function openCluster(directory: string, identity: Identity, durable: boolean): Promise<Cluster> {
  // An initdb whose program was killed may still be writing there; what it leaves goes at the next start.
  for (const entry of await readdir(directory))
    if (entry.startsWith('cluster.part-'))
      await rm(join(directory, entry), { recursive: true, force: true }).catch(() => {});
  const path = join(directory, 'cluster');
  const passwordFile = join(directory, 'password');
  const made = await readFile(join(path, 'PG_VERSION'), 'utf8').catch(() => null);
  if (made === null) await initialize(directory, path, passwordFile, identity, durable);
  else if (made.trim() !== identity.binaries.version.split('.')[0])
    throw new ChanceryError(
      'conflict',
      `the data folder ${path} belongs to PostgreSQL ${made.trim()}, the built-in one is ${identity.binaries.version}; export with the old release and import with this one`,
    );
  const password = await readFile(passwordFile, 'utf8').catch((cause) => {
    throw new ChanceryError('conflict', `the file ${passwordFile} is missing; restore it from a backup`, { cause });
  });
  return { path, password: password.trim() };
}

async function initialize(
  directory: string,
  path: string,
  passwordFile: string,
  identity: Identity,
  durable: boolean,
): Promise<void> {
  const unfinished = join(directory, `cluster.part-${randomBytes(6).toString('hex')}`);
  try {
    await ensurePassword(passwordFile, identity);
    await runInitdb(unfinished, passwordFile, identity, durable ? [] : ['--no-sync']);
    await rename(unfinished, path);
    await syncFolder(directory);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw outOfSpace(error, directory) ?? error;
  }
}

async function runInitdb(target: string, passwordFile: string, identity: Identity, more: string[]): Promise<void> {
  const { prefix, binaries, uid, gid } = identity;
  const command = [
    ...prefix,
    join(binaries.native, 'bin', 'initdb'),
    `--pgdata=${target}`,
    `--username=${user}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    '--no-instructions',
    ...more,
  ];
  const env = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
  await promisify(execFile)(command[0] as string, command.slice(1), { uid, gid, env, cwd: '/' }).catch((cause) => {
    const said = `${cause.stdout ?? ''}\n${cause.stderr ?? ''}`.trim() || cause.message;
    throw new ChanceryError('not_ready', `the database cluster could not be made: ${said}`, { cause });
  });
}

/** 128 random bits in a file only its owner reads; kept when an earlier attempt wrote it. */
async function ensurePassword(path: string, identity: Identity): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found !== null && found.size > 1) return;
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(`${randomBytes(16).toString('hex')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  if (identity.uid !== undefined) await chown(path, identity.uid, identity.gid as number);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
