/** Recipients who are members: what is known of them, and which items become theirs when they join or take an address. */

import type { Tx } from './open.ts';

const joining = `'chancery.joining/' || $1::text`;

/**
 * For whoever stores items, before it looks for their members: a member who joins at the same instant is either seen or sees the items,
 * because joining waits for transactions that are storing items, and the other way round.
 */
export async function awaitJoining(tx: Tx, organizationId: string): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock_shared(hashtextextended(${joining}, 0))`, [organizationId]);
}

/**
 * Every item of the member's address that is nobody's becomes theirs; how many. Items of another member stay that member's, whatever the
 * address is now. Nothing happens for an archived one. Items are locked in the order the stages write them.
 */
export async function linkItems(tx: Tx, organizationId: string, memberId: string): Promise<number> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended(${joining}, 0))`, [organizationId]);
  const { rowCount } = await tx.query(
    `with free as materialized (
       select item.batch_id, item.seq from item join member on member.organization_id = $1 and member.id = $2 and not member.is_archived
       where item.organization_id = $1 and item.email_key = member.email_key and item.member_id is null
       order by item.batch_id, item.seq for no key update of item)
     update item set member_id = $2 from free where item.organization_id = $1 and item.batch_id = free.batch_id and item.seq = free.seq`,
    [organizationId, memberId],
  );
  return rowCount;
}

export interface RecipientProfile {
  /** As asked for. */
  email: string;
  firstName: string;
  lastName: string;
  profile: Record<string, string>;
}

/** Of the addresses those of members that are not archived; of two with one address the one who came first. */
export async function readRecipientProfiles(
  tx: Tx,
  organizationId: string,
  emails: readonly string[],
): Promise<RecipientProfile[]> {
  const { rows } = await tx.query<RecipientProfile>(
    `select asked.email, member.first_name as "firstName", member.last_name as "lastName", member.profile
     from unnest($2::text[]) asked(email) join lateral (
       select * from member where member.organization_id = $1 and member.email_key = lower(asked.email) and not member.is_archived
       order by member.number limit 1) member on true`,
    [organizationId, emails],
  );
  return rows;
}
