/** The two programs of the certificate, compiled as the belt compiles them, with keys of their own. */

import { compileCredential } from '../src/credential/compile-credential.ts';
import { createCredentialKey, publicKeyMultibaseOf } from '../src/credential/keys.ts';
import { displayValuesOf } from '../src/domain/placeholder.ts';
import { compilePage } from '../src/pdf/compile-page.ts';
import { createSealKey } from '../src/pdf/seal-certificate.ts';
import { parsedCertificate, publicUrl, readSignature, signatories } from './design-certificate.ts';

const organization = { name: 'Northbridge University', url: 'https://northbridge.example', did: 'did:web:v.test' };
const createdAt = '2026-11-22T08:00:00Z';

export function compileBenchCredential() {
  const key = createCredentialKey();
  return compileCredential({
    template: parsedCertificate(),
    organization,
    keyId: `${organization.did}#${publicKeyMultibaseOf(key.publicKey)}`,
    privateKey: key.privateKey,
    created: createdAt,
    achievementUrl: `${publicUrl}/achievements/0b1f5a52-3a0e-4d0e-9d5e-6f1c7ad1e0aa`,
  });
}

export async function compileBenchPage() {
  const template = parsedCertificate();
  const seal = await createSealKey({
    commonName: `${organization.name} document seal`,
    organization: organization.name,
    notBefore: new Date(createdAt),
  });
  const page = await compilePage({
    template,
    organizationName: organization.name,
    createdAt,
    seal,
    signatories: await Promise.all(
      signatories.map(async ({ firstName, lastName, designation, file }, at) => ({
        slot: at + 1,
        name: `${firstName} ${lastName}`,
        designation,
        signature: await readSignature(file),
      })),
    ),
  });
  return { page, displayValues: displayValuesOf(template, organization.name) };
}
