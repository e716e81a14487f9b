/** Finds the actor behind a name and a password. */

import type { App } from '../../app.ts';
import { noteMailAccountUse } from '../../db/mail-accounts.ts';
import { type Actor, mailAccountScopes } from '../../domain/permissions.ts';
import { ChanceryError } from '../../errors.ts';
import type { Login } from './recent-accounts.ts';

/** Throws `unauthenticated` for nothing shown, an unknown or disabled account and a wrong password alike. */
export async function logIn(app: App, login: Login | undefined): Promise<Actor> {
  const found = login && (await app.recentAccounts.find(login));
  if (!found) throw new ChanceryError('unauthenticated', 'the user name or the password is missing or not valid');
  const { id, organizationId, username, mode, rateLimit, returnAddress } = found;
  if (app.recentAccounts.isUseDue(id))
    await app.db.organization(organizationId, (tx) => noteMailAccountUse(tx, organizationId, id));
  return {
    organizationId,
    memberId: null,
    scopes: mailAccountScopes,
    test: mode === 'test',
    label: `mail_account:${id}`,
    account: { id, username, returnAddress, rateLimit },
  };
}
