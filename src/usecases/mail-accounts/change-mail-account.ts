/** Gives a mail account another password, or disables it: at once in this process and, by an announcement at the commit, in all others. */

import type { App } from '../../app.ts';
import { recordEvent } from '../../db/events.ts';
import {
  changeMailAccountPassword,
  type MailAccountRow,
  disableMailAccount as storeDisabling,
} from '../../db/mail-accounts.ts';
import type { Tx } from '../../db/open.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { newPassword, requirePassword } from './create-mail-account.ts';
import { getMailAccount } from './list-mail-accounts.ts';

/** An account that is disabled already stays as it is. `named` is its id or name. Throws `not_found`. */
export async function disableMailAccount(app: App, actor: Actor, named: string): Promise<MailAccountRow> {
  const found = await changed(app, actor, named, 'mail_account.disabled', (tx, { id }) =>
    storeDisabling(tx, actor.organizationId, id),
  );
  return found;
}

/** Default: a new password. Gives the password. Throws `not_found` and `invalid_input`. */
export async function setMailAccountPassword(
  app: App,
  actor: Actor,
  named: string,
  password = newPassword(),
): Promise<{ row: MailAccountRow; password: string }> {
  requirePassword(password);
  const passwordHash = await app.passwords.hash(password);
  const row = await changed(app, actor, named, 'mail_account.password_changed', async (tx, { id }) => {
    await changeMailAccountPassword(tx, actor.organizationId, id, passwordHash);
    return true;
  });
  return { row, password };
}

async function changed(
  app: App,
  actor: Actor,
  named: string,
  kind: string,
  change: (tx: Tx, account: MailAccountRow) => Promise<boolean>,
): Promise<MailAccountRow> {
  requirePermission(actor, 'tokens:revoke');
  const { organizationId } = actor;
  const seeing = { ...actor, scopes: ['*'] };
  const account = await getMailAccount(app, seeing, named);
  await app.db.organization(organizationId, async (tx) => {
    if (!(await change(tx, account))) return;
    const event = { subject: 'mail_account', subjectId: account.id, kind, actor: actor.label };
    await recordEvent(tx, { organizationId, ...event, data: {} });
  });
  app.recentAccounts.forget();
  return getMailAccount(app, seeing, account.id);
}
