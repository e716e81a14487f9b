/** Approvals in credentials: signed exactly as the reference libraries would have it, and nothing in them can be changed. */

import assert from 'node:assert/strict';
import { hash, verify } from 'node:crypto';
import { test } from 'node:test';
import { rounds } from '../../test/support/rounds.ts';
import { type ApprovalEvidence, approvalEvidence } from './approval-evidence.ts';
import { decodeBase58 } from './base58.ts';
import { outOfForm } from './credential-form.ts';
import { fillCredential } from './fill-credential.ts';
import { verifyingKey } from './keys.ts';
import { canonizeDocument } from './proof.ts';
import {
  compileSample,
  randomFacts,
  sampleFacts,
  sampleInputs,
  sampleKey,
  sampleKeyId,
  seededRandom,
} from './test-samples.ts';
import { verifyCredential } from './verify-credential.ts';

const names = [
  'Ada "Countess" Lovelace',
  'Zoë\u2028Ångström',
  'نور الهاشمي',
  '\\u0041 {{name}}',
  '@id',
  '𝒵 \uff21',
  'Same',
  'Same',
];
const approvals = [
  ...names.map((name, at) => approvalEvidence({ slot: at + 1, name, designation: 'Dean', day: '2026-03-01' }, 'en')),
  approvalEvidence({ slot: 9, name: 'Half \ud800 a character', designation: '', day: '2026-03-02' }, 'de-AT'),
  approvalEvidence({ slot: 10, name: 'Ten', designation: 'Rector', day: '2026-03-02' }, 'tlh'),
];
const withApprovals = (list: readonly ApprovalEvidence[]) => compileSample({ ...sampleInputs(), approvals: list });
const rows = rounds(12, 300);
const resolve = (id: string) => (id === sampleKeyId ? sampleKey.publicKey : undefined);

test('each approval says who, as what, on which day, in the template’s language', () => {
  assert.deepEqual(
    approvalEvidence({ slot: 2, name: 'Helena', designation: 'Registrar', day: '2026-03-01' }, 'en-GB'),
    {
      name: 'Approval, signatory 2',
      narrative: 'Helena (Registrar) approved the issue of this credential on 2026-03-01.',
    },
  );
  const { narrative } = approvalEvidence({ slot: 1, name: 'Helena', designation: '', day: '2026-03-01' }, 'fr');
  assert.equal(narrative, 'Helena a approuvé l’émission de ce titre le 2026-03-01.');
});

test(`ten approvals beside the evidence of ${rows} rows are signed exactly as jsonld and rdf-canonize would have it`, async () => {
  const program = await withApprovals(approvals);
  const random = seededRandom(77);
  const publicKey = verifyingKey(sampleKey.publicKey);
  for (let at = 0; at < rows; at++) {
    const facts = randomFacts(random, at);
    const text = await fillCredential(program, facts);
    const { proof, ...unsigned } = JSON.parse(text);
    const where = JSON.stringify(facts);
    assert.equal(outOfForm(JSON.parse(text)), undefined, where);
    const told = unsigned.evidence.filter((one: { narrative?: string }) => one.narrative !== undefined);
    assert.deepEqual(
      new Set(told.map((one: { narrative: string }) => one.narrative)),
      new Set(approvals.map((one) => one.narrative)),
    );
    const signed = Buffer.concat([program.proofHash, hash('sha256', await canonizeDocument(unsigned), 'buffer')]);
    const signature = decodeBase58(proof[0].proofValue.slice(1)) as Uint8Array;
    assert.ok(verify(null, signed, publicKey, signature), where);
  }
});

test('an approval that is changed, left out, added, doubled or given an address is noticed', async () => {
  const text = await fillCredential(await withApprovals(approvals.slice(0, 2)), sampleFacts());
  const verdict = async (changed: string) => (await verifyCredential(changed, resolve, new Date('2026-06-01'))).verdict;
  assert.equal(await verdict(text), 'unchanged');
  const change = (edit: (evidence: Record<string, unknown>[]) => unknown) => {
    const credential = JSON.parse(text);
    edit(credential.evidence);
    return JSON.stringify(credential);
  };
  const ofApproval = (list: Record<string, unknown>[]) => list.findIndex(({ narrative }) => narrative !== undefined);
  for (const [what, edit] of Object.entries<(evidence: Record<string, unknown>[]) => unknown>({
    changed: (list) => Object.assign(list[ofApproval(list)] as object, { narrative: 'Nobody approved.' }),
    renamed: (list) => Object.assign(list[ofApproval(list)] as object, { name: 'Approval, signatory 9' }),
    'left out': (list) => list.splice(ofApproval(list), 1),
    added: (list) => list.push({ type: ['Evidence'], ...(approvals[4] as ApprovalEvidence) }),
    doubled: (list) => list.push(list[ofApproval(list)] as Record<string, unknown>),
    'given an address': (list) => Object.assign(list[ofApproval(list)] as object, { id: 'https://evil.example' }),
    'moved to the end': (list) => list.push(...list.splice(ofApproval(list), 1)),
  }))
    if (what !== 'moved to the end' || change(edit) !== text)
      assert.equal(await verdict(change(edit)), 'changed', what);
});

test('a batch that nobody approved has credentials without a word of approvals', async () => {
  const facts = sampleFacts();
  assert.equal(
    await fillCredential(await withApprovals([]), facts),
    await fillCredential(await compileSample(sampleInputs()), facts),
  );
});
