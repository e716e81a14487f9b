/** Notices: mails to the organization's own people with a link for them, claimed as `sending` before the act and settled after it, as deliveries are. */

import type { Status } from '../domain/lifecycle.ts';
import type { ApprovalRequest } from './approval-links.ts';
import type { Tx } from './open.ts';
import { mayBecome } from './transition.ts';
import { isOwners, type WalletInvitation } from './wallet-links.ts';

/** What a notice's mail is made from, by its kind. */
export interface NoticePayloads {
  approval_request: ApprovalRequest;
  wallet_link: WalletInvitation;
}

export type NoticeKind = keyof NoticePayloads;

export type NoticeRow<Kind extends NoticeKind = NoticeKind> = { [K in Kind]: NoticeOf<K> }[Kind];

interface NoticeOf<Kind extends NoticeKind> {
  id: string;
  kind: Kind;
  recipientName: string;
  recipientAddress: string;
  payload: NoticePayloads[Kind];
  messageId: string;
  attempts: number;
  createdAt: Date;
  /** About a batch of specimens. */
  test: boolean;
  /** It was sent in full before, and the other side never said what became of it. */
  wasUnanswered: boolean;
}

/** A link that leads nowhere any more is not worth a mail; one to a wallet may even have been thrown away. */
const isMoot = `(exists (select 1 from approval_link link join approval on approval.id = link.approval_id where link.id = notice.id
  and (link.superseded_at is not null or link.used_at is not null or approval.status <> 'pending'))
  or notice.kind = 'wallet_link' and not exists (select 1 from wallet_link link join member on member.id = link.member_id where link.id = notice.id
    and link.superseded_at is null and link.used_at is null and link.expires_at > clock_timestamp() and ${isOwners('link')}))`;

const isOfTest = `exists (select 1 from approval_link link join approval on approval.id = link.approval_id
  join batch on batch.id = approval.batch_id where link.id = notice.id and batch.test)`;

/** Claims the notice for one attempt, also after a run that died; undefined when there is nothing to send any more. */
export async function claimNotice(
  tx: Tx,
  organizationId: string,
  id: string,
  run: string,
): Promise<NoticeRow | undefined> {
  await tx.query(
    `update notice set status = 'unknown', next_attempt_at = null, updated_at = clock_timestamp()
     where organization_id = $1 and id = $2 and run <> $3 and ${mayBecome('notice', 'unknown')}`,
    [organizationId, id, run],
  );
  await tx.query(
    `update notice set status = 'cancelled', updated_at = clock_timestamp()
     where organization_id = $1 and id = $2 and ${mayBecome('notice', 'cancelled')} and ${isMoot}`,
    [organizationId, id],
  );
  const { rows } = await tx.query<NoticeRow>(
    `with before as (select status = 'unknown' and next_attempt_at is not null as unanswered from notice where organization_id = $1 and id = $2)
     update notice set status = 'sending', run = $3, attempts = attempts + 1, updated_at = clock_timestamp()
     where organization_id = $1 and id = $2 and ${mayBecome('notice', 'sending')} and coalesce(next_attempt_at <= clock_timestamp(), true)
     returning id, kind, recipient_name as "recipientName", recipient_address as "recipientAddress", payload, message_id as "messageId",
       attempts, created_at as "createdAt", ${isOfTest} as test, (select unanswered from before) as "wasUnanswered"`,
    [organizationId, id, run],
  );
  return rows[0];
}

/** Nothing happens when another run holds it by now. */
export async function settleNotice(
  tx: Tx,
  organizationId: string,
  { id, run }: { id: string; run: string },
  {
    status,
    said,
    wait,
  }: {
    status: Extract<Status<'notice'>, 'sent' | 'deferred' | 'failed' | 'unknown'>;
    said: string;
    /** Seconds. */
    wait: number | null;
  },
): Promise<void> {
  await tx.query(
    `update notice set status = $4, response = $5, sent_at = case when $4 = 'sent' then clock_timestamp() else sent_at end,
       next_attempt_at = clock_timestamp() + make_interval(secs => $6), updated_at = clock_timestamp()
     where organization_id = $1 and id = $2 and run = $3 and ${mayBecome('notice', status)}`,
    [organizationId, id, run, status, said.slice(0, 500), wait],
  );
}

/** Seconds until the next attempt is due, or null when it is settled. */
export async function noticeDueIn(tx: Tx, organizationId: string, id: string): Promise<number | null> {
  const { rows } = await tx.query<{ seconds: number }>(
    `select greatest(0, coalesce(extract(epoch from next_attempt_at - clock_timestamp()), 0))::float8 as seconds
     from notice where organization_id = $1 and id = $2 and status in ('queued', 'sending', 'deferred', 'unknown')`,
    [organizationId, id],
  );
  return rows[0]?.seconds ?? null;
}
