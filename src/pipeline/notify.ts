/** Notify: sends one notice, at least once, by the rules of deliveries; a notice whose reason is gone is not sent. */

import { randomUUID } from 'node:crypto';
import type { App } from '../app.ts';
import { claimNotice, type NoticeRow, noticeDueIn, settleNotice } from '../db/notices.ts';
import { type OrganizationRow, readOrganization } from '../db/organizations.ts';
import type { Channel, Outcome, Outgoing } from '../deliver/channel.ts';
import { composeApprovalMail } from '../deliver/email/compose-approval.ts';
import { composeWalletMail } from '../deliver/email/compose-wallet.ts';
import { sealId } from '../domain/sealed-id.ts';
import { ChanceryError } from '../errors.ts';
import { fault } from '../fault.ts';
import type { Job } from '../queue/open-queue.ts';
import { afterAttempt } from './after-attempt.ts';
import { turnstileOf } from './deliver-chunk.ts';

export async function notify(app: App, job: Job): Promise<void> {
  const { organizationId, chunkId: id } = job;
  const run = randomUUID();
  const { notice, organization } = await app.db.organization(organizationId, async (tx) => ({
    notice: await claimNotice(tx, organizationId, id, run),
    organization: await readOrganization(tx, organizationId),
  }));
  await fault('notify-after-claim');
  let outcome: Outcome | undefined;
  if (notice) {
    const channel = channelOf(app, notice);
    const message = composed(app, notice, organization);
    const send = () => channel.deliver(message);
    outcome = await turnstileOf(channel, app.config.SMTP_CONNECTIONS).pass(send);
    await fault('notify-after-send');
  }
  await app.db.organization(organizationId, async (tx) => {
    if (notice && outcome) await settleNotice(tx, organizationId, { id, run }, afterAttempt(notice, outcome));
    const due = await noticeDueIn(tx, organizationId, id);
    if (due !== null) await app.queue.enqueue(tx, 'deliver', [job], Math.max(1, due));
  });
}

/** Whoever signs specimens is asked in the mailbox of this server. */
function channelOf({ channels }: App, { test }: NoticeRow): Channel {
  const name = test ? 'mailbox' : 'email';
  const channel = channels[name];
  if (!channel) throw new ChanceryError('not_ready', `the channel ${name} is not configured`);
  return channel;
}

/** The same notice always gives the same bytes: the link's token is made again, not stored. */
function composed(app: App, notice: NoticeRow, organization: OrganizationRow): Outgoing {
  const { recipientName, recipientAddress } = notice;
  return {
    ...wordsOf(app, notice, organization.name),
    attachments: [],
    messageId: notice.messageId,
    to: { name: recipientName, address: recipientAddress },
    from: { name: organization.senderName, address: organization.senderAddress },
    date: notice.createdAt,
  };
}

function wordsOf({ masterKey }: App, notice: NoticeRow, organizationName: string) {
  const { id, kind, payload, recipientName } = notice;
  const expiresAt = new Date(payload.expiresAt);
  if (kind === 'wallet_link') {
    const url = `${payload.publicUrl}/wallet/open/${sealId(masterKey, 'walletLink', id)}`;
    return composeWalletMail({
      memberName: recipientName,
      organizationName,
      expiresAt,
      url,
      language: payload.language,
    });
  }
  const url = `${payload.publicUrl}/approve/${sealId(masterKey, 'approvalLink', id)}`;
  return composeApprovalMail({ ...payload, expiresAt, signatoryName: recipientName, organizationName, url });
}
