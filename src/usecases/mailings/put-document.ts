/** Takes the document of a mailing; it is judged when the mailing is received, and until submission another may replace it. */

import type { App } from '../../app.ts';
import { type LockedMailing, lockMailingByNumber, setMailingDocument } from '../../db/mailings.ts';
import type { Tx } from '../../db/open.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { ChanceryError, notFound } from '../../errors.ts';
import { fault } from '../../fault.ts';
import { getMailing } from './get-mailing.ts';
import { forgetDocument, type HandedInFile, keepDocument } from './keep-document.ts';
import { mailScope } from './mail-scope.ts';

/** Durable when it returns. Throws `not_found`, and `conflict` once the mailing is submitted; nothing is stored then. */
export async function putDocument(
  app: App,
  actor: Actor,
  number: number,
  body: HandedInFile,
  name: string,
): Promise<void> {
  await requireEditing(app, actor, number);
  const replaced = await keepDocument(app, mailScope(actor), { name, terms: {}, body }, async (tx, id) => {
    const mailing = await lockEditing(tx, actor, number);
    await setMailingDocument(tx, actor.organizationId, mailing.id, id);
    return mailing.documentId;
  });
  await fault('put-document-after-commit');
  if (replaced) await forgetDocument(app, actor.organizationId, replaced);
}

/** Before anything is stored for nothing. */
export async function requireEditing(app: App, actor: Actor, number: number): Promise<void> {
  requirePermission(actor, 'mailings:create');
  requireStatus(await getMailing(app, { ...actor, scopes: ['*'] }, number));
}

export async function lockEditing(tx: Tx, actor: Actor, number: number): Promise<LockedMailing> {
  const mailing = await lockMailingByNumber(tx, mailScope(actor), number);
  if (!mailing) throw notFound('mailing', String(number));
  requireStatus(mailing);
  return mailing;
}

function requireStatus({ kind, status, number }: Pick<LockedMailing, 'kind' | 'status' | 'number'>): void {
  // The mailing of a single job is nobody's to be filled.
  if (kind !== 'batch') throw notFound('mailing', String(number));
  if (status !== 'editing')
    throw new ChanceryError('conflict', 'the mailing has been submitted and cannot be changed any more', {
      details: { number, status },
    });
}
