/** A job as UniCreda's clients read it: beside its id and status only what the status calls for. */

import type { App } from '../../app.ts';
import { keepRecent, type Recent } from '../../domain/keep-recent.ts';
import type { Actor } from '../../domain/permissions.ts';
import { followBatch, readOutcome } from '../../usecases/batches/follow-batch.ts';
import { type JobState, jobState, type ResultFigures } from './job-state.ts';
import type { Language } from './language.ts';
import { charactersOf, listedRows, type ResultLists, writeResultLists } from './result-lists.ts';
import { progressLine, rowError } from './sentences.ts';

/** A finished job as it was read in one snapshot; it may have been taken up again meanwhile. */
interface Finished {
  version: string;
  state: JobState;
  lists: ResultLists;
}

/** Every poll of a large job would make megabytes anew; however many ask at a time, they are made once. */
const finished = new WeakMap<App['db'], Recent<Finished>>();

/** Bytes at two a character. */
const most = { count: 1_000, bytes: 64_000_000 };

/** JSON. Throws `not_found`. */
export async function writeJob(app: App, actor: Actor, id: string, language: Language): Promise<string> {
  const figures = await followBatch(app, actor, id);
  const state = jobState(figures);
  if (state.status !== 'SUCCESS') return JSON.stringify(unfinishedWire(id, state, language));
  const recent = finished.get(app.db) ?? keepRecent<Finished>(most, ({ lists }) => 2 * charactersOf(lists));
  finished.set(app.db, recent);
  const key = `${actor.organizationId} ${id.toLowerCase()} ${figures.version} ${language}`;
  const now = await recent.get(key, async () => {
    const outcome = await readOutcome(app, actor, id, listedRows);
    const { version } = outcome.figures;
    return { version, state: jobState(outcome.figures), lists: writeResultLists(outcome, language) };
  });
  // Rows stay as they are within a version, mails do not: of the same one the figures just read are the newer.
  const seen = now.version === figures.version ? state : now.state;
  if (seen.status !== 'SUCCESS') return JSON.stringify(unfinishedWire(id, seen, language));
  return writeSuccess(id, seen.result, now.lists);
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
