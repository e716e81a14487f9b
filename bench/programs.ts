/** The programs of the certificate, compiled as the belt compiles them, with keys of their own; and what they are compiled from, as a thread is handed it. */

import { compileCredential } from '../src/credential/compile-credential.ts';
import { dateCredential } from '../src/credential/date-credential.ts';
import { createCredentialKey, publicKeyMultibaseOf } from '../src/credential/keys.ts';
import { displayValuesOf } from '../src/domain/placeholder.ts';
import { compilePage } from '../src/pdf/compile-page.ts';
import { datePage } from '../src/pdf/date-page.ts';
import { createSealKey } from '../src/pdf/seal-certificate.ts';
import { type LoadedProgram, type ProgramSpec, share } from '../src/pipeline/program-spec.ts';
import { parsedCertificate, publicUrl, readSignature, signatories } from './design-certificate.ts';

const organization = { name: 'Northbridge University', url: 'https://northbridge.example', did: 'did:web:v.test' };
const createdAt = '2026-11-22T08:00:00Z';

const achievementUrl = `${publicUrl}/achievements/0b1f5a52-3a0e-4d0e-9d5e-6f1c7ad1e0aa`;

const sealKey = () =>
  createSealKey({
    commonName: `${organization.name} document seal`,
    organization: organization.name,
    notBefore: new Date(createdAt),
  });

const people = () =>
  Promise.all(
    signatories.map(async ({ firstName, lastName, designation, file }, at) => ({
      slot: at + 1,
      name: `${firstName} ${lastName}`,
      designation,
      signature: await readSignature(file),
    })),
  );

export async function compileBenchCredential() {
  const key = createCredentialKey();
  const program = await compileCredential({
    template: parsedCertificate(),
    organization,
    keyId: `${organization.did}#${publicKeyMultibaseOf(key.publicKey)}`,
    privateKey: key.privateKey,
    achievementUrl,
  });
  return dateCredential(program, createdAt);
}

export async function compileBenchPage() {
  const template = parsedCertificate();
  const seal = await sealKey();
  const page = await compilePage({
    template,
    organizationName: organization.name,
    seal,
    signatories: await people(),
  });
  return { page: datePage(page, createdAt), displayValues: displayValuesOf(template, organization.name) };
}

export async function loadBenchProgram(): Promise<LoadedProgram> {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const key = createCredentialKey();
  const seal = await sealKey();
  const spec: ProgramSpec = {
    template: parsedCertificate(),
    organization: { id: '4f2f6a1e-0c59-4f0e-8a37-1c9a0f5b7d11', ...organization },
    publicUrl,
    achievementUrl,
    signatories: (await people()).map(({ signature, ...person }) => ({ ...person, png: base64(signature) })),
    approvals: [],
    credentialKey: { multibase: publicKeyMultibaseOf(key.publicKey), privateKey: base64(key.privateKey) },
    sealKey: { privateKey: base64(seal.privateKey), certificate: base64(seal.certificate) },
    uploaded: false,
    specimen: false,
  };
  return { key: 'bench', spec, shared: share(spec) };
}
