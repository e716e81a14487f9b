/** Sort: takes the mailings of an account in the order of submission, judges the document, stores jobs and pieces, and plans what is printed. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '../app.ts';
import { mailDocumentKey, readMailDocument, settleDocument } from '../db/mail-documents.ts';
import { forgiveMailing, holdMailing, type TakenMailing, takeMailing } from '../db/mail-sorting.ts';
import { ChanceryError } from '../errors.ts';
import { fault } from '../fault.ts';
import { judgeMailDocument } from '../pdf/upload/judge-mail-document.ts';
import type { Job } from '../queue/open-queue.ts';
import { failMailing } from './fail-mailing.ts';
import { planPrinting } from './plan-printing.ts';
import { sortOrder } from './sort-order.ts';

/** Milliseconds. Whoever comes too early has been overtaken by a moment as a rule; after that others are let through. */
const patience = { step: 20, all: 5_000 };

/** A mailing that is past this is left alone. */
export async function sortMailing(app: App, job: Job): Promise<void> {
  const mailing = await takeInTurn(app, job);
  if (!mailing) return;
  await fault('sort-after-take');
  if (mailing.deaths > app.config.CHUNK_DEATHS)
    return failMailing(app, mailing, `Processing it has stopped the program ${mailing.deaths - 1} times.`);
  const started = performance.now();
  try {
    await sort(app, mailing);
  } catch (error) {
    await forgive(app, mailing);
    throw error;
  }
  const { organizationId, id, attempt } = mailing;
  const ms = Math.round(performance.now() - started);
  app.log.info({ organizationId, mailingId: id, attempt, ms }, 'mailing sorted');
}

async function takeInTurn(app: App, job: Job): Promise<TakenMailing | undefined> {
  const { organizationId, chunkId } = job;
  for (const deadline = performance.now() + patience.all; ; await sleep(patience.step)) {
    const taken = await app.db.organization(organizationId, (tx) => takeMailing(tx, organizationId, chunkId));
    if (taken === 'past') return undefined;
    if (taken !== 'early') return taken;
    if (performance.now() < deadline) continue;
    await app.db.organization(organizationId, (tx) => app.queue.enqueue(tx, 'belt', [job], 1));
    return undefined;
  }
}

/** What cannot be noted now counts as a death; there are some to spare. */
async function forgive(app: App, mailing: TakenMailing): Promise<void> {
  const note = app.db.organization(mailing.organizationId, (tx) => forgiveMailing(tx, mailing));
  await note.catch((error: Error) => app.log.warn({ mailingId: mailing.id, error: error.message }, 'no forgiveness'));
}

async function sort(app: App, mailing: TakenMailing): Promise<void> {
  const document = await readableDocument(app, mailing);
  if ('fault' in document) return failMailing(app, mailing, document.fault);
  await fault('sort-after-judge');
  const faults = await sortOrder(app, mailing, document.pages);
  await plan(app, mailing, faults);
  await fault('sort-after-commit');
}

/** Others may spend the credits while it is planned; the third time they wait. */
async function plan(app: App, mailing: TakenMailing, faults: ReadonlyMap<string, string>): Promise<void> {
  for (let attempt = 1; ; attempt++)
    try {
      return await app.db.organization(mailing.organizationId, async (tx) => {
        if (!(await holdMailing(tx, mailing))) throw new ChanceryError('conflict', 'another attempt holds the mailing');
        await planPrinting(app, tx, mailing, faults, attempt === 3);
        await fault('sort-before-commit');
      });
    } catch (error) {
      if (!(error instanceof ChanceryError && error.code === 'limit_exceeded') || attempt === 3) throw error;
    }
}

/** How many pages it has, or the sentence that says why it cannot be printed; judged once. */
async function readableDocument(
  app: App,
  { organizationId, documentId }: TakenMailing,
): Promise<{ pages: number } | { fault: string }> {
  const document = await app.db.organization(organizationId, (tx) => readMailDocument(tx, organizationId, documentId));
  if (document?.status === 'readable' && document.pages !== null) return { pages: document.pages };
  if (document?.status === 'refused') return { fault: refusal(document.reason ?? '') };
  if (document?.status !== 'uploaded') return { fault: 'The document was deleted.' };
  const verdict = await judge(app, documentId);
  await app.db.organization(organizationId, (tx) => settleDocument(tx, organizationId, documentId, verdict));
  return 'reason' in verdict ? { fault: refusal(verdict.reason) } : verdict;
}

async function judge(app: App, documentId: string) {
  try {
    return await judgeMailDocument(await app.blobs.stream(mailDocumentKey(documentId)));
  } catch (error) {
    const { code, issues, message } = error as ChanceryError;
    if (!(error instanceof ChanceryError) || code !== 'invalid_input') throw error;
    return { reason: String(issues[0]?.params?.reason ?? message) };
  }
}

const refusal = (reason: string) => `The document cannot be printed: ${reason.replace(/\.$/, '')}.`;
