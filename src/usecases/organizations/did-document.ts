/** The organization's DID document: all keys it ever signed with, so that old documents stay verifiable. */

import type { App } from '../../app.ts';
import { didDocument, didWebOf } from '../../credential/did.ts';
import { findOrganizationOf } from '../../db/organizations.ts';
import { listSigningKeys } from '../../db/signing-keys.ts';
import { isUuid } from '../../domain/uuid.ts';
import { notFound } from '../../errors.ts';

export async function readDidDocument(app: App, organizationId: string): Promise<Record<string, unknown>> {
  const found = isUuid(organizationId)
    ? await app.db.anonymous((tx) => findOrganizationOf(tx, 'organization', organizationId))
    : undefined;
  if (!found) throw notFound('organization', organizationId);
  const keys = await app.db.organization(found, (tx) => listSigningKeys(tx, found));
  const did = didWebOf(app.publicUrl, ['organizations', found]);
  const idOf = (multibase: string) => `${did}#${multibase}`;
  const credentialKeys = keys.filter((key) => key.purpose === 'credential');
  const document = didDocument(
    did,
    credentialKeys.map((key) => ({
      id: idOf(key.multibase),
      publicKeyMultibase: key.multibase,
      retired: key.retiredAt !== null,
    })),
  );
  // Seal keys are listed so that a seal's owner can be found, but they may not sign credentials.
  const seals = keys.filter((key) => key.purpose === 'seal');
  const methods = seals.map(({ multibase }) => ({
    id: idOf(multibase),
    type: 'Multikey',
    controller: did,
    publicKeyMultibase: multibase,
  }));
  return { ...document, verificationMethod: [...(document.verificationMethod as unknown[]), ...methods] };
}
