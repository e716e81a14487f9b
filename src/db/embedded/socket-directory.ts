/** Where the Unix socket lives: the data folder, or a private folder with a short name when the data folder's path is too long for one. */

import { createHash } from 'node:crypto';
import { lstat, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChanceryError } from '../../errors.ts';

/** PostgreSQL names its socket after the port, also when it never listens on one. */
export const port = 5432;
const socketName = `.s.PGSQL.${port}`;

/** sun_path without its final zero byte: 107 on Linux, 103 on macOS. */
const longestPath = process.platform === 'darwin' ? 103 : 107;

export interface SocketDirectory {
  path: string;
  /** True when it lies outside the data folder. */
  foreign: boolean;
}

/** Gives a writable folder for the socket, always the same one for the same data folder, and notes it in `socket-directory`. */
export async function socketDirectory(directory: string, owner: number): Promise<SocketDirectory> {
  if (fits(directory) && (await takesSockets(directory))) {
    await rm(join(directory, socketName), { force: true });
    await rm(join(directory, `${socketName}.lock`), { force: true });
    return { path: directory, foreign: false };
  }
  const name = createHash('sha256').update(`${owner}:${directory}`).digest('hex').slice(0, 16);
  for (const root of [tmpdir(), '/tmp']) {
    for (let attempt = 0; attempt < 10; attempt++) {
      const path = join(root, `chancery-${name}${attempt === 0 ? '' : `-${attempt}`}`);
      if (!fits(path) || !(await ownPrivateFolder(path))) continue;
      await writeFile(join(directory, 'socket-directory'), `${path}\n`);
      return { path, foreign: true };
    }
  }
  throw new ChanceryError(
    'not_ready',
    `no folder for PostgreSQL's socket: neither ${directory} nor ${tmpdir()} will do`,
  );
}

function fits(directory: string): boolean {
  return Buffer.byteLength(join(directory, socketName)) <= longestPath;
}

/** Some mounts (shared folders of virtual machines, some network file systems) hold files but no sockets. */
async function takesSockets(directory: string): Promise<boolean> {
  const path = join(directory, '.s.probe');
  await rm(path, { force: true });
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
    return true;
  } catch {
    return false;
  } finally {
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  }
}

/** An empty folder of our own that nobody else can enter; false when someone else has put something of that name there. */
async function ownPrivateFolder(path: string): Promise<boolean> {
  const self = process.getuid?.() ?? 0;
  try {
    const found = await lstat(path);
    if (!found.isDirectory() || (found.uid !== self && self !== 0) || (found.mode & 0o077) !== 0) return false;
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return false;
  }
  return mkdir(path, { mode: 0o700 }).then(
    () => true,
    () => false,
  );
}
