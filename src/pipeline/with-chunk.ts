/** Takes a chunk for a stage, takes its items one by one when it killed too many workers and sets it aside when that killed one too, and tells a death from an ordinary error. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '../app.ts';
import { type ChunkRow, forgiveChunk, takeChunk } from '../db/chunks.ts';
import type { Issue } from '../domain/issue.ts';
import { ChanceryError } from '../errors.ts';
import type { Job } from '../queue/open-queue.ts';
import { appWith } from './app-with.ts';
import { cancelTaken } from './cancel-chunk.ts';
import { isolatingThreads } from './isolate-items.ts';
import { setAsideChunk } from './set-aside-chunk.ts';
import { ThreadDeath } from './thread-watch.ts';

/** Runs `work` on the chunk if it still is in `status`; else the stage was done before and there is nothing to do. Of a cancelled batch nothing is made. */
export async function withChunk(
  app: App,
  job: Job,
  status: 'pending' | 'accepted',
  work: (app: App, chunk: ChunkRow) => Promise<void>,
): Promise<void> {
  const { organizationId, chunkId } = job;
  const chunk = await app.db.organization(organizationId, (tx) => takeChunk(tx, organizationId, chunkId, status));
  if (!chunk) return;
  if (chunk.isCalledOff) return cancelTaken(app, chunk);
  const isDeadly = chunk.deaths > app.config.CHUNK_DEATHS;
  const deadly: Issue = { path: 'row', code: 'set_aside', params: { deaths: chunk.deaths - 1 } };
  // The attempt that takes each item alone died too: not of a thread, then, but as a process.
  if (chunk.deaths > app.config.CHUNK_DEATHS + 1) return setAsideChunk(app, chunk, deadly);
  const started = performance.now();
  try {
    await work(isDeadly ? appWith(app, { threads: isolatingThreads(app.threads, deadly) }) : app, chunk);
    const { batchId, seq, attempt } = chunk;
    app.log.info(
      { organizationId, batchId, chunkId, seq, stage: job.stage, attempt, ms: Math.round(performance.now() - started) },
      'chunk done',
    );
  } catch (error) {
    // What cannot be compiled now cannot be compiled by trying again.
    if (error instanceof ChanceryError && error.code === 'invalid_input')
      return setAsideChunk(app, chunk, { path: 'row', code: 'produce_failed', params: { reason: error.message } });
    // A thread that was killed by its work is a death too; anything else is an ordinary error.
    if (!(error instanceof ThreadDeath)) await forgive(app, chunk);
    throw error;
  }
}

/** The usual reason why this fails is the database's absence, which is no death either: it is waited for. */
async function forgive(app: App, { organizationId, id, attempt }: ChunkRow): Promise<void> {
  for (let patience = 20; ; patience--) {
    try {
      return await app.db.organization(organizationId, (tx) => forgiveChunk(tx, organizationId, id, attempt));
    } catch (error) {
      if (!(error instanceof ChanceryError && error.code === 'not_ready') || patience === 0) throw error;
      await sleep(1_000);
    }
  }
}
