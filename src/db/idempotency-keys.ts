/** Idempotency keys: claimed under a lease, settled in the transaction that creates, answered from then on for a day. */

import type { Claim } from '../domain/claim.ts';
import type { Tx } from './open.ts';

/** By the database's clock. */
const lease = `clock_timestamp() + interval '15 seconds'`;
const kept = `interval '24 hours'`;

export interface IdempotencyRow {
  fingerprint: Buffer;
  /** Sealed; null while the request that holds the key is under way. */
  outcome: Buffer | null;
  answer: Buffer | null;
}

const one = 'organization_id = $1 and api_key_id = $2 and key = $3';
const valuesOf = (organizationId: string, { apiKeyId, key }: Claim) => [organizationId, apiKeyId, key];

/** Takes a key that is new, a day old, or held by a process that died; else gives what is there. */
export async function takeIdempotencyKey(
  tx: Tx,
  organizationId: string,
  claim: Claim,
  fingerprint: Buffer,
): Promise<IdempotencyRow | undefined> {
  for (;;) {
    const { rowCount } = await tx.query(
      `insert into idempotency_key as held (organization_id, api_key_id, key, fingerprint, claim, leased_until) values ($1, $2, $3, $4, $5, ${lease})
       on conflict (organization_id, api_key_id, key) do update set fingerprint = excluded.fingerprint, claim = excluded.claim,
         leased_until = excluded.leased_until, outcome = null, answer = null, created_at = clock_timestamp()
       where (held.claim is not null and held.leased_until < clock_timestamp()) or held.created_at < clock_timestamp() - ${kept}`,
      [...valuesOf(organizationId, claim), fingerprint, claim.id],
    );
    if (rowCount === 1) return undefined;
    const { rows } = await tx.query<IdempotencyRow>(
      `select fingerprint, outcome, answer from idempotency_key where ${one}`,
      valuesOf(organizationId, claim),
    );
    // Freed between the two statements: it can be taken now.
    if (rows[0]) return rows[0];
  }
}

export async function renewIdempotencyKey(tx: Tx, organizationId: string, claim: Claim): Promise<void> {
  await tx.query(`update idempotency_key set leased_until = ${lease} where ${one} and claim = $4`, [
    ...valuesOf(organizationId, claim),
    claim.id,
  ]);
}

/** The fence: false when another request holds the key by now; the caller must then roll back. */
export async function settleIdempotencyKey(
  tx: Tx,
  organizationId: string,
  claim: Claim,
  outcome: Uint8Array,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update idempotency_key set claim = null, outcome = $5 where ${one} and claim = $4`,
    [...valuesOf(organizationId, claim), claim.id, outcome],
  );
  return rowCount === 1;
}

/** The first answer stays; gives the one that is kept. */
export async function keepIdempotentAnswer(
  tx: Tx,
  organizationId: string,
  claim: Claim,
  answer: Uint8Array,
): Promise<Buffer | undefined> {
  const { rows } = await tx.query<{ answer: Buffer }>(
    `update idempotency_key set answer = coalesce(answer, $4) where ${one} and outcome is not null returning answer`,
    [...valuesOf(organizationId, claim), answer],
  );
  return rows[0]?.answer;
}

/** Nothing was created: the client may correct the request and send it under the same key. */
export async function freeIdempotencyKey(tx: Tx, organizationId: string, claim: Claim): Promise<void> {
  await tx.query(`delete from idempotency_key where ${one} and claim = $4`, [
    ...valuesOf(organizationId, claim),
    claim.id,
  ]);
}

/** As owner: a part of what is older than a day; how many. */
export async function sweepIdempotencyKeys(tx: Tx): Promise<number> {
  const { rowCount } = await tx.query(
    `delete from idempotency_key where ctid = any (array(
       select ctid from idempotency_key where created_at < clock_timestamp() - ${kept} limit 10000))`,
  );
  return rowCount;
}
