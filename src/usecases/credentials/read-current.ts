/** What a certificate is made from that is issued at this moment: the template's newest version, the organization, its keys, who signs. */

import type { App } from '../../app.ts';
import type { BatchSignatory } from '../../db/batches.ts';
import { type CurrentTerms, readCurrentTerms } from '../../db/current-terms.ts';
import type { Tx } from '../../db/open.ts';
import { readMemberSignatures } from '../../db/signature-images.ts';
import type { Actor } from '../../domain/permissions.ts';
import { isUuid } from '../../domain/uuid.ts';
import { ChanceryError, invalidInput, notFound } from '../../errors.ts';
import { type LoadedProgram, loadProgram } from '../../pipeline/program-spec.ts';
import { judgeSignatories } from '../batches/choose-signatories.ts';
import { proveSignatories } from '../batches/prove-signatories.ts';
import { issuerDid } from '../organizations/issuer-did.ts';
import { testKeys } from '../organizations/signing-keys.ts';

export interface Current extends Omit<CurrentTerms, 'credentialKey' | 'sealKeyId'> {
  credentialKey: NonNullable<CurrentTerms['credentialKey']>;
  sealKeyId: string;
  signatories: BatchSignatory[];
  /** Hex SHA-256 by member; who is not in it has no picture. */
  pictures: Map<string, string>;
  /** It will be a specimen. */
  test: boolean;
}

/** Throws `not_found` for the template, `not_ready` without keys, `invalid_input` where the signatories are not in order. */
export async function readCurrent(app: App, { organizationId, test }: Actor, templateId: string): Promise<Current> {
  if (!isUuid(templateId)) throw notFound('template', templateId);
  const work = async (tx: Tx): Promise<Current> => {
    // What is there already is found, and nothing is made, once there is a test key.
    if (test) await testKeys(app, tx, organizationId);
    const terms = await readCurrentTerms(tx, organizationId, templateId, test);
    if (!terms) throw notFound('template', templateId);
    const { credentialKey, sealKeyId } = terms;
    if (!credentialKey || !sealKeyId) throw new ChanceryError('not_ready', 'the organization has no signing keys');
    return { ...terms, test, credentialKey, sealKeyId, ...(await readSignatories(tx, organizationId, terms.template)) };
  };
  return app.db.organization(organizationId, work, { prepared: true });
}

async function readSignatories(tx: Tx, organizationId: string, template: CurrentTerms['template']) {
  if (template.slots.length === 0) return { signatories: [], pictures: new Map<string, string>() };
  const { signatories, issues } = await judgeSignatories(tx, organizationId, template);
  if (issues.length > 0) throw invalidInput('the template’s signatories cannot sign', issues);
  const members = signatories.map(({ memberId }) => memberId);
  return { signatories, pictures: await readMemberSignatures(tx, organizationId, members) };
}

/** The compiled template with all of it; as a rule it is at hand. Throws `invalid_input` for a signatory who does not fit the page. */
export async function currentProgram(app: App, current: Current): Promise<LoadedProgram> {
  const { template, organization, test, credentialKey, sealKeyId, signatories, pictures } = current;
  const { id, name, url } = organization;
  const program = await loadProgram(app, {
    versionId: template.versionId,
    organization: { id, name, url, did: issuerDid(app, id, credentialKey.publicKey, test) },
    publicUrl: app.publicUrl,
    signatories: signatories.map(({ slot, name, designation, memberId }) => ({
      slot,
      name,
      designation,
      picture: pictures.get(memberId) ?? null,
    })),
    approvals: [],
    credentialKeyId: credentialKey.id,
    sealKeyId,
    uploaded: false,
    specimen: test,
  });
  const proven = { versionId: template.versionId, content: program.spec.template };
  await proveSignatories(app, proven, name, signatories);
  return program;
}
