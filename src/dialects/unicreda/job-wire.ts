/** A job as UniCreda's clients read it: beside its id and status only what the status calls for. */

import type { App } from '../../app.ts';
import type { Actor } from '../../domain/permissions.ts';
import { followBatch, readOutcome } from '../../usecases/batches/follow-batch.ts';
import { type JobState, jobState, type ResultFigures } from './job-state.ts';
import type { Language } from './language.ts';
import { keepLists, keptLists, listedRows, type ResultLists, writeResultLists } from './result-lists.ts';
import { progressLine, rowError } from './sentences.ts';

/** JSON. Throws `not_found`. */
export async function writeJob(app: App, actor: Actor, id: string, language: Language): Promise<string> {
  const figures = await followBatch(app, actor, id);
  const state = jobState(figures);
  if (state.status !== 'SUCCESS') return JSON.stringify(unfinishedWire(id, state, language));
  const keyOf = (version: string) => `${actor.organizationId} ${id.toLowerCase()} ${version} ${language}`;
  const known = keptLists(app, keyOf(figures.version));
  if (known) return writeSuccess(id, state.result, known);
  const outcome = await readOutcome(app, actor, id, listedRows);
  const now = jobState(outcome.figures);
  // It was taken up again in between.
  if (now.status !== 'SUCCESS') return JSON.stringify(unfinishedWire(id, now, language));
  const lists = writeResultLists(outcome, language);
  keepLists(app, keyOf(outcome.figures.version), lists);
  return writeSuccess(id, now.result, lists);
}

type Unfinished = Exclude<JobState, { status: 'SUCCESS' }>;

function unfinishedWire(id: string, state: Unfinished, language: Language): object {
  const head = { job_id: id, status: state.status };
  switch (state.status) {
    case 'PROGRESS': {
      const { current, total } = state;
      return { ...head, progress: { current, total, status: progressLine(state, language) } };
    }
    case 'FAILURE': {
      const { code, ...params } = state.cause;
      return { ...head, error: rowError([{ path: 'job', code, params }], language) };
    }
    default:
      return head;
  }
}

/** In UniCreda's order, what is ours behind it. */
function writeSuccess(id: string, result: ResultFigures, { errors, credentials, isCut }: ResultLists): string {
  const { total, successful, failed, ...rest } = result;
  const inner = (part: object) => JSON.stringify(part).slice(1, -1);
  const parts = [
    inner({ total, successful, failed }),
    `"errors":${errors}`,
    inner(rest),
    `"credentials":${credentials}`,
    inner({
      ...(isCut.errors && { errors_truncated: true }),
      ...(isCut.credentials && { credentials_truncated: true }),
    }),
  ];
  const body = parts.filter((part) => part !== '').join(',');
  return `{${inner({ job_id: id, status: 'SUCCESS' })},"result":{${body}}}`;
}
