/** Provisions an organization: its row, its account with credits, its signing keys. */

import { randomUUID } from 'node:crypto';
import type { App } from '../../app.ts';
import { createCredentialKey, encryptKey, publicKeyMultibaseOf, publicKeyOf } from '../../credential/keys.ts';
import { moveCredits } from '../../db/ledger.ts';
import { insertOrganization } from '../../db/organizations.ts';
import { insertSigningKey, type KeyPurpose, retireSigningKeys } from '../../db/signing-keys.ts';
import { createSealKey } from '../../pdf/seal-certificate.ts';

export interface NewOrganization {
  name: string;
  url: string;
  senderName?: string;
  senderAddress: string;
  credits: number;
  rowLimit?: number;
  referencePrefix?: string;
}

export async function createOrganization(app: App, input: NewOrganization): Promise<string> {
  const id = randomUUID();
  await app.db.owner(async (tx) => {
    await insertOrganization(tx, {
      id,
      name: input.name,
      url: input.url,
      senderName: input.senderName ?? input.name,
      senderAddress: input.senderAddress,
      rowLimit: input.rowLimit ?? app.config.MAX_ROWS,
      referencePrefix: input.referencePrefix ?? 'VEC-IC',
    });
    await moveCredits(tx, {
      organizationId: id,
      kind: 'grant',
      from: 'granted',
      to: 'available',
      amount: input.credits,
    });
  });
  for (const purpose of ['credential', 'seal'] as const) await rotateSigningKey(app, id, input.name, purpose);
  return id;
}

/** Makes the key that new batches sign with; the old one stays listed, and what it signed stays valid. */
export async function rotateSigningKey(
  app: App,
  organizationId: string,
  organizationName: string,
  purpose: KeyPurpose,
): Promise<void> {
  const id = randomUUID();
  const made =
    purpose === 'credential' ? { ...createCredentialKey(), certificate: null } : await newSealKey(organizationName);
  await app.db.owner(async (tx) => {
    await retireSigningKeys(tx, organizationId, purpose);
    await insertSigningKey(tx, {
      id,
      organizationId,
      purpose,
      multibase: publicKeyMultibaseOf(made.publicKey),
      publicKey: made.publicKey,
      privateKey: encryptKey(app.masterKey, made.privateKey, id),
      certificate: made.certificate,
    });
  });
}

async function newSealKey(organization: string) {
  const key = await createSealKey({ commonName: `${organization} document seal`, organization, notBefore: new Date() });
  return { ...key, publicKey: publicKeyOf(key.privateKey) };
}
