/** The long parts of a finished job's result. */

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

export const charactersOf = ({ errors, credentials }: ResultLists) => errors.length + credentials.length;
