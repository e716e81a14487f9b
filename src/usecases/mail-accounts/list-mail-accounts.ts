/** The mail accounts of an organization, without their passwords, which nobody has. A test key sees staging accounts. */

import type { App } from '../../app.ts';
import { findMailAccount, type MailAccountRow, listMailAccounts as readMailAccounts } from '../../db/mail-accounts.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { isUuid } from '../../domain/uuid.ts';
import { notFound } from '../../errors.ts';

export async function listMailAccounts(
  app: App,
  actor: Actor,
  page: { limit: number; offset: number },
): Promise<{ accounts: MailAccountRow[]; total: number }> {
  requirePermission(actor, 'tokens:list');
  return app.db.organization(actor.organizationId, (tx) =>
    readMailAccounts(tx, actor.organizationId, { ...page, mode: actor.test ? 'test' : undefined }),
  );
}

/** By id or by name. Throws `not_found`. */
export async function getMailAccount(app: App, actor: Actor, named: string): Promise<MailAccountRow> {
  requirePermission(actor, 'tokens:list');
  const { organizationId } = actor;
  const by = isUuid(named) ? { id: named } : { username: named };
  // The database would not even look at a zero byte.
  const found = named.includes('\0')
    ? undefined
    : await app.db.organization(organizationId, (tx) => findMailAccount(tx, organizationId, by));
  if (!found || (actor.test && found.mode === 'live')) throw notFound('mail account', named);
  return found;
}
