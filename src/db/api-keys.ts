/** API keys: hashed at rest, shown once; whoever revokes one tells every process. */

import type { KeyMode } from '../domain/api-key.ts';
import type { Database, Tx } from './open.ts';

/** Who a key stands for, as every request asks it. */
export interface KeyHolder {
  id: string;
  organizationId: string;
  memberId: string | null;
  scopes: string[];
  /** Requests a minute; null: the server's setting, 0: none. */
  rateLimit: number | null;
  expiresAt: Date | null;
  mode: KeyMode;
}

export interface ApiKeyRow extends KeyHolder {
  name: string;
  /** As in the event log; null for keys older than this column. */
  createdBy: string | null;
  createdAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

const holder = `id, organization_id as "organizationId", member_id as "memberId", scopes, rate_limit as "rateLimit", expires_at as "expiresAt", mode`;
const columns = `${holder}, name, created_by as "createdBy", created_at as "createdAt", last_used_at as "lastUsedAt", revoked_at as "revokedAt"`;

/** Where revocations are announced. */
export const revokedChannel = 'chancery_api_key';

/** `secondsLeft` by the database's clock, null for one without an end: a process whose clock is wrong neither prolongs nor ends a key. */
export type UsedKey = KeyHolder & { secondsLeft: number | null };

/** One round trip; undefined for an unknown, revoked or expired key. Remembers the use, at most once a minute. */
export async function useApiKey(db: Database, hash: Buffer): Promise<UsedKey | undefined> {
  const left = `extract(epoch from expires_at - clock_timestamp())::float8 as "secondsLeft"`;
  const { rows } = await db.anonymousQuery<UsedKey>(`select ${holder}, ${left} from use_api_key($1)`, [hash]);
  return rows[0];
}

export async function hasApiKey(tx: Tx, organizationId: string, hash: Buffer): Promise<boolean> {
  const { rowCount } = await tx.query('select from api_key where organization_id = $1 and hash = $2', [
    organizationId,
    hash,
  ]);
  return rowCount > 0;
}

export async function findApiKey(tx: Tx, organizationId: string, id: string): Promise<ApiKeyRow | undefined> {
  const { rows } = await tx.query<ApiKeyRow>(`select ${columns} from api_key where organization_id = $1 and id = $2`, [
    organizationId,
    id,
  ]);
  return rows[0];
}

/** Newest first, revoked ones too; of one mode or of both. */
export async function listApiKeys(
  tx: Tx,
  organizationId: string,
  page: { mode?: KeyMode; limit: number; offset: number },
): Promise<{ keys: ApiKeyRow[]; total: number }> {
  const where = 'organization_id = $1 and ($2::text is null or mode = $2)';
  const values = [organizationId, page.mode ?? null];
  const { rows } = await tx.query<ApiKeyRow>(
    `select ${columns} from api_key where ${where} order by created_at desc, id limit $3 offset $4`,
    [...values, page.limit, page.offset],
  );
  const counted = await tx.query<{ total: number }>(
    `select count(*)::int as total from api_key where ${where}`,
    values,
  );
  return { keys: rows, total: counted.rows[0]?.total ?? 0 };
}

export interface NewApiKeyRow extends KeyHolder {
  name: string;
  hash: Buffer;
  createdBy: string | null;
}

export async function insertApiKey(tx: Tx, key: NewApiKeyRow): Promise<void> {
  await tx.query(
    `insert into api_key (id, organization_id, member_id, name, hash, scopes, rate_limit, expires_at, created_by, mode)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      key.id,
      key.organizationId,
      key.memberId,
      key.name,
      key.hash,
      key.scopes,
      key.rateLimit,
      key.expiresAt,
      key.createdBy,
      key.mode,
    ],
  );
}

/** Announced with the commit; false when it was revoked before. */
export async function revokeApiKey(tx: Tx, organizationId: string, id: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    'update api_key set revoked_at = clock_timestamp() where organization_id = $1 and id = $2 and revoked_at is null',
    [organizationId, id],
  );
  if (rowCount > 0) await tx.query('select pg_notify($1, $2)', [revokedChannel, id]);
  return rowCount > 0;
}
