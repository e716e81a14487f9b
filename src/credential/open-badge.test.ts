/** What comes out obeys the Open Badges 3.0 data model, whatever the row leaves out; a template that cannot be signed exactly is refused. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2019 } from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import { ChanceryError } from '../errors.ts';
import { compileCredential } from './compile-credential.ts';
import { fillCredential } from './fill-credential.ts';
import { randomFacts, sampleInputs, sampleProgram, sampleTemplate, seededRandom } from './test-samples.ts';

const uri = { type: 'string', format: 'uri' };
const text = { type: 'string' };
const time = { type: 'string', format: 'date-time' };
const typed = (name: string) => ({ type: 'array', minItems: 1, items: text, contains: { const: name } });
const some = (items: object) => ({ type: 'array', minItems: 1, items });
const object = (properties: Record<string, object>, required: string[], additionalProperties = true) => ({
  type: 'object',
  properties,
  required,
  additionalProperties,
});

/** The rules of OB 3.0 appendix B.1 and E for what we emit, in our own words: multiplicities, datatypes and formats. */
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
              false,
            ),
          ),
          achievement: object(
            {
              id: uri,
              type: typed('Achievement'),
              name: text,
              description: text,
              criteria: object({ id: uri, narrative: text }, []),
              achievementType: text,
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
                    resultType: text,
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
          result: some(object({ type: typed('Result'), resultDescription: uri, value: text, status: text }, ['type'])),
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
      object({ id: { type: 'string', format: 'iri' }, type: typed('Evidence'), name: text, description: text }, [
        'type',
      ]),
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

function validator() {
  const ajv = new Ajv2019({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addFormat('iri', (value: string) => URL.canParse(value));
  return ajv.compile(schema);
}

test('300 rows of every shape obey the data model', async () => {
  const validate = validator();
  const program = await sampleProgram();
  const random = seededRandom(21);
  for (let at = 0; at < 300; at++) {
    const credential = JSON.parse(await fillCredential(program, randomFacts(random, at)));
    const { credentialStatus, credentialSubject } = credential;
    assert.ok(validate(credential), JSON.stringify(validate.errors));
    assert.notEqual(credentialStatus.id, credentialStatus.statusListCredential);
    const [result] = credentialSubject.result ?? [];
    if (result) assert.equal(result.resultDescription, credentialSubject.achievement.resultDescription[0].id);
  }
  const broken = JSON.parse(await fillCredential(program, randomFacts(random, 0)));
  broken.credentialSubject.identifier[0].id = 'urn:a';
  assert.equal(validate(broken), false, 'the rules do refuse something');
});

async function refusedPaths(changes: Parameters<typeof sampleTemplate>[0], inputs: object = {}): Promise<string[]> {
  try {
    await compileCredential({ ...sampleInputs(sampleTemplate(changes)), ...inputs });
  } catch (error) {
    assert.ok(error instanceof ChanceryError, String(error));
    assert.equal(error.code, 'invalid_input');
    return error.issues.map((issue) => issue.path);
  }
  return [];
}

test('a template whose constants could not be signed exactly is refused at its path', async () => {
  assert.deepEqual(await refusedPaths({}), []);
  assert.deepEqual(await refusedPaths({ achievement: { creditsAvailable: 1e-7 } }), ['achievement.creditsAvailable']);
  assert.deepEqual(await refusedPaths({ achievement: { tags: ['𝒵', '\uff21'] } }), ['achievement.tags']);
  assert.deepEqual(await refusedPaths({ achievement: { tags: ['𝒵', 'é', '漢'] } }), []);
  const twice = [
    { field: 'Project', name: 'Same' },
    { field: 'Photo', name: 'Same' },
  ];
  assert.deepEqual(await refusedPaths({ bindings: { evidence: twice } }), ['bindings.evidence']);
});

test('inputs that are no issuer, no address or no key of the issuer are refused', async () => {
  const { organization } = sampleInputs();
  assert.deepEqual(await refusedPaths({}, { organization: { ...organization, url: 'example.org' } }), [
    'organization.url',
  ]);
  assert.deepEqual(await refusedPaths({}, { achievementUrl: 'urn:a' }), ['achievementUrl']);
  assert.deepEqual(await refusedPaths({}, { keyId: 'did:web:other#z6Mk' }), ['keyId']);
  await assert.rejects(
    compileCredential({ ...sampleInputs(), privateKey: new Uint8Array(48) }),
    /not an Ed25519 private key/,
  );
});

test('repeated allowed values and tags are written once, so that no two blank nodes are alike', async () => {
  const template = sampleTemplate({
    achievement: { result: { name: 'Grade', type: 'LetterGrade', allowedValues: ['B', 'A', 'B'] } },
  });
  const text = fillCredential(await sampleProgram(template), { ...randomFacts(seededRandom(1), 1), expiryDate: null });
  const { achievement } = JSON.parse(await text).credentialSubject;
  assert.deepEqual(achievement.resultDescription[0].allowedValue, ['B', 'A']);
  assert.deepEqual(achievement.tag, ['R', 'données', 'statistics']);
});
