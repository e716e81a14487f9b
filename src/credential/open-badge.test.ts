/** What comes out obeys the Open Badges 3.0 data model, whatever the row leaves out; a template that cannot be signed exactly is refused. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rounds } from '../../test/support/rounds.ts';
import type { FieldValue } from '../domain/field.ts';
import type { ItemFacts } from '../domain/item.ts';
import { resultStatuses } from '../domain/open-badge-vocabulary.ts';
import { parseTemplate } from '../domain/template.ts';
import { vaultFields, vaultTemplate } from '../domain/vault-template.ts';
import { ChanceryError } from '../errors.ts';
import { approvalEvidence } from './approval-evidence.ts';
import { compileCredential } from './compile-credential.ts';
import { fillCredential } from './fill-credential.ts';
import { openBadgeFaults } from './open-badge-model.test-support.ts';
import {
  compileSample,
  randomFacts,
  sampleFacts,
  sampleInputs,
  sampleProgram,
  sampleTemplate,
  seededRandom,
} from './test-samples.ts';

const rows = rounds(40, 1_000);

test(`${rows} rows of every shape obey the data model`, async () => {
  const faultsOf = openBadgeFaults();
  const program = await sampleProgram();
  const random = seededRandom(21);
  for (let at = 0; at < rows; at++) {
    const credential = JSON.parse(await fillCredential(program, randomFacts(random, at)));
    const { credentialStatus, credentialSubject } = credential;
    assert.deepEqual(faultsOf(credential), []);
    assert.notEqual(credentialStatus.id, credentialStatus.statusListCredential);
    const [result] = credentialSubject.result ?? [];
    if (result) assert.equal(result.resultDescription, credentialSubject.achievement.resultDescription[0].id);
  }
  const broken = JSON.parse(await fillCredential(program, randomFacts(random, 0)));
  broken.credentialSubject.identifier[0].id = 'urn:a';
  assert.equal(faultsOf(broken).length, 2, 'the published rules refuse something, and so do ours');
});

test('each optional part alone, all but each, approvals, uploads and statuses obey the data model', async () => {
  const faultsOf = openBadgeFaults();
  const obeys = async (program: Awaited<ReturnType<typeof sampleProgram>>, facts: ItemFacts) => {
    const credential = JSON.parse(await fillCredential(program, facts));
    assert.deepEqual(faultsOf(credential), [], JSON.stringify(credential));
    return credential;
  };
  const works = Array.from({ length: 20 }, (_, at) => ({ name: 'Work', url: `https://works.example/${at}` }));
  const all = { ...sampleFacts().fields, Works: works };
  const approvals = [1, 2, 3].map((slot) =>
    approvalEvidence({ slot, name: 'Ana', designation: 'Dean', day: '2026-03-01' }, 'es'),
  );
  for (const program of [await sampleProgram(), await compileSample({ ...sampleInputs(), approvals })]) {
    for (const [name, value] of Object.entries(all)) {
      const { [name]: _, ...others } = all as Record<string, FieldValue>;
      await obeys(program, sampleFacts({ fields: { [name]: value }, expiryDate: null }));
      await obeys(program, sampleFacts({ fields: others }));
    }
  }
  const status = sampleTemplate({ achievement: { result: { name: 'Outcome', type: 'Status' } } });
  for (const Grade of resultStatuses) await obeys(await sampleProgram(status), sampleFacts({ fields: { Grade } }));
  const inputs = { ...sampleInputs(vaultTemplate), uploaded: true, approvals };
  const { title, details, original, fingerprint } = vaultFields;
  const upload = { [title]: 'Diploma', [original]: 'diploma.pdf', [fingerprint]: 'a'.repeat(64) };
  await obeys(await compileSample(inputs), sampleFacts({ fields: upload, expiryDate: null }));
  await obeys(await compileSample(inputs), sampleFacts({ fields: { ...upload, [details]: 'Of the school' } }));
});

test('words that the model does not have are refused in a template, and results that contradict their field', () => {
  const paths = (achievement: object, fields: object[] = []) => {
    const source = { ...sampleTemplate(), achievement: { ...sampleTemplate().achievement, ...achievement } };
    const parsed = parseTemplate({ ...source, fields: [...fields, ...source.fields.slice(fields.length)] });
    return 'issues' in parsed ? parsed.issues.map(({ path }) => path) : [];
  };
  assert.deepEqual(paths({ type: 'ext:Workshop', result: { name: 'G', type: 'ext:Stars' } }), []);
  assert.deepEqual(paths({ type: 'Workshop' }), ['achievement.type']);
  assert.deepEqual(paths({ result: { name: 'G', type: 'Grade' } }), ['achievement.result.type']);
  const grades = (...choices: string[]) => [{ name: 'Grade', type: 'choice', choices }];
  assert.deepEqual(paths({ result: { name: 'G', allowedValues: ['A', 'B'] } }, grades('B', 'A')), []);
  assert.deepEqual(paths({ result: { name: 'G', allowedValues: ['A', 'B'] } }, grades('A', 'C')), ['bindings.result']);
  assert.deepEqual(paths({ result: { name: 'G', type: 'Status' } }, grades('Done')), ['bindings.result']);
  assert.deepEqual(paths({ result: { name: 'G', type: 'Percent', min: '0', max: '9' } }, grades('8', '10')), [
    'bindings.result',
  ]);
  const points = [{ name: 'Grade', type: 'number', min: 20 }];
  assert.deepEqual(paths({ result: { name: 'G', type: 'RawScore', max: '10' } }, points), ['bindings.result']);
  assert.deepEqual(paths({ result: { name: 'G', type: 'RawScore', min: '5', max: '1' } }), ['achievement.result']);
  const preset = [{ name: 'Grade', type: 'text', default: 'Z' }];
  assert.deepEqual(paths({ result: { name: 'G', allowedValues: ['A'] } }, preset), ['bindings.result']);
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
