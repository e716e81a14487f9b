/** The two programs of the certificate, compiled as the belt compiles them, with keys of their own. */

import { compileCredential } from '../src/credential/compile-credential.ts';
import { dateCredential } from '../src/credential/date-credential.ts';
import { createCredentialKey, publicKeyMultibaseOf } from '../src/credential/keys.ts';
import { displayValuesOf } from '../src/domain/placeholder.ts';
import { compilePage } from '../src/pdf/compile-page.ts';
import { datePage } from '../src/pdf/date-page.ts';
import { createSealKey } from '../src/pdf/seal-certificate.ts';
import { parsedCertificate, publicUrl, readSignature, signatories } from './design-certificate.ts';

const organization = { name: 'Northbridge University', url: 'https://northbridge.example', did: 'did:web:v.test' };
const createdAt = '2026-11-22T08:00:00Z';

export async function compileBenchCredential() {
  const key = createCredentialKey();
  const program = await compileCredential({
    template: parsedCertificate(),
    organization,
    keyId: `${organization.did}#${publicKeyMultibaseOf(key.publicKey)}`,
    privateKey: key.privateKey,
    achievementUrl: `${publicUrl}/achievements/0b1f5a52-3a0e-4d0e-9d5e-6f1c7ad1e0aa`,
  });
  return dateCredential(program, createdAt);
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
  return { page: datePage(page, createdAt), displayValues: displayValuesOf(template, organization.name) };
}
