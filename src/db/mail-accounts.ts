/** Mail accounts: who logs in by name and password; whoever changes one tells every process. */

import type { KeyMode } from '../domain/api-key.ts';
import type { AddressInput } from '../domain/postal-address.ts';
import type { Database, Tx } from './open.ts';

/** As every request asks it. */
export interface MailAccountHolder {
  id: string;
  organizationId: string;
  username: string;
  /** As `usecases/mail-accounts/passwords.ts` writes it. */
  passwordHash: string;
  mode: KeyMode;
  /** Requests a minute; null: the server's setting, 0: none. */
  rateLimit: number | null;
  returnAddress: AddressInput | null;
}

export interface MailAccountRow extends Omit<MailAccountHolder, 'passwordHash'> {
  createdAt: Date;
  lastUsedAt: Date | null;
  disabledAt: Date | null;
}

const shown = `id, organization_id as "organizationId", username, mode, rate_limit as "rateLimit", return_address as "returnAddress"`;
const columns = `${shown}, created_at as "createdAt", last_used_at as "lastUsedAt", disabled_at as "disabledAt"`;

/** Where changes are announced. */
export const changedAccountsChannel = 'chancery_mail_account';

/** By name in any case, one round trip; undefined for an unknown or disabled one. */
export async function lookUpMailAccount(db: Database, username: string): Promise<MailAccountHolder | undefined> {
  const { rows } = await db.anonymousQuery<MailAccountHolder>(
    `select ${shown}, password_hash as "passwordHash" from find_mail_account($1)`,
    [username],
  );
  return rows[0];
}

/** Remembers the use, at most once a minute. */
export async function noteMailAccountUse(tx: Tx, organizationId: string, id: string): Promise<void> {
  await tx.query(
    `update mail_account set last_used_at = clock_timestamp() where organization_id = $1 and id = $2
       and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute')`,
    [organizationId, id],
  );
}

export async function findMailAccount(
  tx: Tx,
  organizationId: string,
  by: { id: string } | { username: string },
): Promise<MailAccountRow | undefined> {
  const where = 'id' in by ? 'id = $2' : 'username_key = lower($2)';
  const { rows } = await tx.query<MailAccountRow>(
    `select ${columns} from mail_account where organization_id = $1 and ${where}`,
    [organizationId, 'id' in by ? by.id : by.username],
  );
  return rows[0];
}

/** Newest first, disabled ones too; of one mode or of both. */
export async function listMailAccounts(
  tx: Tx,
  organizationId: string,
  page: { mode?: KeyMode; limit: number; offset: number },
): Promise<{ accounts: MailAccountRow[]; total: number }> {
  const where = 'organization_id = $1 and ($2::text is null or mode = $2)';
  const values = [organizationId, page.mode ?? null];
  const { rows } = await tx.query<MailAccountRow>(
    `select ${columns} from mail_account where ${where} order by created_at desc, id limit $3 offset $4`,
    [...values, page.limit, page.offset],
  );
  const counted = await tx.query<{ total: number }>(
    `select count(*)::int as total from mail_account where ${where}`,
    values,
  );
  return { accounts: rows, total: counted.rows[0]?.total ?? 0 };
}

/** False when the name is taken, by whomever. */
export async function insertMailAccount(tx: Tx, account: MailAccountHolder): Promise<boolean> {
  const { id, organizationId, username, passwordHash, mode, rateLimit, returnAddress } = account;
  const { rowCount } = await tx.query(
    `insert into mail_account (id, organization_id, username, password_hash, mode, rate_limit, return_address)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (username_key) do nothing`,
    [id, organizationId, username, passwordHash, mode, rateLimit, returnAddress],
  );
  return rowCount > 0;
}

/** Announced with the commit. */
export async function changeMailAccountPassword(
  tx: Tx,
  organizationId: string,
  id: string,
  passwordHash: string,
): Promise<void> {
  await tx.query('update mail_account set password_hash = $3 where organization_id = $1 and id = $2', [
    organizationId,
    id,
    passwordHash,
  ]);
  await announceChange(tx, id);
}

/** Announced with the commit; false when it was disabled before. */
export async function disableMailAccount(tx: Tx, organizationId: string, id: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update mail_account set disabled_at = clock_timestamp()
     where organization_id = $1 and id = $2 and disabled_at is null`,
    [organizationId, id],
  );
  if (rowCount > 0) await announceChange(tx, id);
  return rowCount > 0;
}

async function announceChange(tx: Tx, id: string): Promise<void> {
  await tx.query('select pg_notify($1, $2)', [changedAccountsChannel, id]);
}
