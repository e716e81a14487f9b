/** The long parts of a finished job's result, written once and kept while clients ask for them: every poll of a large job would make megabytes anew. */

import type { App } from '../../app.ts';
import type { BatchOutcome } from '../../usecases/batches/follow-batch.ts';
import type { Language } from './language.ts';
import { rowError } from './sentences.ts';

/** Entries of either list in one result. */
export const listedRows = 10_000;

export interface ResultLists {
  /** JSON: an array. */
  errors: string;
  credentials: string;
  isCut: { errors: boolean; credentials: boolean };
}

export function writeResultLists({ figures, failed, issued }: BatchOutcome, language: Language): ResultLists {
  const errors = failed.map(({ row, email, issues }) => ({ row, email, error: rowError(issues, language) }));
  const credentials = issued.map(({ row, email, id }) => ({
    row,
    email,
    credential_id: id,
    credential_url: figures.publicUrl && `${figures.publicUrl}/credential/${id}`,
  }));
  return {
    errors: JSON.stringify(errors),
    credentials: JSON.stringify(credentials),
    isCut: { errors: figures.failed > failed.length, credentials: figures.issued > issued.length },
  };
}

/** Characters that one process keeps in all; the longest result has about four million. */
const keptCharacters = 32_000_000;

const kept = new WeakMap<App['db'], Map<string, ResultLists>>();

/** Remembers the most recently asked ones. Gives undefined for what it does not have. */
export function keptLists(app: App, key: string): ResultLists | undefined {
  const mine = kept.get(app.db);
  const found = mine?.get(key);
  if (mine && found) {
    mine.delete(key);
    mine.set(key, found);
  }
  return found;
}

export function keepLists(app: App, key: string, lists: ResultLists): void {
  const mine = kept.get(app.db) ?? new Map<string, ResultLists>();
  kept.set(app.db, mine);
  mine.set(key, lists);
  let size = 0;
  for (const [old, { errors, credentials }] of [...mine].reverse()) {
    size += errors.length + credentials.length;
    if (size > keptCharacters) mine.delete(old);
  }
}
