/** What the programs of a template version are compiled from, as JSON in shared memory: nothing of one batch, so that all batches of the same inputs share them. */

import { hash } from 'node:crypto';
import type { App } from '../app.ts';
import { type ApprovalEvidence, type Approved, approvalEvidence } from '../credential/approval-evidence.ts';
import { openSigningKey } from '../credential/keys.ts';
import type { Tx } from '../db/open.ts';
import { readSignatureImages } from '../db/signature-images.ts';
import { readSigningKeys } from '../db/signing-keys.ts';
import { readTemplateVersion } from '../db/templates.ts';
import { keepRecent } from '../domain/keep-recent.ts';
import type { Template } from '../domain/template.ts';
import { ChanceryError, notFound } from '../errors.ts';

export interface ProgramSpec {
  template: Template;
  organization: { id: string; name: string; url: string; did: string };
  publicUrl: string;
  achievementUrl: string;
  /** `png` in base64, as are all bytes here. */
  signatories: { slot: number; name: string; designation: string; png: string | null }[];
  /** People's, once all have approved; none where everyone approves automatically. */
  approvals: ApprovalEvidence[];
  credentialKey: { multibase: string; privateKey: string };
  sealKey: { privateKey: string; certificate: string };
  /** Whether the documents begin with files that somebody uploaded. */
  uploaded: boolean;
  /** Whether they are specimens, stamped as such and not the organization's own word. */
  specimen: boolean;
}

/** What a spec is read from: small, and different wherever the spec would be, because what the ids and the digests name never changes. */
export interface ProgramFacts {
  versionId: string;
  organization: ProgramSpec['organization'];
  publicUrl: string;
  /** `picture`: hex SHA-256 of the signature, null where the place stays blank. */
  signatories: { slot: number; name: string; designation: string; picture: string | null }[];
  approvals: Approved[];
  credentialKeyId: string;
  sealKeyId: string;
  uploaded: boolean;
  specimen: boolean;
}

/** As the worker threads are handed it. */
export interface LoadedProgram {
  /** Names all that the programs are compiled from; what is compiled is kept by it. */
  key: string;
  spec: ProgramSpec;
  /** `spec` as UTF-8 JSON; handed to every task without being copied. */
  shared: SharedArrayBuffer;
}

const recent = keepRecent<LoadedProgram>({ count: 64, bytes: 64 << 20 }, ({ shared }) => shared.byteLength);

/** Costs nothing where the same facts were met lately; else one transaction, so it is not for callers who are in one. Throws `not_found`, and `conflict` for a picture that is gone. */
export function loadProgram(app: App, facts: ProgramFacts): Promise<LoadedProgram> {
  const key = keyOf(facts);
  return recent.get(key, async () => {
    const spec = await app.db.organization(facts.organization.id, (tx) => readSpec(app, tx, facts));
    return { key, spec, shared: share(spec) };
  });
}

/** An array, so that the order in which somebody puts the facts together does not matter. */
function keyOf({ versionId, organization, publicUrl, signatories, approvals, ...rest }: ProgramFacts): string {
  const { id, name, url, did } = organization;
  const text = JSON.stringify([
    [versionId, id, name, url, did, publicUrl, rest.credentialKeyId, rest.sealKeyId, rest.uploaded, rest.specimen],
    signatories.map((one) => [one.slot, one.name, one.designation, one.picture]),
    approvals.map((one) => [one.slot, one.name, one.designation, one.day]),
  ]);
  return hash('sha256', text, 'base64url');
}

async function readSpec(app: App, tx: Tx, facts: ProgramFacts): Promise<ProgramSpec> {
  const { versionId, organization, publicUrl, credentialKeyId, sealKeyId, uploaded, specimen } = facts;
  const pictures = facts.signatories.flatMap(({ picture }) => picture ?? []);
  const version = await readTemplateVersion(tx, organization.id, versionId);
  const keys = await readSigningKeys(tx, organization.id, [credentialKeyId, sealKeyId]);
  const images = await readSignatureImages(tx, organization.id, pictures);
  if (!version) throw notFound('template version', versionId);
  const keyOf = (id: string) => {
    const key = keys.find((one) => one.id === id);
    if (!key) throw notFound('signing key', id);
    const privateKey = Buffer.from(openSigningKey(app.masterKey, key)).toString('base64');
    return { multibase: key.multibase, certificate: key.certificate?.toString('base64') ?? '', privateKey };
  };
  const pictureOf = (picture: string | null) => {
    const png = picture === null ? null : images.get(picture);
    // A member's own, changed since it was looked up; without it these would be the programs of a blank place, kept under its name.
    if (png === undefined)
      throw new ChanceryError('conflict', 'a signatory’s picture is being changed; try again', {
        details: { picture },
      });
    return png?.toString('base64') ?? null;
  };
  const { multibase, privateKey } = keyOf(credentialKeyId);
  const seal = keyOf(sealKeyId);
  const { content: template } = version;
  return {
    template,
    organization,
    publicUrl,
    achievementUrl: `${publicUrl}/achievements/${versionId}`,
    signatories: facts.signatories.map(({ picture, ...signatory }) => ({
      ...signatory,
      png: pictureOf(picture),
    })),
    approvals: facts.approvals.map((approved) => approvalEvidence(approved, template.language)),
    credentialKey: { multibase, privateKey },
    sealKey: { privateKey: seal.privateKey, certificate: seal.certificate },
    uploaded,
    specimen,
  };
}

/** As it is handed to threads. */
export function share(spec: ProgramSpec): SharedArrayBuffer {
  const bytes = Buffer.from(JSON.stringify(spec));
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  return shared;
}
