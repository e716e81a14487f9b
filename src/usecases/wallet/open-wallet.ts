/** From the link in a member's mail to a session in their browser. Looking at a link uses nothing up: mail scanners open links too; opening the wallet does. */

import type { App } from '../../app.ts';
import { recordEvent } from '../../db/events.ts';
import { findOrganizationOf } from '../../db/organizations.ts';
import { readWalletLanguage } from '../../db/wallet-items.ts';
import { findWalletLink, useWalletLink, type WalletLinkRow } from '../../db/wallet-links.ts';
import { sealId, unsealId } from '../../domain/sealed-id.ts';

/** How long a session holds. */
export const sessionHours = 12;

/** `unknown`: nobody was sent it. */
export type ClosedWalletLink = 'unknown' | 'used' | 'superseded' | 'expired';

export type SeenWalletLink =
  | { closed: ClosedWalletLink; memberId?: string; language?: string }
  | { closed: null; memberName: string; organizationName: string; language?: string };

/** `language` is that of the member's newest certificate. */
export async function viewWalletLink(app: App, token: string): Promise<SeenWalletLink> {
  const id = unsealId(app.masterKey, 'walletLink', token);
  const organizationId = id && (await app.db.anonymous((tx) => findOrganizationOf(tx, 'walletLink', id)));
  if (!organizationId) return { closed: 'unknown' };
  return app.db.organization(organizationId, async (tx) => {
    const link = await findWalletLink(tx, organizationId, id);
    if (!link) return { closed: 'unknown' };
    const { memberId, memberName, organizationName } = link;
    const language = await readWalletLanguage(tx, organizationId, memberId);
    const closed = closedBy(link);
    return closed ? { closed, memberId, language } : { closed, memberName, organizationName, language };
  });
}

function closedBy({ used, superseded, expired }: WalletLinkRow): Exclude<ClosedWalletLink, 'unknown'> | null {
  if (used) return 'used';
  if (superseded) return 'superseded';
  return expired ? 'expired' : null;
}

/** Uses the link up. Gives the token for the browser, or undefined where the link opens nothing. */
export async function openWallet(app: App, token: string): Promise<string | undefined> {
  const id = unsealId(app.masterKey, 'walletLink', token);
  const organizationId = id && (await app.db.anonymous((tx) => findOrganizationOf(tx, 'walletLink', id)));
  if (!organizationId) return undefined;
  const opened = await app.db.organization(organizationId, async (tx) => {
    const used = await useWalletLink(tx, organizationId, id, sessionHours);
    if (!used) return undefined;
    const { memberId } = used;
    const event = { organizationId, subject: 'member', subjectId: memberId, kind: 'member.wallet_opened' };
    await recordEvent(tx, { ...event, actor: `member:${memberId}`, data: {} });
    return used;
  });
  return opened && sealId(app.masterKey, 'walletSession', opened.sessionId);
}
