/** What every door that takes batches understands beside its own form: `dry_run` and `duplicates`, in the query or the form. */

import type { FastifyRequest } from 'fastify';
import type { Issue } from '../domain/issue.ts';
import { invalidInput } from '../errors.ts';
import { type DuplicateMode, duplicateModes } from '../usecases/batches/find-duplicates.ts';
import type { Form } from './read-form.ts';

const yes = ['true', '1'];
const no = ['false', '0', ''];

/** A word that is not understood is refused: whoever misspells a rehearsal must not issue. Throws `invalid_input`. */
export function readBatchOptions(request: FastifyRequest, form: Form): { dryRun: boolean; duplicates: DuplicateMode } {
  const query = request.query as Record<string, unknown>;
  const issues: Issue[] = [];
  const read = (name: string, choices: readonly string[]): string => {
    const given = [query[name], form.fields.get(name)].flat().filter((value) => value !== undefined);
    const word = String(given[0] ?? '').trim();
    if (given.some((value) => String(value).trim() !== word) || (word !== '' && !choices.includes(word))) {
      const sentence = `The selected ${name.replace('_', ' ')} is invalid.`;
      issues.push({ path: name, code: 'not_a_choice', params: { choices: choices.filter(Boolean), sentence } });
    }
    return word;
  };
  const dryRun = yes.includes(read('dry_run', [...yes, ...no]));
  const duplicates = (read('duplicates', duplicateModes) || 'allow') as DuplicateMode;
  if (issues.length > 0) throw invalidInput('the options are not valid', issues);
  return { dryRun, duplicates };
}
