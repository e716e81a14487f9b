/**
 * The one form in which this program writes credentials: keys, their order, arrays or not, everything. A signature covers an RDF graph, and many
 * JSON texts mean the same graph; holding a text to this form is what makes the signature cover its every byte.
 */

import { isSafeIri, isSafeNumber } from '../domain/signable.ts';
import { credentialsContext, openBadgesContext } from './document-loader.ts';
import { evidenceKey } from './evidence-layout.ts';

/** Path of the first thing that is not in form, or undefined; identifiers met on the way are collected to find repeats. */
type Check = (value: unknown, path: string, ids: string[]) => string | undefined;

const exactly =
  (expected: unknown): Check =>
  (value, path) =>
    JSON.stringify(value) === JSON.stringify(expected) ? undefined : path;

const text: Check = (value, path) => (typeof value === 'string' && value.isWellFormed() ? undefined : path);

const number: Check = (value, path) => (typeof value === 'number' && isSafeNumber(value) ? undefined : path);

/** An identifier that is mentioned. */
const reference: Check = (value, path) => (typeof value === 'string' && isSafeIri(value) ? undefined : path);

/** The identifier of the object it stands in. */
const id: Check = (value, path, ids) => {
  ids.push(String(value));
  return reference(value, path, ids);
};

const optional = (check: Check) => ({ check, optional: true });

/** An object with these keys in this order. */
function object(keys: Record<string, Check | { check: Check; optional: boolean }>): Check {
  return (value, path, ids) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return path;
    const found = Object.entries(value);
    let at = 0;
    for (const [key, entry] of Object.entries(keys)) {
      const { check, optional } = typeof entry === 'function' ? { check: entry, optional: false } : entry;
      if (found[at]?.[0] !== key) {
        if (optional) continue;
        return `${path}.${key}`;
      }
      const wrong = check(found[at]?.[1], `${path}.${key}`, ids);
      if (wrong) return wrong;
      at++;
    }
    return at < found.length ? `${path}.${found[at]?.[0]}` : undefined;
  };
}

/** An array of 1 to `most` elements whose keys are different and, if they are a set, ascend. */
function list(element: Check, most: number, keyOf: (value: never) => string, order: 'set' | 'list'): Check {
  return (value, path, ids) => {
    if (!Array.isArray(value) || value.length === 0 || value.length > most) return path;
    for (const [at, one] of value.entries()) {
      const wrong = element(one, `${path}.${at}`, ids);
      if (wrong) return wrong;
    }
    const keys = value.map((one) => keyOf(one as never));
    const inOrder = order === 'list' || keys.every((key, at) => at === 0 || (keys[at - 1] as string) < key);
    return inOrder && new Set(keys).size === keys.length ? undefined : path;
  };
}

/** An array of exactly these. */
function tuple(...elements: Check[]): Check {
  return (value, path, ids) => {
    if (!Array.isArray(value) || value.length !== elements.length) return path;
    for (const [at, check] of elements.entries()) {
      const wrong = check(value[at], `${path}.${at}`, ids);
      if (wrong) return wrong;
    }
    return undefined;
  };
}

const resultDescription = object({
  id,
  type: exactly(['ResultDescription']),
  name: text,
  resultType: text,
  allowedValue: optional(list(text, 100, String, 'list')),
  valueMin: optional(text),
  valueMax: optional(text),
});

const achievement = object({
  id,
  type: exactly(['Achievement']),
  name: text,
  description: text,
  criteria: object({ narrative: text }),
  achievementType: text,
  tag: optional(list(text, 50, String, 'set')),
  humanCode: optional(text),
  fieldOfStudy: optional(text),
  creditsAvailable: optional(number),
  resultDescription: optional(tuple(resultDescription)),
});

const result = object({
  type: exactly(['Result']),
  resultDescription: optional(reference),
  status: optional(text),
  value: optional(text),
});

const subject = object({
  type: exactly(['AchievementSubject']),
  identifier: tuple(
    object({
      type: exactly('IdentityObject'),
      hashed: exactly(true),
      identityHash: text,
      identityType: exactly('emailAddress'),
      salt: text,
    }),
    object({
      type: exactly('IdentityObject'),
      hashed: exactly(false),
      identityHash: text,
      identityType: exactly('name'),
    }),
  ),
  achievement,
  result: optional(tuple(result)),
  creditsEarned: optional(number),
  role: optional(text),
  licenseNumber: optional(text),
  term: optional(text),
  activityStartDate: optional(text),
  activityEndDate: optional(text),
});

const handedInEvidence = object({ id, type: exactly(['Evidence']), name: text, description: optional(text) });
/** It has no address, for there is nothing to look at. */
const approvalEvidence = object({ type: exactly(['Evidence']), name: text, narrative: text });
const evidence: Check = (value, path, ids) =>
  typeof value === 'object' && value !== null && 'narrative' in value
    ? approvalEvidence(value, path, ids)
    : handedInEvidence(value, path, ids);

const proof = object({
  type: exactly('DataIntegrityProof'),
  cryptosuite: exactly('eddsa-rdfc-2022'),
  created: text,
  verificationMethod: reference,
  proofPurpose: exactly('assertionMethod'),
  proofValue: text,
});

const credential = object({
  '@context': exactly([credentialsContext, openBadgesContext]),
  id,
  type: exactly(['VerifiableCredential', 'OpenBadgeCredential']),
  name: text,
  issuer: object({ id, type: exactly(['Profile']), name: text, url: text }),
  validFrom: text,
  validUntil: optional(text),
  awardedDate: text,
  credentialSubject: subject,
  // Twenty of the bindings, fifty that the row names, ten of those who sign.
  evidence: optional(list(evidence, 80, evidenceKey, 'set')),
  credentialStatus: object({
    id,
    type: exactly('BitstringStatusListEntry'),
    statusPurpose: exactly('revocation'),
    statusListIndex: text,
    statusListCredential: reference,
  }),
  proof: tuple(proof),
});

/**
 * Path of the first place where a parsed credential is not in form, such as `credential.issuer.name`, or undefined.
 * Two objects with one identifier are out of form: RDF would melt them, and their properties could be swapped.
 */
export function outOfForm(value: unknown): string | undefined {
  const ids: string[] = [];
  const wrong = credential(value, 'credential', ids);
  if (wrong) return wrong;
  const repeated = ids.find((one, at) => ids.indexOf(one) !== at);
  return repeated === undefined ? undefined : 'credential: two parts share an identifier';
}
