/**
 * What a credential must obey: the rules of the schema that 1EdTech publishes (test/corpora/open-badges), and those of OB 3.0 appendix B.1
 * and E for what we emit, in our own words, which are the stricter, since they allow nothing that we do not emit.
 */

import { readFileSync } from 'node:fs';
import { Ajv2019 } from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import { achievementTypes, resultStatuses, resultTypes } from '../domain/open-badge-vocabulary.ts';

const wordOf = (vocabulary: readonly string[]) => ({
  anyOf: [
    { type: 'string', enum: vocabulary },
    { type: 'string', pattern: '^ext:[a-zA-Z0-9._-]+$' },
  ],
});
const uri = { type: 'string', format: 'uri' };
const text = { type: 'string' };
const time = { type: 'string', format: 'date-time' };
const typed = (name: string) => ({ type: 'array', minItems: 1, items: text, contains: { const: name } });
const some = (items: object) => ({ type: 'array', minItems: 1, items });
const object = (properties: Record<string, object>, required: string[], additionalProperties = false) => ({
  type: 'object',
  properties,
  required,
  additionalProperties,
});

const schema = object(
  {
    '@context': {
      type: 'array',
      prefixItems: [],
      minItems: 2,
      items: [
        { const: 'https://www.w3.org/ns/credentials/v2' },
        { const: 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json' },
      ],
    },
    id: uri,
    type: { allOf: [typed('VerifiableCredential'), typed('OpenBadgeCredential')] },
    name: text,
    issuer: object({ id: uri, type: typed('Profile'), name: text, url: uri }, ['id', 'type']),
    validFrom: time,
    validUntil: time,
    awardedDate: time,
    credentialSubject: {
      ...object(
        {
          type: typed('AchievementSubject'),
          identifier: some(
            object(
              {
                type: { const: 'IdentityObject' },
                hashed: { type: 'boolean' },
                identityHash: text,
                identityType: { enum: ['emailAddress', 'name'] },
                salt: text,
              },
              ['type', 'hashed', 'identityHash', 'identityType'],
            ),
          ),
          achievement: object(
            {
              id: uri,
              type: typed('Achievement'),
              name: text,
              description: text,
              criteria: object({ id: uri, narrative: text }, []),
              achievementType: wordOf(achievementTypes),
              tag: some(text),
              humanCode: text,
              fieldOfStudy: text,
              creditsAvailable: { type: 'number' },
              resultDescription: some(
                object(
                  {
                    id: uri,
                    type: typed('ResultDescription'),
                    name: text,
                    resultType: wordOf(resultTypes),
                    allowedValue: some(text),
                    valueMin: text,
                    valueMax: text,
                  },
                  ['id', 'type', 'name', 'resultType'],
                ),
              ),
            },
            ['id', 'type', 'name', 'description', 'criteria'],
          ),
          result: some({
            ...object(
              {
                type: typed('Result'),
                resultDescription: uri,
                value: text,
                status: { type: 'string', enum: resultStatuses },
              },
              ['type'],
            ),
            oneOf: [{ required: ['value'] }, { required: ['status'] }],
          }),
          creditsEarned: { type: 'number' },
          role: text,
          licenseNumber: text,
          term: text,
          activityStartDate: time,
          activityEndDate: time,
        },
        ['type', 'achievement'],
      ),
      anyOf: [{ required: ['id'] }, { required: ['identifier'] }],
    },
    evidence: some(
      object(
        {
          id: { type: 'string', format: 'iri' },
          type: typed('Evidence'),
          name: text,
          description: text,
          narrative: text,
        },
        ['type', 'name'],
      ),
    ),
    credentialStatus: object(
      {
        id: uri,
        type: { const: 'BitstringStatusListEntry' },
        statusPurpose: { const: 'revocation' },
        statusListIndex: { type: 'string', pattern: '^(0|[1-9][0-9]*)$' },
        statusListCredential: uri,
      },
      ['id', 'type', 'statusPurpose', 'statusListIndex', 'statusListCredential'],
    ),
    proof: some(
      object(
        {
          type: { const: 'DataIntegrityProof' },
          created: time,
          cryptosuite: { const: 'eddsa-rdfc-2022' },
          verificationMethod: uri,
          proofPurpose: { const: 'assertionMethod' },
          proofValue: { type: 'string', pattern: '^z[1-9A-HJ-NP-Za-km-z]+$' },
        },
        ['type', 'created', 'cryptosuite', 'verificationMethod', 'proofPurpose', 'proofValue'],
      ),
    ),
  },
  [
    '@context',
    'id',
    'type',
    'name',
    'issuer',
    'validFrom',
    'awardedDate',
    'credentialSubject',
    'credentialStatus',
    'proof',
  ],
  false,
);

const published = new URL('../../test/corpora/open-badges/ob_v3p0_achievementcredential_schema.json', import.meta.url);

/** Gives the function that tells where a parsed credential breaks the published schema or these rules; no line means that it obeys both. */
export function openBadgeFaults(): (credential: unknown) => string[] {
  const ajv = new Ajv2019({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addFormat('iri', (value: string) => URL.canParse(value));
  const schemas = [schema, JSON.parse(readFileSync(published, 'utf8')) as object].map((one) => ajv.compile(one));
  return (credential) =>
    schemas.flatMap((validate) => {
      validate(credential);
      return (validate.errors ?? []).map(
        ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
      );
    });
}
