/** The certificates in a member's wallet, newest first, a page at a time, with what holds of each at this moment. */

import type { App } from '../../app.ts';
import { listWalletItems, type WalletItemRow } from '../../db/wallet-items.ts';
import { vaultFields } from '../../domain/vault-template.ts';
import { type CredentialState, stateOf } from '../credentials/view-credential.ts';
import type { WalletSession } from './wallet-session.ts';

const credentialsPerPage = 20;

/** No specimen is in a wallet. */
export type WalletState = Exclude<CredentialState, 'specimen'>;
export type WalletCredential = WalletItemRow & { state: WalletState };

/** `page` counts from 1. */
export async function listCredentials(
  app: App,
  { organizationId, memberId }: WalletSession,
  page: number,
): Promise<{ credentials: WalletCredential[]; hasOlder: boolean }> {
  const range = { limit: credentialsPerPage + 1, offset: (page - 1) * credentialsPerPage };
  const rows = await app.db.organization(organizationId, (tx) =>
    listWalletItems(tx, organizationId, memberId, { ...range, titleField: vaultFields.title }),
  );
  const now = new Date();
  const credentials = rows.slice(0, credentialsPerPage).map((row) => ({
    ...row,
    state: stateOf({ ...row, test: false }, now) as WalletState,
  }));
  return { credentials, hasOlder: rows.length > credentialsPerPage };
}
