/** Copies of a stored state, each with its own database and data folder, so that the same work can be done many times. */

import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../src/db/open.ts';
import { cloneDatabase, cloneOf } from './database.ts';
import type { Snapshot } from './open-test-app.ts';

/** Name under which the processes under test are connected, so that their sessions can be told from the test's own. */
export const hostSession = 'chancery-under-test';

export interface Place extends AsyncDisposable {
  database: Database;
  /** For processes under test. */
  url: string;
  dataDirectory: string;
  /** Rows of one statement as owner. */
  sql<R = Record<string, unknown>>(text: string, values?: unknown[]): Promise<R[]>;
}

/** Without a snapshot: an empty, migrated database and an empty folder. */
export async function openPlace(snapshot?: Pick<Snapshot, 'database' | 'dataDirectory'>): Promise<Place> {
  const clone = snapshot ? await cloneOf(snapshot.database) : await cloneDatabase();
  const dataDirectory = await mkdtemp(join(tmpdir(), 'chancery-place-'));
  if (snapshot) await cp(snapshot.dataDirectory, dataDirectory, { recursive: true });
  const url = new URL(clone.url);
  url.searchParams.set('application_name', hostSession);
  return {
    database: clone.database,
    url: url.href,
    dataDirectory,
    sql: async <R>(text: string, values?: unknown[]) => (await clone.database.ownerQuery<R>(text, values)).rows,
    async [Symbol.asyncDispose]() {
      await rm(dataDirectory, { recursive: true, force: true });
      await clone.drop();
    },
  };
}

/** Waits until the server has noticed that the processes under test are gone, and has ended what they had begun. */
export async function untilSessionsEnd(place: Place): Promise<void> {
  const sessions =
    'select 1 from pg_stat_activity where datname = current_database() and application_name = $1 limit 1';
  while ((await place.sql(sessions, [hostSession])).length > 0) await sleep(10);
}

/** Waits until every batch is finished and every chunk delivered or set aside, or until `unless` is aborted. Throws after 90 s, saying what is left. */
export async function untilQuiet(place: Pick<Place, 'sql'>, unless?: AbortSignal): Promise<void> {
  // A connection that falls silent in the middle of a statement is given up after 75.
  const seconds = 180;
  const open = `select (select count(*)::int from batch where completed_at is null) as batches,
    (select count(*)::int from chunk where status not in ('delivered', 'set_aside')) as chunks`;
  for (const deadline = performance.now() + seconds * 1_000; ; await sleep(60)) {
    if (unless?.aborted) return;
    const [left] = await place.sql<{ batches: number; chunks: number }>(open);
    if (left?.batches === 0 && left.chunks === 0) return;
    if (performance.now() > deadline) throw new Error(`not finished after ${seconds} s: ${JSON.stringify(left)}`);
  }
}
