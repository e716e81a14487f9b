/** Blobs as files: written under a temporary name, synced, then renamed, so that no crash leaves half a blob under its key. */

import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, opendir, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { ChanceryError, isDiskFull } from '../errors.ts';
import type { Blobs, Range, StoredBlob } from './index.ts';
import { checkKey, checkRange, noSuchBlob, tooShort } from './key.ts';

/** No key can name it: segments of keys do not start with a dot. */
const incoming = '.incoming';
type Data = Uint8Array | AsyncIterable<Uint8Array>;

const leftOverAfterMs = 60 * 60 * 1000;

/** @throws ChanceryError not_ready if the directory cannot be made or written */
export async function openDisk(directory: string): Promise<Blobs> {
  const root = resolve(directory);
  const temporary = join(root, incoming);
  const folders = new Folders(root);
  try {
    await folders.make(temporary);
    await sweep(temporary);
  } catch (cause) {
    throw new ChanceryError('not_ready', `the blob directory cannot be used: ${codeOf(cause)}`, {
      details: { directory },
      cause,
    });
  }
  const pathOf = (key: string): string => {
    checkKey(key);
    return join(root, key);
  };
  return {
    put: (key, data) => putFile(folders, pathOf(key), join(temporary, randomUUID()), data),
    get: (key, range) => getFile(key, pathOf(key), range),
    stream: (key, range) => streamFile(key, pathOf(key), range),
    exists: async (key) => {
      const path = pathOf(key);
      return await stat(path).then((found) => found.isFile(), orIfMissing(false));
    },
    delete: async (key) => {
      await unlink(pathOf(key)).catch(orIfMissing(undefined));
    },
    list: () => listFiles(root),
    close: async () => {},
  };
}

async function putFile(folders: Folders, path: string, temporary: string, data: Data): Promise<number> {
  try {
    const bytes = await writeSynced(temporary, data);
    const parent = dirname(path);
    await folders.make(parent);
    await rename(temporary, path);
    await syncDirectory(parent);
    return bytes;
  } catch (error) {
    await rm(temporary, { force: true });
    if (!isDiskFull(error)) throw error;
    throw new ChanceryError('not_ready', 'the disk that holds the stored files is full; free space and retry', {
      cause: error,
    });
  }
}

async function writeSynced(path: string, data: Data): Promise<number> {
  const handle = await open(path, 'wx', 0o640);
  try {
    let bytes = 0;
    for await (const piece of data instanceof Uint8Array ? [data] : data) {
      await writeAll(handle, piece);
      bytes += piece.length;
    }
    await handle.datasync();
    return bytes;
  } finally {
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, piece: Uint8Array): Promise<void> {
  for (let at = 0; at < piece.length; ) at += (await handle.write(piece, at)).bytesWritten;
}

/** Makes directories whose names, up to the root's, survive a power cut. */
class Folders {
  readonly #root: string;
  /** A directory another writer has just made may not be synced yet, so each process syncs each one itself, once. */
  readonly #synced = new Set<string>();

  constructor(root: string) {
    this.#root = root;
  }

  async make(directory: string): Promise<void> {
    const made = await mkdir(directory, { recursive: true });
    if (made === undefined && this.#synced.has(directory)) return;
    for (let path = directory; path.length >= this.#root.length; path = dirname(path))
      await syncDirectory(dirname(path));
    if (this.#synced.size >= 10_000) this.#synced.clear();
    this.#synced.add(directory);
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function getFile(key: string, path: string, range: Range | undefined): Promise<Buffer> {
  const { handle, offset, length } = await openRange(key, path, range);
  try {
    const bytes = Buffer.allocUnsafe(length);
    for (let at = 0; at < length; ) {
      const { bytesRead } = await handle.read(bytes, at, length - at, offset + at);
      if (bytesRead === 0) throw tooShort(key, range);
      at += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

async function streamFile(key: string, path: string, range: Range | undefined): Promise<Readable> {
  const { handle, offset, length } = await openRange(key, path, range);
  if (length > 0) return handle.createReadStream({ start: offset, end: offset + length - 1 });
  await handle.close();
  return Readable.from([]);
}

/** Opens a file and resolves the range against its size. */
async function openRange(key: string, path: string, range: Range | undefined) {
  checkRange(key, range);
  const handle = await open(path, 'r').catch(orIfMissing(undefined));
  if (handle === undefined) throw noSuchBlob(key);
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw noSuchBlob(key);
    const { offset, length } = range ?? { offset: 0, length: found.size };
    if (offset + length > found.size) throw tooShort(key, range);
    return { handle, offset, length };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function* listFiles(root: string): AsyncGenerator<StoredBlob> {
  for await (const entry of await opendir(root, { recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    const key = relative(root, path);
    if (!entry.isFile() || key.startsWith(incoming)) continue;
    const found = await stat(path).catch(orIfMissing(undefined));
    if (found) yield { key, bytes: found.size, modifiedAt: found.mtime };
  }
}

/** Removes what writers that died left behind; a writer at work touches its file far more often than once an hour. */
async function sweep(temporary: string): Promise<void> {
  for (const name of await readdir(temporary)) {
    const path = join(temporary, name);
    const touched = await stat(path).then((found) => found.mtimeMs, orIfMissing(Date.now()));
    if (Date.now() - touched > leftOverAfterMs) await rm(path, { force: true });
  }
}

function orIfMissing<T>(answer: T): (error: unknown) => T {
  return (error) => {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR' || codeOf(error) === 'EISDIR') return answer;
    throw error;
  };
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException | undefined)?.code ?? error);
}
