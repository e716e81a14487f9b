/** The organization's DID documents: all keys it ever signed with, so that old documents stay verifiable; and apart from them those of its specimens. */

import type { App } from '../../app.ts';
import { didDocument, didWebOf } from '../../credential/did.ts';
import { findOrganizationOf } from '../../db/organizations.ts';
import { listSigningKeys } from '../../db/signing-keys.ts';
import { isUuid } from '../../domain/uuid.ts';
import { notFound } from '../../errors.ts';

/** `test`: as the issuer of specimens, who is nobody before the first. Throws `not_found`. */
export async function readDidDocument(
  app: App,
  organizationId: string,
  test = false,
): Promise<Record<string, unknown>> {
  const found = isUuid(organizationId)
    ? await app.db.anonymous((tx) => findOrganizationOf(tx, 'organization', organizationId))
    : undefined;
  if (!found) throw notFound('organization', organizationId);
  const keys = await app.db.organization(found, (tx) => listSigningKeys(tx, found));
  const purposes = test ? (['test_credential', 'test_seal'] as const) : (['credential', 'seal'] as const);
  const did = didWebOf(app.publicUrl, ['organizations', found, ...(test ? ['test'] : [])]);
  const idOf = (multibase: string) => `${did}#${multibase}`;
  const credentialKeys = keys.filter((key) => key.purpose === purposes[0]);
  if (test && credentialKeys.length === 0) throw notFound('organization', organizationId);
  const document = didDocument(
    did,
    credentialKeys.map((key) => ({
      id: idOf(key.multibase),
      publicKeyMultibase: key.multibase,
      retired: key.retiredAt !== null,
    })),
  );
  // Seal keys are listed so that a seal's owner can be found, but they may not sign credentials.
  const seals = keys.filter((key) => key.purpose === purposes[1]);
  const methods = seals.map(({ multibase }) => ({
    id: idOf(multibase),
    type: 'Multikey',
    controller: did,
    publicKeyMultibase: multibase,
  }));
  return { ...document, verificationMethod: [...(document.verificationMethod as unknown[]), ...methods] };
}
