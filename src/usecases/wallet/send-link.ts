/** Sends a member the link that opens their wallet: because somebody typed its address, or because the organization wants it. */

import type { App } from '../../app.ts';
import { recordEvent } from '../../db/events.ts';
import { findMember } from '../../db/members.ts';
import type { Tx } from '../../db/open.ts';
import { findOrganizationsOfAddress } from '../../db/organizations.ts';
import { readWalletLanguage } from '../../db/wallet-items.ts';
import { findWalletOwners, insertWalletLink, lockWalletOwner, type WalletOwner } from '../../db/wallet-links.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { ChanceryError, invalidInput, notFound } from '../../errors.ts';
import { isEmailAddress } from '../../ingest/email-address.ts';

/** How long a link works. */
export const linkMinutes = 30;
/** Nobody gets more mails than that, whoever asks for them. */
const most = { lately: 3, day: 20 };

/**
 * One mail for each organization of this server that has a member of the address, from that organization; nothing for an address of
 * nobody's, or one that was written to too often. Gives nothing, so that nothing can be told of it. `language`: the reader's, if known.
 * Throws `invalid_input` for a text that is no address.
 */
export async function askForLink(app: App, typed: string, language: string | undefined): Promise<void> {
  const email = typed.trim().normalize('NFC');
  if (!isEmailAddress(email))
    throw invalidInput('that is no e-mail address', [
      { path: 'email', code: email === '' ? 'required' : 'not_an_email' },
    ]);
  const organizations = await app.db.anonymous((tx) => findOrganizationsOfAddress(tx, email));
  for (const organizationId of organizations)
    await app.db.organization(organizationId, async (tx) => {
      for (const memberId of await findWalletOwners(tx, organizationId, email)) {
        const owner = await lockWalletOwner(tx, organizationId, memberId);
        if (owner && !owner.isArchived && waitOf(owner) === 0)
          await send(app, tx, organizationId, owner, 'wallet', language);
      }
    });
}

/** Throws `not_found`, `conflict` for an archived member, and `too_many_requests` with `details.retryAfter` in seconds. */
export async function sendWalletLink(
  app: App,
  actor: Actor,
  idOrNumber: string,
): Promise<{ sentTo: string; expiresAt: Date }> {
  requirePermission(actor, 'users:update');
  const { organizationId, label } = actor;
  return app.db.organization(organizationId, async (tx) => {
    const member = idOrNumber.includes('\0') ? undefined : await findMember(tx, organizationId, idOrNumber);
    const owner = member && (await lockWalletOwner(tx, organizationId, member.id));
    if (!owner) throw notFound('member', idOrNumber);
    if (owner.isArchived)
      throw new ChanceryError('conflict', 'an archived member is not written to', { details: { archived: true } });
    const retryAfter = waitOf(owner);
    if (retryAfter > 0)
      throw new ChanceryError('too_many_requests', 'the member was sent many links of late', {
        details: { retryAfter },
      });
    return { sentTo: owner.email, expiresAt: await send(app, tx, organizationId, owner, label, undefined) };
  });
}

/** Seconds until the member may be written to again; 0 for now. */
function waitOf({ sent }: WalletOwner): number {
  const wait = sent.day >= most.day ? sent.dayWait : 0;
  return sent.lately >= most.lately ? Math.max(wait, sent.latelyWait) : wait;
}

async function send(
  app: App,
  tx: Tx,
  organizationId: string,
  owner: WalletOwner,
  actor: string,
  language: string | undefined,
): Promise<Date> {
  const link = await insertWalletLink(tx, organizationId, owner, {
    minutes: linkMinutes,
    language: language ?? (await readWalletLanguage(tx, organizationId, owner.id)) ?? 'en',
    publicUrl: app.publicUrl,
    mailDomain: app.config.MAIL_DOMAIN,
  });
  const event = { organizationId, subject: 'member', subjectId: owner.id, kind: 'member.wallet_link_sent', actor };
  await recordEvent(tx, { ...event, data: {} });
  const job = { stage: 'notify', organizationId, chunkId: link.id, urgent: true } as const;
  await app.queue.enqueue(tx, 'deliver', [job]);
  return link.expiresAt;
}
