/** Canonical forms by plans of forms met before: the same text, for every credential in form, as the reference libraries give. */

import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import jsonld from 'jsonld';
import { rounds } from '../../test/support/rounds.ts';
import { vaultFields, vaultTemplate } from '../domain/vault-template.ts';
import { approvalEvidence } from './approval-evidence.ts';
import { openCheckedProofs } from './checked-proofs.ts';
import { outOfForm } from './credential-form.ts';
import { fillCredential } from './fill-credential.ts';
import { openFormPlans } from './form-plans.ts';
import { canonizeDocument } from './proof.ts';
import {
  compileSample,
  randomFacts,
  sampleFacts,
  sampleInputs,
  sampleKey,
  sampleKeyId,
  sampleProgram,
  sampleTemplate,
  seededRandom,
} from './test-samples.ts';
import { verifyCredential } from './verify-credential.ts';

type Json = Record<string, unknown>;

const approvals = [1, 2].map((slot) =>
  approvalEvidence({ slot, name: `Dean ${slot}`, designation: 'Dean', day: '2026-03-01' }, 'en'),
);
const { title, details, original, fingerprint } = vaultFields;

function unsigned(text: string): Json {
  const { proof: _, ...document } = JSON.parse(text) as Json;
  return document;
}

const resolve = (id: string) => (id === sampleKeyId ? sampleKey.publicKey : undefined);
const now = new Date('2026-06-01T00:00:00Z');

test(`hostile rows of every kind of credential have the canonical form that jsonld and rdf-canonize give`, async () => {
  const forms = openFormPlans();
  const random = seededRandom(23);
  const status = sampleTemplate({ achievement: { result: { name: 'Outcome', type: 'Status' } } });
  const programs = await Promise.all(
    [sampleInputs(), { ...sampleInputs(), approvals }, sampleInputs(status), { ...sampleInputs(), specimen: true }].map(
      compileSample,
    ),
  );
  for (let at = 0; at < rounds(24, 800); at++) {
    const program = programs[at % programs.length] as (typeof programs)[0];
    const document = unsigned(await fillCredential(program, randomFacts(random, at)));
    assert.equal(await forms.canonize(document), await canonizeDocument(document), `row ${at}`);
  }
  const uploads = await compileSample({ ...sampleInputs(vaultTemplate), uploaded: true, approvals });
  for (const name of ['Diploma', 'Diplôme "II"\n', '学位']) {
    const fields = { [title]: name, [details]: `of ${name}`, [original]: 'a.pdf', [fingerprint]: 'a'.repeat(64) };
    const document = unsigned(await fillCredential(uploads, sampleFacts({ name, fields, expiryDate: null })));
    assert.equal(await forms.canonize(document), await canonizeDocument(document), name);
  }
});

test('JSON-LD is asked once for all credentials of a batch, and anew for what belongs to the form', async () => {
  const forms = openFormPlans();
  const program = await sampleProgram();
  const texts = await Promise.all(
    ['Ana', 'Ömer', '王', 'Zoë'].map((name) => fillCredential(program, sampleFacts({ name }))),
  );
  const [other, ...same] = texts.map(unsigned) as [Json, ...Json[]];
  const asked = mock.method(jsonld, 'toRDF');
  try {
    for (const document of same) await forms.canonize(document);
    assert.equal(asked.mock.callCount(), 1);
    (other.issuer as Json).name = 'Somebody else';
    assert.match(await forms.canonize(other), /Somebody else/);
    assert.equal(asked.mock.callCount(), 2);
  } finally {
    asked.mock.restore();
  }
});

test('every value of a credential may be another: one that stays in form keeps the right canonical form', async () => {
  const forms = openFormPlans();
  const text = await fillCredential(await compileSample({ ...sampleInputs(), approvals }), sampleFacts());
  await forms.canonize(unsigned(text));
  let inForm = 0;
  for (const [at, path] of leavesOf(JSON.parse(text)).entries()) {
    if (path[0] === 'proof' || at % rounds(2, 1) > 0) continue;
    for (const value of ['https://other.example/"\\ü', 'urn:other:1', 'A "\\\n\u0000\u2028 𝒵', 7]) {
      const changed = JSON.parse(text) as Json;
      put(changed, path, value);
      if (outOfForm(changed)) continue;
      inForm++;
      const { proof: _, ...document } = changed;
      const expected = await canonizeDocument(document).catch(() => undefined);
      assert.equal(await forms.canonize(document).catch(() => undefined), expected, `${path}: ${value}`);
    }
  }
  assert.ok(inForm > rounds(30, 60), `${inForm}`);
});

test('identifiers that are the same, which is out of form, still melt as RDF has it', async () => {
  const forms = openFormPlans();
  const text = await fillCredential(await sampleProgram(), sampleFacts());
  await forms.canonize(unsigned(text));
  const document = unsigned(text) as { id: string; evidence: { id: string }[]; credentialStatus: { id: string } };
  for (const id of [document.id, document.credentialStatus.id, document.evidence[1]?.id as string]) {
    const melted = structuredClone(document);
    (melted.evidence[0] as { id: string }).id = id;
    assert.equal(await forms.canonize(melted), await canonizeDocument(melted), id);
  }
});

test('with forms that were met, what was changed is still changed, and what was not is unchanged', async () => {
  const known = openCheckedProofs();
  const program = await sampleProgram();
  const text = await fillCredential(program, sampleFacts());
  assert.equal((await verifyCredential(text, resolve, now, known)).verdict, 'unchanged');
  const other = await fillCredential(program, sampleFacts({ name: 'Åsa', emailSalt: 'f'.repeat(32) }));
  assert.equal((await verifyCredential(other, resolve, now, known)).verdict, 'unchanged');
  for (const path of leavesOf(JSON.parse(text))) {
    const changed = JSON.parse(text) as Json;
    const value = path.reduce((at: unknown, key) => (at as Json)[key], changed);
    put(changed, path, typeof value === 'string' ? `${value}x` : 8);
    const { verdict } = await verifyCredential(JSON.stringify(changed), resolve, now, known);
    assert.notEqual(verdict, 'unchanged', `${path}`);
  }
  const swapped = { ...(JSON.parse(text) as Json), proof: (JSON.parse(other) as Json).proof };
  assert.equal((await verifyCredential(JSON.stringify(swapped), resolve, now, known)).verdict, 'changed');
});

/** Paths of all values that hold no others. */
function leavesOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, one]) => leavesOf(one, [...path, key]));
}

function put(document: Json, path: string[], value: unknown): void {
  const holder = path.slice(0, -1).reduce((at: unknown, key) => (at as Json)[key], document) as Json;
  holder[path.at(-1) as string] = value;
}
