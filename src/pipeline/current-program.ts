/** The program that a batch handed in now would be made with: one small statement says which it is, and it is read and compiled only when that has changed. */

import type { App } from '../app.ts';
import type { BatchSignatory } from '../db/batches.ts';
import { type CurrentFacts, readCurrentFacts } from '../db/current-programs.ts';
import { readReferenceSecret } from '../db/instance.ts';
import type { Tx } from '../db/open.ts';
import { type LoadedProgram, loadProgram } from './program-spec.ts';

export interface CurrentProgram {
  program: LoadedProgram;
  templateId: string;
  versionId: string;
  credentialKeyId: string;
  sealKeyId: string;
  /** The issuer. */
  did: string;
  organization: CurrentFacts['organization'];
  /** Who signs by default; in the order of their places. */
  signatories: BatchSignatory[];
  /** Of the installation. */
  referenceSecret: Buffer;
}

/**
 * What is so at this instant, as `tx` sees it. Undefined where a batch could not be handed in as things are: no such template, no keys, or
 * signatory places without a member who can sign; `judgeHandIn` says what it is. `didOf` names the issuer by its public key; `test`: of specimens, which have keys of their own once the organization has a test key.
 */
export async function loadCurrentProgram(
  app: App,
  tx: Tx,
  {
    organizationId,
    templateId,
    test,
    didOf,
  }: { organizationId: string; templateId: string; test: boolean; didOf(publicKey: Uint8Array): string },
): Promise<CurrentProgram | undefined> {
  const facts = await readCurrentFacts(tx, organizationId, templateId, test);
  if (!facts || !canSign(facts)) return undefined;
  const { versionId, credentialKeyId, sealKeyId, organization } = facts;
  const { name, url } = organization;
  const did = didOf(facts.credentialPublicKey);
  // A template without places ignores who is named for them.
  const signatories = facts.slots.length > 0 ? facts.signatories : [];
  const wanted = {
    versionId,
    organization: { id: organizationId, name, url, did },
    publicUrl: app.publicUrl,
    signatories,
    approvals: [],
    credentialKeyId,
    sealKeyId,
    uploaded: false,
    specimen: test,
  };
  const program = await loadProgram(app, wanted, tx);
  return {
    program,
    templateId,
    versionId,
    credentialKeyId,
    sealKeyId,
    did,
    organization,
    signatories: signatories.map(({ slot, memberId, name, designation, autoApprove }) => ({
      slot,
      memberId,
      name,
      designation,
      autoApprove,
    })),
    referenceSecret: await referenceSecretOf(app, tx),
  };
}

/** As `judgeSignatories` has it: each place has somebody who is there and has a signature. */
function canSign({ slots, signatories }: CurrentFacts): boolean {
  if (slots.length === 0) return true;
  const people = new Set(signatories.map(({ memberId }) => memberId));
  return (
    people.size === slots.length &&
    signatories.length === slots.length &&
    signatories.every(({ picture, isArchived }) => picture !== null && !isArchived)
  );
}

/** It is made with the installation and never changes. */
const secrets = new WeakMap<App['db'], Buffer>();

async function referenceSecretOf(app: App, tx: Tx): Promise<Buffer> {
  const secret = secrets.get(app.db) ?? (await readReferenceSecret(tx));
  secrets.set(app.db, secret);
  return secret;
}
