/** Signing keys: private halves encrypted under the master key; a retired key stays listed. */

import type { Tx } from './open.ts';

/** Those of tests sign specimens and nothing else. */
export type KeyPurpose = 'credential' | 'seal' | 'test_credential' | 'test_seal';

export interface SigningKeyRow {
  id: string;
  purpose: KeyPurpose;
  multibase: string;
  publicKey: Buffer;
  /** Sealed. */
  privateKey: Buffer;
  certificate: Buffer | null;
  retiredAt: Date | null;
}

const columns = `id, purpose, multibase, public_key as "publicKey", private_key as "privateKey", certificate, retired_at as "retiredAt"`;

/** All keys an organization ever had, newest first. */
export async function listSigningKeys(tx: Tx, organizationId: string): Promise<SigningKeyRow[]> {
  return (
    await tx.query<SigningKeyRow>(
      `select ${columns} from signing_key where organization_id = $1 order by created_at desc, id`,
      [organizationId],
    )
  ).rows;
}

export async function readSigningKeys(
  tx: Tx,
  organizationId: string,
  ids: readonly string[],
): Promise<SigningKeyRow[]> {
  return (
    await tx.query<SigningKeyRow>(`select ${columns} from signing_key where organization_id = $1 and id = any($2)`, [
      organizationId,
      ids,
    ])
  ).rows;
}

/** Of all organizations, as owner: what was sealed last. */
export async function newestSigningKey(tx: Tx): Promise<SigningKeyRow | undefined> {
  const { rows } = await tx.query<SigningKeyRow>(
    `select ${columns} from signing_key order by created_at desc, id limit 1`,
  );
  return rows[0];
}

/** The key new batches sign with. */
export async function currentSigningKey(
  tx: Tx,
  organizationId: string,
  purpose: KeyPurpose,
): Promise<SigningKeyRow | undefined> {
  const { rows } = await tx.query<SigningKeyRow>(
    `select ${columns} from signing_key where organization_id = $1 and purpose = $2 and retired_at is null order by created_at desc, id limit 1`,
    [organizationId, purpose],
  );
  return rows[0];
}

/** There is one key of each purpose of tests at a time: a second one is not inserted. */
export async function insertSigningKey(
  tx: Tx,
  key: {
    id: string;
    organizationId: string;
    purpose: KeyPurpose;
    multibase: string;
    publicKey: Uint8Array;
    privateKey: Uint8Array;
    certificate: Uint8Array | null;
  },
): Promise<void> {
  await tx.query(
    `insert into signing_key (id, organization_id, purpose, multibase, public_key, private_key, certificate) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (organization_id, purpose) where purpose in ('test_credential', 'test_seal') and retired_at is null do nothing`,
    [key.id, key.organizationId, key.purpose, key.multibase, key.publicKey, key.privateKey, key.certificate],
  );
}

/** Retires every current key of a purpose; batches under way keep the key they were handed in with. */
export async function retireSigningKeys(tx: Tx, organizationId: string, purpose: KeyPurpose): Promise<void> {
  await tx.query(
    'update signing_key set retired_at = clock_timestamp() where organization_id = $1 and purpose = $2 and retired_at is null',
    [organizationId, purpose],
  );
}
