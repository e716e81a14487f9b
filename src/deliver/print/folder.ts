/** The carrier `folder`: each print run becomes a folder of its own, complete from the moment it is there, for a print shop to fetch. */

import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ChanceryError } from '../../errors.ts';
import type { Carrier, Found, OutgoingFile, OutgoingRun, RunFacts, Submission } from './carrier.ts';

/**
 * `.incoming`: runs that are being written. `.handed-over`: a note for each run that is complete, naming the folder in `.incoming` it was written to,
 * made once and never taken away: a run whose folder is gone was fetched, and is not written again. `.taken-back`: runs that were cancelled in time.
 */
const places = { incoming: '.incoming', notes: '.handed-over', back: '.taken-back' };
const leftOverAfterMs = 24 * 60 * 60 * 1000;

export async function openFolder(directory: string): Promise<Carrier> {
  try {
    for (const place of Object.values(places)) await mkdir(join(directory, place), { recursive: true, mode: 0o750 });
    await sweep(directory);
  } catch (cause) {
    throw new ChanceryError('not_ready', `the folder for print runs cannot be used: ${codeOf(cause)}`, {
      details: { directory },
      cause,
    });
  }
  return {
    name: 'folder',
    reports: false,
    quote: async () => ({ status: 'possible', name: directory }),
    submit: (run, begun) => submit(directory, run, begun).catch((error) => failed(directory, nameOf(run), error)),
    find: (run) => find(directory, run).catch((error) => ({ status: 'unreachable', reason: sentence(error) })),
    status: (reference) => stateOf(directory, reference),
    cancel: (reference) => takeBack(directory, reference),
    close: async () => {},
  };
}

const nameOf = ({ number, id }: RunFacts) => `${String(number).padStart(6, '0')}-${id}`;
const submitted = (reference: string) => ({ status: 'submitted' as const, reference, response: 'written' });

async function submit(
  directory: string,
  run: OutgoingRun,
  begun: (reference: string) => Promise<void>,
): Promise<Submission> {
  const name = nameOf(run);
  if (await handOver(directory, name)) return submitted(name);
  const temporary = `${name}.${randomUUID()}`;
  await write(join(directory, places.incoming, temporary), run);
  // Writing takes its time: pieces may have left the run since, and who has lost it hands over nothing.
  await begun(name).catch(async (error: unknown) => {
    await rm(join(directory, places.incoming, temporary), { recursive: true, force: true });
    throw error;
  });
  await note(directory, name, temporary);
  // Whichever was noted first: of two writers only one hands over.
  await handOver(directory, name);
  return submitted(name);
}

async function find(directory: string, run: RunFacts): Promise<Found> {
  const name = nameOf(run);
  if (await handOver(directory, name)) return { status: 'found', reference: name, response: 'written' };
  return { status: 'absent', reason: 'the folder was not complete' };
}

/** Moves what was noted to where it is fetched, unless that was done before; false when nothing was noted. */
async function handOver(directory: string, name: string): Promise<boolean> {
  const temporary = await readFile(join(directory, places.notes, name), 'utf8').catch(missing);
  if (temporary === undefined) return false;
  await rename(join(directory, places.incoming, temporary), join(directory, name)).catch(missing);
  await sync(directory);
  await sync(join(directory, places.incoming));
  return true;
}

/** Only the first note counts, and it is there whole or not at all. */
async function note(directory: string, name: string, temporary: string): Promise<void> {
  const notes = join(directory, places.notes);
  const draft = join(notes, `${temporary}.draft`);
  await writeSynced(draft, [Buffer.from(temporary)]);
  try {
    await link(draft, join(notes, name));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    await rm(join(directory, places.incoming, temporary), { recursive: true, force: true });
  } finally {
    await rm(draft, { force: true });
  }
  await sync(notes);
}

async function write(folder: string, run: OutgoingRun): Promise<void> {
  await mkdir(folder, { mode: 0o750 });
  try {
    const files = [run.pdf, ...run.manifests];
    for (const file of files) await copy(join(folder, file.name), file);
    const facts = files.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }));
    const { id, number, revision, pieces, pages, sheets } = run;
    const complete = { id, number, revision, pieces, pages, sheets, files: facts };
    await writeSynced(join(folder, 'complete.json'), [Buffer.from(`${JSON.stringify(complete, null, 2)}\n`)]);
    await sync(folder);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function copy(path: string, file: OutgoingFile): Promise<void> {
  const hash = createHash('sha256');
  const source = await file.open();
  async function* hashed() {
    for await (const piece of source) {
      hash.update(piece);
      yield piece;
    }
  }
  await writeSynced(path, hashed());
  if (hash.digest('hex') !== file.sha256)
    throw new ChanceryError('internal', `${file.name} is not what was composed; the stored file is damaged`);
}

async function writeSynced(path: string, data: AsyncIterable<Uint8Array> | Uint8Array[]): Promise<void> {
  const handle = await open(path, 'wx', 0o640);
  try {
    for await (const piece of data)
      for (let at = 0; at < piece.length; ) at += (await handle.write(piece, at)).bytesWritten;
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

async function stateOf(directory: string, reference: string): ReturnType<Carrier['status']> {
  const isThere = (...path: string[]) => stat(join(directory, ...path)).then(() => true, missing);
  if (await isThere(reference)) return 'waiting';
  return (await isThere(places.back, reference)) ? 'cancelled' : 'unknown';
}

/** While nobody has fetched it. */
async function takeBack(directory: string, reference: string): Promise<boolean> {
  await rename(join(directory, reference), join(directory, places.back, reference)).catch(missing);
  return (await stateOf(directory, reference)) === 'cancelled';
}

/** Removes what writers that died left behind; what was noted is handed over, not thrown away. */
async function sweep(directory: string): Promise<void> {
  for (const temporary of await readdir(join(directory, places.incoming))) {
    const path = join(directory, places.incoming, temporary);
    const noted = await readFile(join(directory, places.notes, temporary.replace(/\.[^.]*$/, '')), 'utf8').catch(
      missing,
    );
    const touched = await stat(path).catch(missing);
    if (noted === temporary || !touched || Date.now() - touched.mtimeMs < leftOverAfterMs) continue;
    await rm(path, { recursive: true, force: true });
  }
}

/** What was noted before it failed is handed over by the next who looks; it must not be written anew with other pieces. */
async function failed(directory: string, name: string, error: unknown): Promise<Submission> {
  const isNoted = await stat(join(directory, places.notes, name)).then(
    () => true,
    (cause) => codeOf(cause) !== 'ENOENT',
  );
  return { status: isNoted ? 'unknown' : 'deferred', reason: sentence(error) };
}

function sentence(error: unknown): string {
  if (error instanceof ChanceryError) return error.message;
  const code = codeOf(error);
  return code === 'ENOSPC' ? 'the disk of the folder for print runs is full' : `the folder cannot be written: ${code}`;
}

function missing(error: unknown): undefined {
  if (codeOf(error) === 'ENOENT') return undefined;
  throw error;
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException | undefined)?.code ?? error);
}
