/** Proofs against the published known answers, and against the reference verifier. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import { decodeBase58 } from './base58.ts';
import { didDocument } from './did.ts';
import { loadDocument } from './document-loader.ts';
import { fillCredential } from './fill-credential.ts';
import { publicKeyMultibaseOf, publicKeyOf } from './keys.ts';
import { canonizeDocument, checkProof, signDocument } from './proof.ts';
import { signStatusList } from './status-list.ts';
import { sampleDid, sampleFacts, sampleKey, sampleKeyId, sampleProgram } from './test-samples.ts';

/** PKCS#8 DER of an Ed25519 seed (RFC 8410). */
const pkcs8 = (seed: Uint8Array) => Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);

/** Key of W3C vc-di-eddsa, appendix B: two bytes of multicodec, then the seed. */
const w3cKey = pkcs8((decodeBase58('3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq') as Uint8Array).slice(2));
const w3cMultibase = 'z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2';
const w3cDocument = {
  '@context': ['https://www.w3.org/ns/credentials/v2', 'https://www.w3.org/ns/credentials/examples/v2'],
  id: 'urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33',
  type: ['VerifiableCredential', 'AlumniCredential'],
  name: 'Alumni Credential',
  description: 'A minimum viable example of an Alumni Credential.',
  issuer: 'https://vc.example/issuers/5678',
  validFrom: '2023-01-01T00:00:00Z',
  credentialSubject: { id: 'did:example:abcdefgh', alumniOf: 'The School of Examples' },
};

test('the example of W3C vc-di-eddsa, appendix B.1, gets the published proof value', async () => {
  assert.equal(publicKeyMultibaseOf(publicKeyOf(w3cKey)), w3cMultibase);
  const answers = [
    [
      `did:key:${w3cMultibase}#${w3cMultibase}`,
      'z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4K1FBTQsCZahKZme',
    ],
    [
      `https://vc.example/issuers/5678#${w3cMultibase}`,
      'z21EVs3eXERqTn4acNHT9viboqgzUaQ3kTmhPT3eA8qrVPE7CrQq78WkzctnMX5W4CrzcKnHw8V6dvy5pgWYCU5e9',
    ],
  ] as const;
  for (const [keyId, expected] of answers) {
    const { proof } = await signDocument(w3cDocument, { keyId, privateKey: w3cKey, created: '2023-02-24T23:36:38Z' });
    assert.equal((proof as Record<string, unknown>).proofValue, expected);
    assert.ok(await checkProof(w3cDocument, proof as Record<string, unknown>, publicKeyOf(w3cKey)));
  }
});

test("the signed Open Badge among the fixtures of 1EdTech's validator gets its proof value", async () => {
  const document = {
    '@context': [
      'https://www.w3.org/ns/credentials/v2',
      'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
      'https://purl.imsglobal.org/spec/ob/v3p0/extensions.json',
    ],
    id: 'urn:uuid:280c19b6-9680-4a37-ba84-e38b1a4e4584',
    type: ['VerifiableCredential', 'AchievementCredential'],
    issuer: { type: ['Profile'], name: 'Andy F. Miller', id: 'urn:uuid:6f2e33e5-7a29-4155-840a-59483ba10164' },
    validFrom: '2022-11-10T07:38:00-08:00',
    name: 'test 1',
    credentialSubject: {
      id: 'urn:uuid:6f2e33e5-7a29-4155-840a-59483ba10164',
      type: ['AchievementSubject'],
      achievement: {
        id: 'urn:uuid:35258e6f-4c05-4215-8ada-38a5a5b80510',
        type: ['Achievement'],
        achievementType: 'Achievement',
        name: 'test 1',
        description: 'This is a test achievement',
        criteria: { narrative: 'There is no criteria' },
      },
    },
  };
  const privateKey = pkcs8(Buffer.from('6241a409e6707bb640a0140a8a32bc3d193c33a661747284d6adfa4ed4180be4', 'hex'));
  const keyId = 'did:key:z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi';
  const { proof } = await signDocument(document, { keyId, privateKey, created: '2010-01-01T19:23:24Z' });
  assert.equal(
    (proof as Record<string, unknown>).proofValue,
    'z5v2mkEWTLxzJ4VCxvUx5dRoy54Hp81GpyABUk7NswQECwDH6Ecwv5F3Mqso7t18UY6WScm5Qszo6nqiiqmevRWHc',
  );
});

/** What a verifier on the net would find under our DID. */
async function resolve(url: string) {
  const keys = [{ id: sampleKeyId, publicKeyMultibase: sampleKey.publicKeyMultibase, retired: false }];
  const document = didDocument(sampleDid, keys) as { verificationMethod: object[] };
  if (url === sampleDid) return { contextUrl: null, documentUrl: url, document };
  if (url !== sampleKeyId) return loadDocument(url);
  const method = { '@context': 'https://w3id.org/security/multikey/v1', ...document.verificationMethod[0] };
  return { contextUrl: null, documentUrl: url, document: method };
}

async function referenceSays(text: string): Promise<boolean> {
  const { verified } = await vc.verifyCredential({
    credential: JSON.parse(text),
    suite: new DataIntegrityProof({ cryptosuite }),
    documentLoader: resolve,
    checkStatus: async () => ({ verified: true }),
    now: new Date('2026-06-01T00:00:00Z'),
  });
  return verified;
}

test('the reference verifier accepts our credentials and status lists, and none that was changed', async () => {
  const text = await fillCredential(await sampleProgram(), sampleFacts());
  assert.equal(await referenceSays(text), true);
  for (const [from, to] of [
    ['"A"', '"B"'],
    ['Zoë', 'Zoé'],
    ['7.5,"role"', '7.25,"role"'],
    ['2026-02-28T', '2026-02-27T'],
    ['#40417', '#40418'],
  ]) {
    assert.ok(text.includes(from as string), from);
    assert.equal(await referenceSays(text.replace(from as string, to as string)), false, from);
  }
  const list = {
    id: 'https://credentials.example.org/lists/1',
    issuer: sampleDid,
    keyId: sampleKeyId,
    privateKey: sampleKey.privateKey,
  };
  assert.equal(
    await referenceSays(await signStatusList({ ...list, revoked: [5], validFrom: '2026-03-01T00:00:00Z' })),
    true,
  );
});

test('a proof of another kind, purpose or shape does not pass', async () => {
  const signed = await signDocument(w3cDocument, {
    keyId: 'did:example:1#k',
    privateKey: w3cKey,
    created: '2026-01-01T00:00:00Z',
  });
  const proof = signed.proof as Record<string, unknown>;
  const publicKey = publicKeyOf(w3cKey);
  assert.ok(await checkProof(signed, proof, publicKey));
  const wrong = [
    { type: 'Ed25519Signature2020' },
    { cryptosuite: 'eddsa-jcs-2022' },
    { proofPurpose: 'authentication' },
    { proofValue: 'z' },
    { proofValue: 5 },
    { proofValue: `u${proof.proofValue}` },
    { created: '2026-01-01T00:00:01Z' },
    { verificationMethod: 'did:example:1#l' },
    { unknownTerm: 'x' },
  ];
  for (const change of wrong)
    assert.equal(await checkProof(signed, { ...proof, ...change }, publicKey), false, JSON.stringify(change));
  assert.equal(await checkProof({ ...signed, unknownTerm: 'x' }, proof, publicKey), false);
  assert.equal(await checkProof({ ...signed, '@context': ['https://unknown.example/'] }, proof, publicKey), false);
  assert.equal(await checkProof(signed, proof, sampleKey.publicKey), false);
});

test('no context is ever fetched, and an undefined term is never signed', async () => {
  await assert.rejects(loadDocument('https://www.w3.org/ns/unknown'), /not packaged/);
  await assert.rejects(
    canonizeDocument({ '@context': ['https://www.w3.org/ns/credentials/v2'], id: 'urn:a', oops: 'x' }),
  );
});
