/** Links by which members open their wallets; link and mail have one id and are stored together. Each works once. */

import { randomUUID } from 'node:crypto';
import type { Tx } from './open.ts';

/** Whom a link can be sent to, and how many were of late. */
export interface WalletOwner {
  id: string;
  name: string;
  email: string;
  isArchived: boolean;
  sent: {
    /** In the last quarter of an hour. */
    lately: number;
    /** In the last 24 hours. */
    day: number;
    /** Seconds until the oldest of either is counted no more. */
    latelyWait: number;
    dayWait: number;
  };
}

/** Not archived members of the address, in any case; nearly always one. */
export async function findWalletOwners(tx: Tx, organizationId: string, email: string): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    'select id from member where organization_id = $1 and email_key = lower($2) and not is_archived order by number',
    [organizationId, email],
  );
  return rows.map(({ id }) => id);
}

/** Locks the member, so that two who ask at the same instant are counted one after the other. */
export async function lockWalletOwner(
  tx: Tx,
  organizationId: string,
  memberId: string,
): Promise<WalletOwner | undefined> {
  const { rows } = await tx.query<Omit<WalletOwner, 'sent'>>(
    `select id, first_name || ' ' || last_name as name, email, is_archived as "isArchived"
     from member where organization_id = $1 and id = $2 for no key update`,
    [organizationId, memberId],
  );
  const owner = rows[0];
  if (!owner) return undefined;
  const { rows: counted } = await tx.query<WalletOwner['sent']>(
    `select count(*) filter (where age < 900)::int as lately, count(*)::int as day,
       ceil(coalesce(900 - max(age) filter (where age < 900), 0))::int as "latelyWait", ceil(coalesce(86400 - max(age), 0))::int as "dayWait"
     from (select extract(epoch from clock_timestamp() - created_at) as age from wallet_link
       where organization_id = $1 and member_id = $2 and created_at > clock_timestamp() - interval '1 day') link`,
    [organizationId, memberId],
  );
  return { ...owner, sent: counted[0] as WalletOwner['sent'] };
}

/** What the mail says; it stays as it was when the link was made. */
export interface WalletInvitation {
  /** BCP 47. */
  language: string;
  /** Where the link leads, without a trailing slash. */
  publicUrl: string;
  /** ISO time. */
  expiresAt: string;
}

/** A link and its mail, which have one id. Gives it, and when the link ends. */
export async function insertWalletLink(
  tx: Tx,
  organizationId: string,
  { id: memberId, name, email }: Pick<WalletOwner, 'id' | 'name' | 'email'>,
  mail: { minutes: number; language: string; publicUrl: string; mailDomain: string },
): Promise<{ id: string; expiresAt: Date }> {
  const id = randomUUID();
  const { rows } = await tx.query<{ expiresAt: Date }>(
    `with link as (
       insert into wallet_link (id, organization_id, member_id, email_key, expires_at)
       values ($1, $2, $3, lower($4), date_trunc('second', clock_timestamp()) + make_interval(mins => $6)) returning expires_at),
     mail as (
       insert into notice (id, organization_id, kind, recipient_name, recipient_address, message_id, payload)
       select $1, $2, 'wallet_link', $5, $4, '<' || $1::uuid || '.notice@' || $9::text || '>',
         jsonb_build_object('language', $7::text, 'publicUrl', $8::text, 'expiresAt', expires_at) from link)
     select expires_at as "expiresAt" from link`,
    [id, organizationId, memberId, email, name, mail.minutes, mail.language, mail.publicUrl, mail.mailDomain],
  );
  return { id, expiresAt: rows[0]?.expiresAt as Date };
}

/** Link or session, of `table`: what began it was mailed to the address that is the member's now. */
export const isOwners = (table: string) => `member.email_key = ${table}.email_key and not member.is_archived`;

export interface WalletLinkRow {
  memberId: string;
  memberName: string;
  organizationName: string;
  used: boolean;
  /** Another one was used since, or the member has another address now, or is archived. */
  superseded: boolean;
  expired: boolean;
}

export async function findWalletLink(tx: Tx, organizationId: string, id: string): Promise<WalletLinkRow | undefined> {
  const { rows } = await tx.query<WalletLinkRow>(
    `select member.id as "memberId", member.first_name || ' ' || member.last_name as "memberName", organization.name as "organizationName",
       link.used_at is not null as used, (link.superseded_at is not null or not (${isOwners('link')})) as superseded,
       link.expires_at <= clock_timestamp() as expired
     from wallet_link link join member on member.id = link.member_id join organization on organization.id = link.organization_id
     where link.organization_id = $1 and link.id = $2`,
    [organizationId, id],
  );
  return rows[0];
}

/** Uses the link up and begins a session, whose id it gives; undefined when the link opens nothing. Of two at once one gets it. */
export async function useWalletLink(
  tx: Tx,
  organizationId: string,
  id: string,
  sessionHours: number,
): Promise<{ sessionId: string; memberId: string } | undefined> {
  const { rows } = await tx.query<{ memberId: string; emailKey: string }>(
    `update wallet_link link set used_at = clock_timestamp() from member
     where link.organization_id = $1 and link.id = $2 and link.used_at is null and link.superseded_at is null
       and link.expires_at > clock_timestamp() and member.id = link.member_id and ${isOwners('link')}
     returning link.member_id as "memberId", link.email_key as "emailKey"`,
    [organizationId, id],
  );
  const used = rows[0];
  if (!used) return undefined;
  await tx.query(
    `update wallet_link set superseded_at = clock_timestamp()
     where organization_id = $1 and member_id = $2 and used_at is null and superseded_at is null`,
    [organizationId, used.memberId],
  );
  const sessionId = randomUUID();
  await tx.query(
    `insert into wallet_session (id, organization_id, member_id, email_key, expires_at)
     values ($1, $2, $3, $4, clock_timestamp() + make_interval(hours => $5))`,
    [sessionId, organizationId, used.memberId, used.emailKey, sessionHours],
  );
  return { sessionId, memberId: used.memberId };
}
