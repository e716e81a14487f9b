/** The keys an organization signs with; those of its specimens are its own and are made by whoever needs them first. */

import { randomUUID } from 'node:crypto';
import type { App } from '../../app.ts';
import { createCredentialKey, encryptKey, publicKeyMultibaseOf, publicKeyOf } from '../../credential/keys.ts';
import type { Tx } from '../../db/open.ts';
import { readOrganization } from '../../db/organizations.ts';
import { currentSigningKey, insertSigningKey, type KeyPurpose, type SigningKeyRow } from '../../db/signing-keys.ts';
import { specimenIssuer } from '../../domain/specimen.ts';
import { ChanceryError } from '../../errors.ts';
import { createSealKey } from '../../pdf/seal-certificate.ts';

export interface BatchKeys {
  credentialKey: SigningKeyRow;
  sealKey: SigningKeyRow;
}

/** What a new batch signs with. Throws `not_ready` for an organization that has no keys. */
export async function batchKeys(app: App, tx: Tx, organizationId: string, test: boolean): Promise<BatchKeys> {
  if (test) return testKeys(app, tx, organizationId);
  const credentialKey = await currentSigningKey(tx, organizationId, 'credential');
  const sealKey = await currentSigningKey(tx, organizationId, 'seal');
  if (!credentialKey || !sealKey) throw new ChanceryError('not_ready', 'the organization has no signing keys');
  return { credentialKey, sealKey };
}

/** Neither certificate nor DID is one of the organization's, so that nothing these keys sign can be taken for its word. They are never rotated. */
export async function testKeys(app: App, tx: Tx, organizationId: string): Promise<BatchKeys> {
  return {
    credentialKey: await testKey(app, tx, organizationId, 'test_credential'),
    sealKey: await testKey(app, tx, organizationId, 'test_seal'),
  };
}

async function testKey(app: App, tx: Tx, organizationId: string, purpose: KeyPurpose): Promise<SigningKeyRow> {
  const known = await currentSigningKey(tx, organizationId, purpose);
  if (known) return known;
  const { name } = await readOrganization(tx, organizationId);
  // Of two at the same instant the second waits here until the first has committed, and takes its key.
  await insertSigningKey(tx, { organizationId, ...(await newSigningKey(app, name, purpose)) });
  return (await currentSigningKey(tx, organizationId, purpose)) as SigningKeyRow;
}

export async function newSigningKey(app: App, organization: string, purpose: KeyPurpose) {
  const id = randomUUID();
  const { privateKey, certificate } = await keyPair(organization, purpose);
  const publicKey = publicKeyOf(privateKey);
  const multibase = publicKeyMultibaseOf(publicKey);
  return { id, purpose, multibase, publicKey, privateKey: encryptKey(app.masterKey, privateKey, id), certificate };
}

async function keyPair(organization: string, purpose: KeyPurpose) {
  if (purpose === 'credential' || purpose === 'test_credential') return { ...createCredentialKey(), certificate: null };
  const name = purpose === 'seal' ? organization : specimenIssuer(organization);
  return createSealKey({ commonName: `${name} document seal`, organization: name, notBefore: new Date() });
}
