/** Evidence that the row names: any number of pieces, in one order, as the reference libraries would sign them. */

import assert from 'node:assert/strict';
import { hash, verify } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { rounds } from '../../test/support/rounds.ts';
import type { Evidence, FieldValue } from '../domain/field.ts';
import { ChanceryError } from '../errors.ts';
import { approvalEvidence } from './approval-evidence.ts';
import { decodeBase58 } from './base58.ts';
import { outOfForm } from './credential-form.ts';
import type { DatedCredential } from './date-credential.ts';
import { fillCredential } from './fill-credential.ts';
import { verifyingKey } from './keys.ts';
import { canonizeDocument } from './proof.ts';
import { compileSample, sampleFacts, sampleInputs, sampleKey, sampleProgram } from './test-samples.ts';
import { verifyCredential } from './verify-credential.ts';

const piece: Evidence = { name: 'Proyecto Final', url: 'https://ejemplo.com/proyecto', description: 'API REST' };
const publicKey = verifyingKey(sampleKey.publicKey);

function signedBy(program: DatedCredential, Works: FieldValue, fields = sampleFacts().fields) {
  return fillCredential(program, sampleFacts({ fields: { ...fields, Works } }));
}

async function evidenceIn(program: DatedCredential, works: readonly Evidence[]): Promise<Record<string, unknown>[]> {
  return JSON.parse(await signedBy(program, works, {})).evidence;
}

/** By jsonld and rdf-canonize alone. */
async function holds(program: DatedCredential, text: string): Promise<boolean> {
  const { proof, ...unsigned } = JSON.parse(text);
  const signed = Buffer.concat([program.proofHash, hash('sha256', await canonizeDocument(unsigned), 'buffer')]);
  return verify(null, signed, publicKey, decodeBase58(proof[0].proofValue.slice(1)) as Uint8Array);
}

const approvals = [2, 1].map((slot) =>
  approvalEvidence({ slot, name: 'Ana', designation: '', day: '2026-03-01' }, 'en'),
);
const words = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.string({ unit: 'binary', minLength: 1 }).filter((text) => text.isWellFormed()),
  fc.constantFrom(
    '"',
    '\\',
    '\n',
    '@type',
    '_:c14n0',
    'Project',
    'Same',
    '𝒵',
    '\uffff',
    'Approval, signatory 1',
    '{{name}}',
    '$&',
  ),
);
const lists = fc.uniqueArray(
  fc.record(
    { name: words, url: fc.webUrl({ withQueryParameters: true, withFragments: true }), description: words },
    { requiredKeys: ['name', 'url'] },
  ),
  { minLength: 0, maxLength: 20, selector: ({ url }) => url },
);

test('0 to 20 pieces of hostile texts, beside bindings and approvals, are signed as jsonld and rdf-canonize would have it', async () => {
  const programs = await Promise.all([sampleInputs(), { ...sampleInputs(), approvals }].map(compileSample));
  await fc.assert(
    fc.asyncProperty(lists, fc.boolean(), fc.boolean(), async (works, approved, bound) => {
      const program = programs[approved ? 1 : 0] as DatedCredential;
      const text = await signedBy(program, works, bound ? sampleFacts().fields : {});
      const credential = JSON.parse(text);
      assert.equal(JSON.stringify(credential), text);
      assert.equal(outOfForm(credential), undefined);
      assert.ok(await holds(program, text));
      const all = (credential.evidence ?? []) as { id?: string; name: string; description?: string }[];
      assert.equal(all.length, works.length + (approved ? 2 : 0) + (bound ? 2 : 0));
      for (const { url, ...said } of works)
        assert.deepEqual(
          all.find(({ id }) => id === url),
          { id: url, type: ['Evidence'], ...said },
        );
    }),
    { numRuns: rounds(20, 1_000) },
  );
});

test('pieces that say the same are told apart by their address, and any order of the row gives the same credential', async () => {
  const program = await sampleProgram();
  const works = ['c', 'a', 'b'].map((end) => ({ ...piece, url: `${piece.url}/${end}` }));
  const found = await evidenceIn(program, works);
  assert.deepEqual(
    found.map(({ id }) => id),
    ['a', 'b', 'c'].map((end) => `${piece.url}/${end}`),
  );
  const text = await signedBy(program, works);
  assert.equal(await signedBy(program, works.toReversed()), text);
  const report = await verifyCredential(text, () => sampleKey.publicKey, new Date());
  assert.deepEqual([report.verdict, report.reasons], ['unchanged', []]);
  const [first, second] = JSON.parse(text).evidence.slice(-2);
  const swapped = text.replace(first.id, 'X').replace(second.id, first.id).replace('"X"', `"${second.id}"`);
  assert.equal((await verifyCredential(swapped, () => sampleKey.publicKey, new Date())).verdict, 'changed');
});

test('a credential whose evidence stands in another order is not ours, whatever its signature', async () => {
  const program = await sampleProgram();
  const credential = JSON.parse(await signedBy(program, [piece, { ...piece, url: `${piece.url}/2` }]));
  credential.evidence.reverse();
  assert.ok(await holds(program, JSON.stringify(credential)), 'RDF knows no order');
  const report = await verifyCredential(JSON.stringify(credential), () => sampleKey.publicKey, new Date());
  assert.deepEqual([report.verdict, report.reasons], ['changed', ['form: credential.evidence']]);
});

test('a list of nothing is no evidence, and what is no list, or takes another identifier, is refused', async () => {
  const program = await sampleProgram();
  assert.equal('evidence' in JSON.parse(await signedBy(program, [], {})), false);
  const codes = async (Works: FieldValue) => {
    try {
      await signedBy(program, Works);
    } catch (error) {
      assert.ok(error instanceof ChanceryError);
      return error.issues.map(({ path, code }) => `${path} ${code}`);
    }
    return [];
  };
  assert.deepEqual(await codes('x'), ['Works not_evidence']);
  assert.deepEqual(await codes([{ ...piece, url: 'urn:a' }]), ['Works not_a_url']);
  assert.deepEqual(await codes([{ ...piece, name: '\ud800' }]), ['Works malformed_text']);
  assert.deepEqual(await codes([piece, { ...piece, name: 'x' }]), ['Works invalid']);
  for (const url of [String(sampleFacts().fields.Project), sampleInputs().achievementUrl])
    assert.equal((await codes([{ ...piece, url }])).length, 1, url);
});

test('JSON-LD is asked once for any number of pieces', async () => {
  const program = await sampleProgram();
  await signedBy(program, [piece]);
  const { size } = program.onePiece;
  for (let count = 1; count <= 20; count++)
    await signedBy(
      program,
      Array.from({ length: count }, (_, at) => ({ ...piece, url: `${piece.url}/${at}` })),
    );
  assert.equal(program.onePiece.size, size);
  for (let mask = 1_000; program.shapes.size < 256; mask++)
    program.shapes.set(mask, [...program.shapes.values()][0] as never);
  await signedBy(program, [piece, { name: 'x', url: 'https://x/' }]);
  assert.equal(program.shapes.size, 256);
});
