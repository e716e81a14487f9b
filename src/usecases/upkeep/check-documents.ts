/** Reads every stored file that a row names and compares it with what the row says, and looks for files that no row names. Changes nothing. */

import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Blobs } from '../../blobs/index.ts';
import type { Database, Tx } from '../../db/open.ts';
import {
  fileNamings,
  listNamedFiles,
  listStoredBlocks,
  listStoredDocuments,
  listUnnamedKeys,
  type NamedFile,
  type StoredBlock,
  type StoredDocument,
} from '../../db/stored-files.ts';
import { prefixKey } from '../../domain/document.ts';
import { ChanceryError } from '../../errors.ts';

export interface CheckedFiles {
  /** Number of the invariant. */
  number: number;
  name: string;
  checked: number;
  /** Of what is missing, short or changed; the first hundred. */
  broken: string[];
}

/** Younger files may belong to a request under way. */
const graceMinutes = 10;
const atOnce = 500;

type Store = { db: Pick<Database, 'owner'>; blobs: Blobs };

export async function checkDocuments({ db, blobs }: Store): Promise<CheckedFiles[]> {
  const documents = collector(5, 'every certificate is there and has the hash that was stored when it was signed');
  const sources = collector(1, 'every batch has as many rows in its source as it says');
  const files = collector(14, 'every file that a row names is there, with its size and hash');
  await eachOf(
    (tx, last: StoredDocument | undefined) => listStoredDocuments(tx, last, atOnce),
    db,
    documentChecker(blobs, documents),
  );
  await eachOf(
    (tx, last: StoredBlock | undefined) => listStoredBlocks(tx, last?.id, atOnce),
    db,
    (block) => checkBlock(blobs, sources, block),
  );
  for (const table of fileNamings)
    await eachOf(
      (tx, last: NamedFile | undefined) => listNamedFiles(tx, table, last?.id, atOnce),
      db,
      (file) => checkFile(blobs, files, file),
    );
  return [sources, documents, files].map(({ note: _, ...result }) => result);
}

/** Keys of files that no row names, and that are older than a request takes: left by a crash before the row was stored. They do no harm. */
export async function findUnusedFiles({ db, blobs }: Store, olderThanMinutes = graceMinutes): Promise<string[]> {
  const unused: string[] = [];
  let some: string[] = [];
  const ask = async () => {
    const keys = some;
    some = [];
    if (keys.length > 0) unused.push(...(await db.owner((tx) => listUnnamedKeys(tx, keys))));
  };
  const before = Date.now() - olderThanMinutes * 60_000;
  for await (const { key, modifiedAt } of blobs.list()) {
    if (modifiedAt.getTime() > before) continue;
    some.push(key);
    if (some.length === atOnce) await ask();
  }
  await ask();
  return unused;
}

function collector(number: number, name: string) {
  const result = { number, name, checked: 0, broken: [] as string[] };
  const note = (ok: boolean, what: string) => {
    result.checked += 1;
    if (!ok && result.broken.length < 100) result.broken.push(what);
  };
  return Object.assign(result, { note });
}

async function eachOf<T>(
  list: (tx: Tx, last: T | undefined) => Promise<T[]>,
  db: Pick<Database, 'owner'>,
  check: (one: T) => Promise<void>,
): Promise<void> {
  for (let last: T | undefined; ; ) {
    const some = await db.owner((tx) => list(tx, last));
    for (const one of some) await check(one);
    if (some.length === 0) return;
    last = some.at(-1);
  }
}

/** Holds one pack and one prefix: the documents of a chunk come one after the other. */
function documentChecker(blobs: Blobs, result: ReturnType<typeof collector>): (one: StoredDocument) => Promise<void> {
  const kept = new Map<string, { key: string; bytes: Promise<Buffer> }>();
  const read = (part: string, key: string) => {
    const one = kept.get(part);
    if (one?.key === key) return one.bytes;
    const bytes = blobs.get(key).catch(orFaulty(Buffer.alloc(0)));
    kept.set(part, { key, bytes });
    return bytes;
  };
  return async ({ batchId, seq, packKey, prefixHash, tailOffset, tailLength, sha256 }) => {
    const [prefix, pack] = [await read('prefix', prefixKey(prefixHash)), await read('pack', packKey)];
    const tail = pack.subarray(tailOffset, tailOffset + tailLength);
    result.note(
      createHash('sha256').update(prefix).update(tail).digest().equals(sha256),
      `${packKey} (${batchId}, row ${seq})`,
    );
  };
}

async function checkBlock(blobs: Blobs, result: ReturnType<typeof collector>, block: StoredBlock): Promise<void> {
  const bytes = await blobs.get(block.sourceKey, block).catch(orFaulty(undefined));
  if (bytes === undefined && block.isDone) return;
  result.note(countRows(bytes) === block.count, `${block.sourceKey} at ${block.offset}`);
}

async function checkFile(blobs: Blobs, result: ReturnType<typeof collector>, file: NamedFile): Promise<void> {
  const found = await hashOf(blobs, file.key).catch(orFaulty(undefined));
  const same =
    found !== undefined && (file.bytes ?? found.bytes) === found.bytes && file.sha256?.equals(found.hash) !== false;
  result.note(same, file.key);
}

function countRows(bytes: Buffer | undefined): number | undefined {
  try {
    const rows: unknown = JSON.parse(String(bytes));
    return Array.isArray(rows) ? rows.length : undefined;
  } catch {
    return undefined;
  }
}

async function hashOf(blobs: Blobs, key: string): Promise<{ bytes: number; hash: Buffer }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of (await blobs.stream(key)) as Readable & AsyncIterable<Buffer>) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { bytes, hash: hash.digest() };
}

/** A file that is missing or too short is what is looked for; a store that does not answer is not. */
function orFaulty<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof ChanceryError && (error.code === 'not_found' || error.code === 'internal')) return instead;
    throw error;
  };
}
