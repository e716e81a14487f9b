/** Throws away what print and post no longer needs: drafts, and after MAIL_DOCUMENT_DAYS documents, orders and printed files. Pieces and tracking stay. */

import type { App } from '../../app.ts';
import { mailDocumentKey } from '../../db/mail-documents.ts';
import { listMailJobsOf } from '../../db/mail-jobs.ts';
import {
  type Draft,
  listDrafts,
  listRetiredDocuments,
  listSweepable,
  markDocumentGone,
  markSwept,
  retireDocuments,
  type SweptMailing,
} from '../../db/mail-retention.ts';
import { lockMailing } from '../../db/mailings.ts';
import type { Tx } from '../../db/open.ts';
import { transition, tryTransition } from '../../db/transition.ts';
import { runFileKeys } from '../../domain/print-plan.ts';
import { sweepAddressLists } from '../address-lists/delete-address-list.ts';

const atOnce = 100;

/** Any number of processes may do so at once, and a sweep that dies is done again. Gives how many mailings and documents went. */
export async function sweepMailings(app: App): Promise<{ mailings: number; documents: number }> {
  const { MAIL_DOCUMENT_DAYS: days, MAIL_DRAFT_DAYS: draftDays } = app.config;
  await eachOf(
    () => app.db.owner((tx) => listDrafts(tx, { days: draftDays, limit: atOnce })),
    (draft) => app.db.organization(draft.organizationId, (tx) => dropDraft(tx, draft)),
  );
  const mailings = await eachOf(
    () => app.db.owner((tx) => listSweepable(tx, { days, limit: atOnce })),
    (mailing) => sweepMailing(app, mailing),
  );
  await app.db.owner((tx) => retireDocuments(tx, days));
  const documents = await eachOf(
    () => app.db.owner((tx) => listRetiredDocuments(tx, atOnce)),
    async ({ id, organizationId }) => {
      await app.blobs.delete(mailDocumentKey(id));
      await app.db.organization(organizationId, (tx) => markDocumentGone(tx, organizationId, id));
    },
  );
  await sweepAddressLists(app, days);
  return { mailings, documents };
}

async function eachOf<T>(list: () => Promise<T[]>, end: (one: T) => Promise<unknown>): Promise<number> {
  for (let ended = 0; ; ) {
    const some = await list();
    for (const one of some) await end(one);
    ended += some.length;
    if (some.length < atOnce) return ended;
  }
}

/** Unless somebody has filled it since it was listed. */
async function dropDraft(tx: Tx, { organizationId, id, updatedAt }: Draft): Promise<void> {
  const mailing = await lockMailing(tx, organizationId, id);
  if (mailing?.status !== 'editing' || mailing.updatedAt.getTime() !== updatedAt.getTime()) return;
  const change = { organizationId, to: 'cancelled', actor: 'system', completes: true } as const;
  await transition(tx, { ...change, subject: 'mailing', id });
  for (const job of await listMailJobsOf(tx, organizationId, id))
    await tryTransition(tx, { ...change, subject: 'mail_job', id: job.id });
}

async function sweepMailing(app: App, { id, organizationId, orderKeys, runs }: SweptMailing): Promise<void> {
  const files = runs.flatMap((run) =>
    Array.from({ length: run.revision }, (_, before) => Object.values(runFileKeys(run.id, before + 1))),
  );
  for (const key of [...orderKeys, ...files.flat()]) await app.blobs.delete(key);
  await app.db.organization(organizationId, (tx) => markSwept(tx, organizationId, id));
}
