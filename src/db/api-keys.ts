/** API keys: hashed at rest, shown once. */

import type { Tx } from './open.ts';

export interface ApiKeyRow {
  id: string;
  memberId: string | null;
  name: string;
  scopes: string[];
}

export async function findApiKey(tx: Tx, organizationId: string, hash: Buffer): Promise<ApiKeyRow | undefined> {
  const { rows } = await tx.query<ApiKeyRow>(
    `select id, member_id as "memberId", name, scopes from api_key where organization_id = $1 and hash = $2 and revoked_at is null`,
    [organizationId, hash],
  );
  return rows[0];
}

/** Remembers the use, at most once a minute, so that polling does not write. */
export async function touchApiKey(tx: Tx, organizationId: string, id: string): Promise<void> {
  await tx.query(
    `update api_key set last_used_at = clock_timestamp()
     where organization_id = $1 and id = $2 and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute')`,
    [organizationId, id],
  );
}

export async function insertApiKey(
  tx: Tx,
  key: { id: string; organizationId: string; memberId: string | null; name: string; hash: Buffer; scopes: string[] },
): Promise<void> {
  await tx.query(
    'insert into api_key (id, organization_id, member_id, name, hash, scopes) values ($1, $2, $3, $4, $5, $6)',
    [key.id, key.organizationId, key.memberId, key.name, key.hash, key.scopes],
  );
}
