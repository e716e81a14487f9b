/** What every door that takes batches understands beside its own form: `dry_run` and `duplicates`, in the query or the form. */

import type { FastifyRequest } from 'fastify';
import type { Issue } from '../domain/issue.ts';
import { invalidInput } from '../errors.ts';
import { type DuplicateMode, duplicateModes } from '../usecases/batches/find-duplicates.ts';
import type { Form } from './read-form.ts';

const yes = ['true', '1'];
const no = ['false', '0', ''];

export interface BatchOptions {
  dryRun: boolean;
  duplicates: DuplicateMode;
}

/** Throws `invalid_input` for what `judgeBatchOptions` finds. */
export function readBatchOptions(request: FastifyRequest, form?: Form): BatchOptions {
  const { issues, ...options } = judgeBatchOptions(request, form);
  if (issues.length > 0) throw invalidInput('the options are not valid', issues);
  return options;
}

/** A word that is not understood is to be refused: whoever misspells a rehearsal must not issue. */
export function judgeBatchOptions(request: FastifyRequest, form?: Form): BatchOptions & { issues: Issue[] } {
  const query = request.query as Record<string, unknown>;
  const issues: Issue[] = [];
  const read = (name: string, choices: readonly string[]): string => {
    const given = [query[name], form?.fields.get(name)].flat().filter((value) => value !== undefined);
    const word = String(given[0] ?? '').trim();
    if (given.some((value) => String(value).trim() !== word) || (word !== '' && !choices.includes(word))) {
      const sentence = `The selected ${name.replace('_', ' ')} is invalid.`;
      issues.push({ path: name, code: 'not_a_choice', params: { choices: choices.filter(Boolean), sentence } });
    }
    return word;
  };
  const dryRun = yes.includes(read('dry_run', [...yes, ...no]));
  const duplicates = (read('duplicates', duplicateModes) || 'allow') as DuplicateMode;
  return { dryRun, duplicates, issues };
}
