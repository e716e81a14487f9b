/** Who a browser's session stands for; every request asks anew, so that a session ends the moment its reason does. */

import type { App } from '../../app.ts';
import { findOrganizationOf } from '../../db/organizations.ts';
import { endWalletSession, findWalletSession, type WalletSessionRow } from '../../db/wallet-sessions.ts';
import { unsealId } from '../../domain/sealed-id.ts';

export interface WalletSession extends WalletSessionRow {
  organizationId: string;
}

/** Undefined for a token that was never given out, and for a session that was ended, is over, or whose member has another address now or is archived. */
export async function findSession(app: App, token: string | undefined): Promise<WalletSession | undefined> {
  const found = token === undefined ? undefined : await locate(app, token);
  if (!found) return undefined;
  const { id, organizationId } = found;
  const session = await app.db.organization(organizationId, (tx) => findWalletSession(tx, organizationId, id));
  return session && { ...session, organizationId };
}

/** Nothing happens for a token that opens nothing. */
export async function endSession(app: App, token: string): Promise<void> {
  const found = await locate(app, token);
  if (!found) return;
  const { id, organizationId } = found;
  await app.db.organization(organizationId, (tx) => endWalletSession(tx, organizationId, id));
}

async function locate(app: App, token: string): Promise<{ id: string; organizationId: string } | undefined> {
  const id = unsealId(app.masterKey, 'walletSession', token);
  const organizationId = id && (await app.db.anonymous((tx) => findOrganizationOf(tx, 'walletSession', id)));
  return organizationId ? { id, organizationId } : undefined;
}
