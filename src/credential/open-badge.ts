/** An Open Badges 3.0 credential out of a template: one place decides what it says and in which order; `credential-form.ts` refuses every other form. */

import { specimenIssuer, specimenTitle } from '../domain/specimen.ts';
import type { BoundEvidence, Template } from '../domain/template.ts';
import type { ApprovalEvidence } from './approval-evidence.ts';
import { credentialsContext, openBadgesContext } from './document-loader.ts';
import { constantLayout, type EvidenceLayout } from './evidence-layout.ts';

/** What a row fills. Names of optional parts are also the names of the bindings. */
export type HoleName =
  | 'id'
  | 'name'
  | 'emailHash'
  | 'emailSalt'
  | 'issueDate'
  | 'expiryDate'
  | 'statusList'
  | 'statusIndex'
  | 'result'
  | 'creditsEarned'
  | 'role'
  | 'licenseNumber'
  | 'term'
  | 'activityStartDate'
  | 'activityEndDate'
  | `evidence.${number}`
  | PieceHole
  | 'page'
  | 'title'
  | 'details'
  | 'original';

/** Parts of the pieces that the row itself names, numbered in the order in which the credential says them. */
export type PieceHole = `piece.${number}.${'url' | 'name' | 'description'}`;

/** Writes the value of a hole, or its mark; `iri` where it becomes an identifier or a part of one. */
export interface HoleWriter {
  text(name: HoleName): string;
  iri(name: HoleName): string;
  number(name: HoleName): number;
}

export interface BadgeInputs {
  template: Template;
  organization: { name: string; url: string; did: string };
  achievementUrl: string;
  /** The same for every row; default none. */
  approvals?: readonly ApprovalEvidence[];
  /** Of an uploaded certificate: what it attests is the item's own, and the file is its evidence. */
  uploaded?: boolean;
  /** It says in its name that it is one, and it is not the organization's own word. */
  specimen?: boolean;
}

/** A part that is there only if the row has a value for it. */
export interface OptionalPart {
  name: HoleName;
  /** The template's field; absent for the expiry date, which every item has or has not. */
  field?: string;
}

const bound = [
  'activityEndDate',
  'activityStartDate',
  'creditsEarned',
  'licenseNumber',
  'result',
  'role',
  'term',
] as const;

/** Optional parts of a template's credentials, in a fixed order: bit i of a shape says whether part i is there. */
export function optionalParts(template: Template): OptionalPart[] {
  const parts: OptionalPart[] = [{ name: 'expiryDate' }];
  for (const name of bound) {
    const field = template.bindings[name];
    if (field !== undefined) parts.push({ name, field });
  }
  template.bindings.evidence.forEach((evidence, at) => {
    parts.push({ name: `evidence.${at}`, field: evidence.field });
  });
  return parts;
}

/**
 * The unsigned credential with the parts that are present (OB 3.0 section B.1; VCDM 2.0 section 4). Evidence stands in the order of `layout`,
 * by default that of a row which names no pieces of its own.
 */
export function openBadge(
  inputs: BadgeInputs,
  present: ReadonlySet<HoleName>,
  hole: HoleWriter,
  layout: EvidenceLayout = constantLayout(inputs, present),
) {
  const { template, organization } = inputs;
  const issued = `${hole.text('issueDate')}T00:00:00Z`;
  const name = inputs.uploaded ? hole.text('title') : template.achievement.name;
  return {
    '@context': [credentialsContext, openBadgesContext],
    id: `urn:uuid:${hole.iri('id')}`,
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    name: inputs.specimen ? specimenTitle(name) : name,
    issuer: {
      id: organization.did,
      type: ['Profile'],
      name: inputs.specimen ? specimenIssuer(organization.name) : organization.name,
      url: organization.url,
    },
    validFrom: issued,
    ...(present.has('expiryDate') && { validUntil: `${hole.text('expiryDate')}T00:00:00Z` }),
    awardedDate: issued,
    credentialSubject: subject(inputs, present, hole),
    ...(inputs.uploaded ? { evidence: [original(hole)] } : evidence(inputs, layout, hole)),
    credentialStatus: {
      id: `${hole.iri('statusList')}#${hole.iri('statusIndex')}`,
      type: 'BitstringStatusListEntry',
      statusPurpose: 'revocation',
      statusListIndex: hole.iri('statusIndex'),
      statusListCredential: hole.iri('statusList'),
    },
  };
}

function subject(inputs: BadgeInputs, present: ReadonlySet<HoleName>, hole: HoleWriter) {
  const text = (name: 'role' | 'licenseNumber' | 'term') => present.has(name) && { [name]: hole.text(name) };
  // The model says date-time, the context xsd:date; a bare date fails the published JSON schema.
  const date = (name: 'activityStartDate' | 'activityEndDate') =>
    present.has(name) && { [name]: `${hole.text(name)}T00:00:00Z` };
  return {
    type: ['AchievementSubject'],
    identifier: [
      {
        type: 'IdentityObject',
        hashed: true,
        identityHash: `sha256$${hole.text('emailHash')}`,
        identityType: 'emailAddress',
        salt: hole.text('emailSalt'),
      },
      { type: 'IdentityObject', hashed: false, identityHash: hole.text('name'), identityType: 'name' },
    ],
    achievement: inputs.uploaded ? ownAchievement(inputs, hole) : achievement(inputs),
    ...(present.has('result') && { result: [result(inputs, hole)] }),
    ...(present.has('creditsEarned') && { creditsEarned: hole.number('creditsEarned') }),
    ...text('role'),
    ...text('licenseNumber'),
    ...text('term'),
    ...date('activityStartDate'),
    ...date('activityEndDate'),
  };
}

function result({ template, achievementUrl }: BadgeInputs, hole: HoleWriter) {
  const kind = template.achievement.result;
  return {
    type: ['Result'],
    ...(kind && { resultDescription: resultUrl(achievementUrl) }),
    // OB 3.0: a result of type Status says `status` and no `value`.
    [kind?.type === 'Status' ? 'status' : 'value']: hole.text('result'),
  };
}

function resultUrl(achievementUrl: string): string {
  return `${achievementUrl}#result`;
}

function achievement({ template, achievementUrl }: BadgeInputs) {
  const { name, description, criteria, type, tags, humanCode, fieldOfStudy, creditsAvailable, result } =
    template.achievement;
  return {
    id: achievementUrl,
    type: ['Achievement'],
    name,
    description,
    criteria: { narrative: criteria },
    achievementType: type,
    // RDF knows no order and no repeats among tags, so neither does the text.
    ...(tags.length > 0 && { tag: [...new Set(tags)].sort() }),
    ...(humanCode !== undefined && { humanCode }),
    ...(fieldOfStudy !== undefined && { fieldOfStudy }),
    ...(creditsAvailable !== undefined && { creditsAvailable }),
    ...(result && {
      resultDescription: [
        {
          id: resultUrl(achievementUrl),
          type: ['ResultDescription'],
          name: result.name,
          resultType: result.type,
          // A repeated value would make two list nodes hash alike and every row slow.
          ...(result.allowedValues?.length && { allowedValue: [...new Set(result.allowedValues)] }),
          ...(result.min !== undefined && { valueMin: result.min }),
          ...(result.max !== undefined && { valueMax: result.max }),
        },
      ],
    }),
  };
}

/** Each upload attests something else, so its achievement is described on its own page. */
function ownAchievement({ template }: BadgeInputs, hole: HoleWriter) {
  return {
    id: `${hole.iri('page')}#achievement`,
    type: ['Achievement'],
    name: hole.text('title'),
    description: hole.text('details'),
    criteria: { narrative: template.achievement.criteria },
    achievementType: template.achievement.type,
  };
}

/** The file as it was handed in, by its fingerprint. */
function original(hole: HoleWriter) {
  return {
    id: `${hole.iri('page')}#original`,
    type: ['Evidence'],
    name: 'Uploaded original',
    description: hole.text('original'),
  };
}

function evidence({ template, approvals = [] }: BadgeInputs, layout: EvidenceLayout, hole: HoleWriter) {
  let piece = 0;
  const list = layout.map((slot) => {
    if (slot.from === 'approval') {
      const { name, narrative } = approvals[slot.at] as ApprovalEvidence;
      return { type: ['Evidence'], name, narrative };
    }
    if (slot.from === 'binding') {
      const { name, description } = template.bindings.evidence[slot.at] as BoundEvidence;
      const id = hole.iri(`evidence.${slot.at}`);
      return { id, type: ['Evidence'], name, ...(description !== undefined && { description }) };
    }
    const at = piece++;
    return {
      id: hole.iri(`piece.${at}.url`),
      type: ['Evidence'],
      name: hole.text(`piece.${at}.name`),
      ...(slot.described && { description: hole.text(`piece.${at}.description`) }),
    };
  });
  return list.length > 0 && { evidence: list };
}
