/** Begins a mailing: its document and its order come next, in any order. */

import { randomUUID } from 'node:crypto';
import type { App } from '../../app.ts';
import { findMailing, insertMailing, type MailingRow } from '../../db/mailings.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { fault } from '../../fault.ts';
import { mailScope } from './mail-scope.ts';

export async function createMailing(app: App, actor: Actor): Promise<MailingRow> {
  requirePermission(actor, 'mailings:create');
  const scope = mailScope(actor);
  const id = randomUUID();
  const mailing = await app.db.organization(actor.organizationId, async (tx) => {
    await insertMailing(tx, scope, { id, kind: 'batch' });
    return (await findMailing(tx, scope, { id })) as MailingRow;
  });
  await fault('mailing-after-create');
  return mailing;
}
