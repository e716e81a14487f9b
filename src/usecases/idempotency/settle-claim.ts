/** What every creating transaction says of itself, so that a creation and the record that it happened are one. */

import type { App } from '../../app.ts';
import { encryptKey } from '../../credential/keys.ts';
import { settleIdempotencyKey } from '../../db/idempotency-keys.ts';
import type { Tx } from '../../db/open.ts';
import type { Claim } from '../../domain/claim.ts';
import type { Actor } from '../../domain/permissions.ts';
import { ChanceryError } from '../../errors.ts';

/**
 * Call it once in the transaction that creates, with what the use case gives back; it is kept as JSON. Without an Idempotency-Key it does
 * nothing. Throws `conflict`, which rolls the creation back, when another request holds the key by now: this process was taken for dead.
 */
export async function settleClaim(app: App, tx: Tx, { organizationId, claim }: Actor, outcome: unknown): Promise<void> {
  if (!claim) return;
  const sealed = seal(app, organizationId, claim, outcome);
  if (!(await settleIdempotencyKey(tx, organizationId, claim, sealed)))
    throw new ChanceryError('conflict', 'another request with this Idempotency-Key was faster');
}

/** Encrypted for this key alone: there may be a secret in it that is shown once. */
export function seal(app: App, organizationId: string, claim: Claim, value: unknown): Uint8Array {
  return encryptKey(app.masterKey, Buffer.from(JSON.stringify(value)), contextOf(organizationId, claim));
}

export function contextOf(organizationId: string, { apiKeyId, key }: Claim): string {
  return `idempotency/${organizationId}/${apiKeyId}/${key}`;
}
