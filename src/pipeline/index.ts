/** The belt: its stages in order. The queue is one caller of them. */

import type { App } from '../app.ts';
import { ChanceryError } from '../errors.ts';
import type { Job, QueueName, Stage } from '../queue/open-queue.ts';
import { acceptChunk } from './accept-chunk.ts';
import { cancelChunk } from './cancel-chunk.ts';
import { composePrintRun } from './compose-run.ts';
import { deliverChunk } from './deliver-chunk.ts';
import { followPrintRun } from './follow-run.ts';
import { notify } from './notify.ts';
import { patient } from './patient.ts';
import { postPrintRun } from './post-run.ts';
import { produceChunk } from './produce-chunk.ts';
import { rejectChunk } from './reject-chunk.ts';
import { sortMailing } from './sort-mailing.ts';

/** accept -> (approve) -> produce -> deliver, or accept -> reject, or at any time before produce has ended -> cancel; `notify` writes to people who are asked to approve. Each finds for itself whether it was done before. */
export const stages: Record<string, (app: App, job: Job, stopping: AbortSignal) => Promise<void>> = {
  accept: acceptChunk,
  produce: produceChunk,
  reject: rejectChunk,
  cancel: cancelChunk,
  deliver: deliverChunk,
  notify,
  sort: sortMailing,
  compose: composePrintRun,
  post: postPrintRun,
  follow: followPrintRun,
};

/** What each queue runs. */
export function stageRunners(given: App): Record<QueueName, Stage> {
  const app = patient(given);
  const run: Stage = async (job, stopping) => {
    const stage = stages[job.stage];
    if (!stage) throw new ChanceryError('internal', `unknown stage ${job.stage}`);
    await stage(app, job, stopping);
  };
  return { belt: run, deliver: run };
}
