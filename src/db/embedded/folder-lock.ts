/** One program per data folder: a lock that the operating system drops when its holder dies, however it dies. */

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ChanceryError } from '../../errors.ts';

export interface FolderLock {
  release(): void;
}

/**
 * Takes the folder or throws `conflict` naming the folder and its holder at once.
 * An open SQLite transaction is a POSIX record lock on the file: no pid is trusted, children do not inherit it, nothing stays behind.
 */
export function lockFolder(directory: string): FolderLock {
  const holder = join(directory, 'owner.json');
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(join(directory, 'lock'), { timeout: 0 });
    database.exec('begin exclusive');
  } catch (cause) {
    database?.close();
    if ((cause as { errcode?: number }).errcode !== 5)
      throw new ChanceryError('not_ready', `cannot lock the data folder ${directory}: ${(cause as Error).message}`, {
        cause,
      });
    const pid = readHolder(holder);
    throw new ChanceryError(
      'conflict',
      `the data folder ${directory} is in use by another running instance (process ${pid ?? 'unknown'}); stop that one, or give this one a data folder of its own`,
      { details: { directory, pid } },
    );
  }
  noteHolder(holder);
  const held = database;
  return { release: () => held.isOpen && held.close() };
}

/** Only for the message above, so a full disk is no reason to fail here. */
function noteHolder(path: string): void {
  try {
    writeFileSync(`${path}.new`, JSON.stringify({ pid: process.pid }));
    renameSync(`${path}.new`, path);
  } catch {
    rmSync(path, { force: true });
  }
}

function readHolder(path: string): number | null {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { pid: number }).pid;
  } catch {
    return null;
  }
}
