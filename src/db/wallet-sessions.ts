/** Sessions of members in their wallets: begun by a link, ended by the member, by time, or by a new address. */

import type { Tx } from './open.ts';
import { isOwners } from './wallet-links.ts';

export interface WalletSessionRow {
  memberId: string;
  memberName: string;
  email: string;
  organizationName: string;
}

/** A session that holds; undefined for one that has ended in whatever way. */
export async function findWalletSession(
  tx: Tx,
  organizationId: string,
  id: string,
): Promise<WalletSessionRow | undefined> {
  const { rows } = await tx.query<WalletSessionRow>(
    `select member.id as "memberId", member.first_name || ' ' || member.last_name as "memberName", member.email,
       organization.name as "organizationName"
     from wallet_session session join member on member.id = session.member_id join organization on organization.id = session.organization_id
     where session.organization_id = $1 and session.id = $2 and session.ended_at is null and session.expires_at > clock_timestamp()
       and ${isOwners('session')}`,
    [organizationId, id],
  );
  return rows[0];
}

export async function endWalletSession(tx: Tx, organizationId: string, id: string): Promise<void> {
  await tx.query(
    'update wallet_session set ended_at = clock_timestamp() where organization_id = $1 and id = $2 and ended_at is null',
    [organizationId, id],
  );
}

/** Ends the links and sessions of a member whose address is another now, or who is archived: for good, also when that is undone. */
export async function closeWallet(tx: Tx, organizationId: string, memberId: string): Promise<void> {
  const close = (table: string, ended: string) =>
    tx.query(
      `update ${table} set ${ended} = clock_timestamp() from member
       where ${table}.organization_id = $1 and ${table}.member_id = $2 and ${table}.${ended} is null and member.id = ${table}.member_id
         and not (${isOwners(table)})`,
      [organizationId, memberId],
    );
  await close('wallet_link', 'superseded_at');
  await close('wallet_session', 'ended_at');
}

/** As owner: a part of the links and sessions that are over for a day, so that a late reader is told why; how many. */
export async function sweepWallets(tx: Tx): Promise<number> {
  let swept = 0;
  for (const table of ['wallet_link', 'wallet_session'])
    swept += (
      await tx.query(
        `delete from ${table} where ctid = any (array(
           select ctid from ${table} where expires_at < clock_timestamp() - interval '1 day' limit 10000))`,
      )
    ).rowCount;
  return swept;
}
