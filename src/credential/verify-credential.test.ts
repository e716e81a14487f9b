/** Verification says `unchanged` for exactly the bytes that were signed, and for nothing else. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rounds } from '../../test/support/rounds.ts';
import { didKeyOf } from './did.ts';
import { fillCredential } from './fill-credential.ts';
import { createCredentialKey, keyIdOf } from './keys.ts';
import { checkProof, signDocument } from './proof.ts';
import {
  compileSample,
  sampleDid,
  sampleFacts,
  sampleInputs,
  sampleKey,
  sampleKeyId,
  sampleProgram,
  seededRandom,
} from './test-samples.ts';
import { type KeyResolver, verifyCredential } from './verify-credential.ts';

const now = new Date('2026-06-01T00:00:00Z');
const resolve: KeyResolver = (id) => (id === sampleKeyId ? sampleKey.publicKey : undefined);
const signed = async () => fillCredential(await sampleProgram(), sampleFacts());

test('an issued credential is unchanged, and its key, status place and expiry are told', async () => {
  const report = await verifyCredential(await signed(), resolve, now);
  assert.equal(report.verdict, 'unchanged');
  assert.deepEqual(report.reasons, []);
  assert.equal(report.keyId, sampleKeyId);
  assert.equal(report.expired, false);
  assert.equal(report.statusListUrl, sampleFacts().statusList.url);
  assert.equal(report.statusListIndex, 40_417);
  assert.equal(report.credential?.id, `urn:uuid:${sampleFacts().id}`);
});

test('an expired credential is unchanged and expired, from the first instant of its last day', async () => {
  const text = await signed();
  assert.equal((await verifyCredential(text, resolve, new Date('2029-02-27T23:59:59Z'))).expired, false);
  const late = await verifyCredential(text, resolve, new Date('2029-02-28T00:00:00Z'));
  assert.deepEqual([late.verdict, late.expired], ['unchanged', true]);
});

const changes = rounds(100, 3_000);

test(`${changes} changes of one byte: never unchanged`, async () => {
  const bytes = Buffer.from(await signed());
  const random = seededRandom(11);
  const verdicts = new Map<string, number>();
  for (let round = 0; round < changes; round++) {
    const copy = Buffer.from(bytes);
    const at = Math.floor(random() * copy.length);
    copy[at] = (copy[at] as number) ^ (1 << Math.floor(random() * 8));
    const { verdict, reasons } = await verifyCredential(copy.toString('utf8'), resolve, now);
    assert.notEqual(verdict, 'unchanged', `byte ${at}: ${bytes.subarray(at - 20, at + 20)}`);
    assert.ok(reasons.length > 0);
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
  }
  assert.ok((verdicts.get('changed') ?? 0) > changes / 2, JSON.stringify([...verdicts]));
});

test('a byte cut off, put in or doubled: never unchanged', async () => {
  const text = await signed();
  for (let at = 0; at < text.length; at += rounds(137, 11)) {
    for (const other of [
      text.slice(0, at) + text.slice(at + 1),
      `${text.slice(0, at)} ${text.slice(at)}`,
      text.slice(0, at),
    ])
      assert.notEqual((await verifyCredential(other, resolve, now)).verdict, 'unchanged', `at ${at}`);
  }
  for (const other of [`${text}\n`, ` ${text}`, `\ufeff${text}`, JSON.stringify(JSON.parse(text), null, 2)])
    assert.notEqual((await verifyCredential(other, resolve, now)).verdict, 'unchanged');
});

// Every one of these means the same RDF graph, so the signature alone would let it pass.
const rewritings: [string, (text: string) => string][] = [
  [
    'two keys swapped',
    (t) => t.replace('"hashed":false,"identityHash":"Zoë Ångström"', '"identityHash":"Zoë Ångström","hashed":false'),
  ],
  ['identifiers swapped', (t) => change(t, (c) => c.credentialSubject.identifier.reverse())],
  ['tags swapped', (t) => change(t, (c) => c.credentialSubject.achievement.tag.reverse())],
  ['evidence swapped', (t) => change(t, (c) => c.evidence.reverse())],
  [
    'a tag repeated',
    (t) => change(t, (c) => c.credentialSubject.achievement.tag.push(c.credentialSubject.achievement.tag[0])),
  ],
  ['a string in an array', (t) => change(t, (c) => (c.name = [c.name]))],
  ['an array unwrapped', (t) => change(t, (c) => (c.issuer.type = 'Profile'))],
  ['a value object', (t) => change(t, (c) => (c.name = { '@value': c.name }))],
  ['an empty property', (t) => change(t, (c) => (c.extra = null))],
  ['an ignored keyword', (t) => change(t, (c) => (c['@index'] = 'forged remark'))],
  ['a keyword for its alias', (t) => t.replace('"id":"urn:uuid', '"@id":"urn:uuid')],
  ['a named blank node', (t) => change(t, (c) => (c.credentialSubject.id = '_:b0'))],
  ['a boolean as text', (t) => t.replace('"hashed":true', '"hashed":"true"')],
  ['a number as text', (t) => t.replace('"creditsEarned":7.5', '"creditsEarned":"7.5E0"')],
  ['a number at a 17th digit', (t) => t.replace('"creditsEarned":7.5', '"creditsEarned":7.500000000000001')],
  ['a number with a zero', (t) => t.replace('"creditsEarned":7.5', '"creditsEarned":7.50')],
  ['a second key of the same name', (t) => t.replace('"role":"Student"', '"role":"Dean","role":"Student"')],
  ['a character escaped', (t) => t.replace('Zoë', 'Zo\\u00eb')],
  ['a context repeated', (t) => change(t, (c) => c['@context'].push(c['@context'][0]))],
  [
    'a type compacted',
    (t) => t.replace('"OpenBadgeCredential"', '"https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential"'),
  ],
  ['the proof unwrapped', (t) => change(t, (c) => (c.proof = c.proof[0]))],
  ['a second proof', (t) => change(t, (c) => c.proof.push(c.proof[0]))],
];

// biome-ignore lint/suspicious/noExplicitAny: forging means writing what no type allows.
function change(text: string, edit: (credential: any) => void): string {
  const credential = JSON.parse(text);
  edit(credential);
  return JSON.stringify(credential);
}

for (const [name, rewrite] of rewritings)
  test(`a credential rewritten to mean the same is changed: ${name}`, async () => {
    const text = await signed();
    const other = rewrite(text);
    assert.notEqual(other, text);
    const report = await verifyCredential(other, resolve, now);
    assert.equal(report.verdict, 'changed');
  });

test('the names of two parts with one identifier cannot be swapped, even if the issuer had signed such a thing', async () => {
  const { proof: _, ...document } = JSON.parse(await signed());
  document.evidence[1].id = document.evidence[0].id;
  const forged = await signDocument(document, {
    keyId: sampleKeyId,
    privateKey: sampleKey.privateKey,
    created: '2026-03-01T09:30:00Z',
    proofAs: 'array',
  });
  const proof = (forged.proof as Record<string, unknown>[])[0] as Record<string, unknown>;
  assert.ok(await checkProof(forged, proof, sampleKey.publicKey));
  assert.equal((await verifyCredential(JSON.stringify(forged), resolve, now)).verdict, 'changed');
});

test('a number below 0.000001 does not verify although the libraries sign it like zero', async () => {
  const { proof: _, ...document } = JSON.parse(await signed());
  document.credentialSubject.creditsEarned = 0;
  const zero = await signDocument(document, {
    keyId: sampleKeyId,
    privateKey: sampleKey.privateKey,
    created: '2026-03-01T09:30:00Z',
    proofAs: 'array',
  });
  assert.equal((await verifyCredential(JSON.stringify(zero), resolve, now)).verdict, 'unchanged');
  const text = JSON.stringify(zero).replace('"creditsEarned":0', '"creditsEarned":1e-7');
  const forged = JSON.parse(text);
  assert.ok(await checkProof(forged, forged.proof[0], sampleKey.publicKey), 'the weakness is there');
  assert.equal((await verifyCredential(text, resolve, now)).verdict, 'changed');
});

test('a key nobody vouches for is unknown, whatever the signature says', async () => {
  const report = await verifyCredential(await signed(), () => undefined, now);
  assert.deepEqual([report.verdict, report.reasons, report.keyId], ['unknown_key', ['unknown_key'], sampleKeyId]);
});

test("one organization's key cannot issue in another's name", async () => {
  const { proof: _, ...document } = JSON.parse(await signed());
  document.issuer.id = `${sampleDid}:other`;
  const forged = await signDocument(document, {
    keyId: sampleKeyId,
    privateKey: sampleKey.privateKey,
    created: '2026-03-01T09:30:00Z',
    proofAs: 'array',
  });
  const report = await verifyCredential(JSON.stringify(forged), resolve, now);
  assert.deepEqual([report.verdict, report.reasons], ['changed', ['key_of_another_issuer']]);
});

test('a did:key vouches for itself, and only for itself', async () => {
  const key = createCredentialKey();
  const did = didKeyOf(key.publicKey);
  const keyId = keyIdOf(did, key.publicKeyMultibase);
  const inputs = sampleInputs();
  const program = await compileSample({
    ...inputs,
    organization: { ...inputs.organization, did },
    keyId,
    privateKey: key.privateKey,
  });
  const text = await fillCredential(program, sampleFacts());
  assert.equal((await verifyCredential(text, () => undefined, now)).verdict, 'unchanged');
  const { proof: _, ...document } = JSON.parse(text);
  document.issuer.id = sampleDid;
  const posing = await signDocument(document, {
    keyId,
    privateKey: key.privateKey,
    created: '2026-03-01T09:30:00Z',
    proofAs: 'array',
  });
  assert.equal((await verifyCredential(JSON.stringify(posing), resolve, now)).verdict, 'unknown_key');
});

test('what is no credential is called so, and nothing hostile makes it throw', async () => {
  const hostile = [
    '',
    'null',
    '[]',
    '"x"',
    '{}',
    '{"proof":[]}',
    '{"proof":{"proofValue":1}}',
    '{"proof":[null]}',
    '['.repeat(20_000),
    `"${'x'.repeat(1_000_001)}"`,
  ];
  for (const text of hostile)
    assert.equal((await verifyCredential(text, resolve, now)).verdict, 'not_a_credential', text.slice(0, 40));
  const bare = JSON.stringify({
    issuer: { id: sampleDid },
    proof: { verificationMethod: sampleKeyId, proofValue: 'z' },
  });
  assert.equal((await verifyCredential(bare, resolve, now)).verdict, 'changed');
});
