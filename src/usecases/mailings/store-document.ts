/** Keeps a document by itself, for jobs that name it by its number: judged before it is stored, so that its pages are known. */

import type { App } from '../../app.ts';
import { findMailDocument, type MailDocumentRow, settleDocument } from '../../db/mail-documents.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { notFound } from '../../errors.ts';
import { fault } from '../../fault.ts';
import { judgeMailDocument } from '../../pdf/upload/judge-mail-document.ts';
import { keepDocument, type NewDocument } from './keep-document.ts';
import { knownNumber, mailScope } from './mail-scope.ts';

/** Durable when it returns. Throws `invalid_input` with the reason for one that cannot be printed, of which nothing is stored. */
export async function storeDocument(app: App, actor: Actor, document: NewDocument): Promise<MailDocumentRow> {
  requirePermission(actor, 'mailings:create');
  const scope = mailScope(actor);
  const verdict = await judgeMailDocument(document.body.open());
  const stored = await keepDocument(app, scope, document, async (tx, id) => {
    await settleDocument(tx, scope.organizationId, id, verdict);
    return (await findMailDocument(tx, scope, { id })) as MailDocumentRow;
  });
  await fault('put-document-after-commit');
  return stored;
}

/** Throws `not_found` for an unknown number, another's, and one whose bytes were thrown away. */
export async function getMailDocument(app: App, actor: Actor, number: number): Promise<MailDocumentRow> {
  requirePermission(actor, 'mailings:view');
  const key = { number: knownNumber('mail document', number) };
  const document = await app.db.organization(actor.organizationId, (tx) => findMailDocument(tx, mailScope(actor), key));
  if (document?.status !== 'readable') throw notFound('mail document', String(number));
  return document;
}
