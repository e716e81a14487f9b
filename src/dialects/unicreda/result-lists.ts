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

/** Characters that one process keeps in all, and results. */
const most = { characters: 32_000_000, results: 1_000 };

interface Kept {
  /** The oldest use first. */
  lists: Map<string, ResultLists>;
  characters: number;
}

const kept = new WeakMap<App['db'], Kept>();

/** Remembers the most recently asked ones. Gives undefined for what it does not have. */
export function keptLists(app: App, key: string): ResultLists | undefined {
  const mine = kept.get(app.db);
  const found = mine?.lists.get(key);
  if (mine && found) {
    mine.lists.delete(key);
    mine.lists.set(key, found);
  }
  return found;
}

export function keepLists(app: App, key: string, made: ResultLists): void {
  const mine = kept.get(app.db) ?? { lists: new Map(), characters: 0 };
  kept.set(app.db, mine);
  const { lists } = mine;
  drop(mine, key);
  lists.set(key, made);
  mine.characters += sizeOf(made);
  for (const oldest of lists.keys()) {
    if (mine.characters <= most.characters && lists.size <= most.results) break;
    drop(mine, oldest);
  }
}

function drop(mine: Kept, key: string): void {
  const found = mine.lists.get(key);
  if (!found) return;
  mine.lists.delete(key);
  mine.characters -= sizeOf(found);
}

const sizeOf = ({ errors, credentials }: ResultLists) => errors.length + credentials.length;
