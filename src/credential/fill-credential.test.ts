/** The compiled program gives, byte for byte, what the reference libraries give; and it refuses what could not be signed as it stands. */

import assert from 'node:assert/strict';
import { hash, verify } from 'node:crypto';
import { test } from 'node:test';
import { rounds } from '../../test/support/rounds.ts';
import type { Evidence, FieldValue } from '../domain/field.ts';
import type { ItemFacts } from '../domain/item.ts';
import { ChanceryError } from '../errors.ts';
import { approvalEvidence } from './approval-evidence.ts';
import { decodeBase58 } from './base58.ts';
import { type CredentialShape, shapeOf } from './compile-credential.ts';
import { outOfForm } from './credential-form.ts';
import { type DatedCredential, dateCredential } from './date-credential.ts';
import { rowLayout } from './evidence-layout.ts';
import { emailHash, fillCredential } from './fill-credential.ts';
import { verifyingKey } from './keys.ts';
import { openBadge, optionalParts } from './open-badge.ts';
import { canonizeDocument, proofOptionsHash, signDocument } from './proof.ts';
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

/** The reference libraries manage some 150 rows a second. */
const rows = rounds(30, 1_000);

/** The document written straight from the facts, without holes. */
function plainDocument(inputs: ReturnType<typeof sampleInputs>, facts: ItemFacts) {
  const parts = optionalParts(inputs.template);
  const present = parts.filter((part) => (part.field ? part.field in facts.fields : facts.expiryDate !== null));
  const values: Record<string, string | number> = {
    id: facts.id,
    name: facts.name,
    emailHash: hash('sha256', facts.email + facts.emailSalt),
    emailSalt: facts.emailSalt,
    issueDate: facts.issueDate,
    expiryDate: facts.expiryDate ?? '',
    statusList: facts.statusList.url,
    statusIndex: facts.statusList.index,
  };
  for (const part of parts) if (part.field) values[part.name] = facts.fields[part.field] as string;
  const text = (name: string) => String(values[name]);
  const works = facts.fields.Works as readonly Evidence[] | undefined;
  const { layout, pieces } = works?.length ? rowLayout(inputs, facts, works) : { layout: undefined, pieces: [] };
  pieces.forEach((piece, at) => {
    for (const [part, value] of Object.entries(piece)) values[`piece.${at}.${part}`] = value;
  });
  const hole = {
    text,
    iri: text,
    number: (name: string) => values[name] as number,
  };
  return openBadge(inputs, new Set(present.map((part) => part.name)), hole, layout);
}

test(`${rows} random and adversarial rows are signed exactly as jsonld and rdf-canonize would have it`, async () => {
  const seed = Number(process.env.CREDENTIAL_SEED ?? 20_260_301);
  const random = seededRandom(seed);
  const plain = sampleInputs();
  const approvals = [1, 2].map((slot) =>
    approvalEvidence({ slot, name: 'Ana', designation: '', day: '2026-03-01' }, 'en'),
  );
  const all = [plain, { ...plain, approvals }];
  const programs = await Promise.all(all.map(compileSample));
  const publicKey = verifyingKey(sampleKey.publicKey);
  for (let at = 0; at < rows; at++) {
    const facts = randomFacts(random, at);
    const [inputs, program] = [all[at % 2], programs[at % 2]] as [typeof plain, DatedCredential];
    const text = await fillCredential(program, facts);
    const { proof, ...unsigned } = JSON.parse(text);
    const where = `seed ${seed}, row ${at}: ${JSON.stringify(facts)}`;
    assert.deepEqual(unsigned, JSON.parse(JSON.stringify(plainDocument(inputs, facts))), where);
    assert.equal(JSON.stringify(JSON.parse(text)), text, where);
    assert.equal(outOfForm(JSON.parse(text)), undefined, where);
    const canonical = await canonizeDocument(unsigned);
    const signed = Buffer.concat([program.proofHash, hash('sha256', canonical, 'buffer')]);
    const signature = decodeBase58(proof[0].proofValue.slice(1)) as Uint8Array;
    assert.ok(verify(null, signed, publicKey, signature), where);
  }
});

test('the text is the one that signing the finished document gives, proof options included', async () => {
  const inputs = sampleInputs();
  const facts = sampleFacts();
  const whole = await signDocument(plainDocument(inputs, facts), { ...inputs, proofAs: 'array' });
  assert.equal(await fillCredential(await sampleProgram(), facts), JSON.stringify(whole));
  const { proofValue: _, ...options } = (whole.proof as Record<string, unknown>[])[0] as Record<string, unknown>;
  const program = await sampleProgram();
  assert.deepEqual(program.proofHash, await proofOptionsHash(whole['@context'], options));
});

test('one program serves batches of every time, each exactly as if it had been signed for it alone', async () => {
  const program = await sampleProgram();
  const inputs = sampleInputs();
  for (const created of [
    '0001-01-01T00:00:00Z',
    '2024-02-29T23:59:59Z',
    '2026-11-22T08:00:07Z',
    '9999-12-31T23:59:59Z',
  ]) {
    const dated = dateCredential(program, created);
    assert.equal(dated.shapes, program.shapes);
    const whole = await signDocument(plainDocument(inputs, sampleFacts()), { ...inputs, created, proofAs: 'array' });
    assert.equal(await fillCredential(dated, sampleFacts()), JSON.stringify(whole));
  }
  for (const created of ['2026-03-01', '2026-03-01T00:00:00.000Z', '2026-03-01T00:00:00+01:00', '"', ''])
    assert.throws(() => dateCredential(program, created), { code: 'internal' });
});

test('the same facts give the same bytes in another program', async () => {
  const [one, other] = await Promise.all([sampleProgram(), sampleProgram()]);
  assert.equal(await fillCredential(one, sampleFacts()), await fillCredential(other, sampleFacts()));
});

test('a shape met before is filled at once, a new one is compiled once and then kept', async () => {
  const program = await sampleProgram();
  const { Grade: _, ...fields } = sampleFacts().fields;
  const facts = sampleFacts({ fields });
  const first = fillCredential(program, facts);
  const second = fillCredential(program, facts);
  assert.ok(first instanceof Promise && second instanceof Promise);
  assert.equal(program.compiling.size, 1);
  const text = await first;
  assert.equal(await second, text);
  assert.equal(fillCredential(program, facts), text);
  assert.equal('result' in JSON.parse(text).credentialSubject, false);
});

test('a program keeps at most 256 shapes', async () => {
  const program = await sampleProgram();
  const [[oldest, shape]] = [...program.shapes] as [[number, CredentialShape]];
  for (let mask = 1_000; program.shapes.size < 256; mask++) program.shapes.set(mask, shape);
  await shapeOf(program, 0);
  assert.equal(program.shapes.size, 256);
  assert.equal(program.shapes.has(oldest), false);
  assert.equal(program.shapes.has(0), true);
});

test('a recipient is named, and the e-mail address stands there only as a salted hash', async () => {
  const text = await fillCredential(await sampleProgram(), sampleFacts());
  const { identifier } = JSON.parse(text).credentialSubject;
  assert.equal(identifier[0].identityHash, `sha256$${emailHash('zoe@example.org', sampleFacts().emailSalt)}`);
  assert.equal(identifier[1].identityHash, 'Zoë Ångström');
  assert.equal(text.includes('zoe@example.org'), false);
});

test('a number that would be signed as another number is refused', async () => {
  const program = await sampleProgram();
  for (const Credits of [1e-7, -9.9e-7, 5e-324, 0.1 + 0.2, Number.NaN, Number.POSITIVE_INFINITY])
    assert.deepEqual(await codesOf(program, { Credits }), ['Credits number_unsafe'], String(Credits));
  assert.deepEqual(await codesOf(program, { Credits: '3' }), ['Credits not_a_number']);
});

test('an evidence address that JSON-LD would read as something else is refused', async () => {
  const program = await sampleProgram();
  const hostile = [
    '',
    'example.org',
    '/x',
    '_:b0',
    '@id',
    'https://',
    'https:///x',
    'https://a b',
    'https://a/<',
    'https://a/"',
    'https://a\\b',
  ];
  hostile.push(
    'https://a/\n',
    'https://a/^',
    'https://a/`',
    'https://a/{x}',
    'javascript:alert(1)',
    'urn:x',
    'name',
    'https://a/𝒵',
    'https://a/\ud800',
  );
  for (const Project of hostile) assert.deepEqual(await codesOf(program, { Project }), ['Project not_a_url'], Project);
});

test('evidence may not take the identifier of another part, or signed names could be swapped', async () => {
  const program = await sampleProgram();
  const facts = sampleFacts();
  const taken = [
    program.inputs.achievementUrl,
    `${program.inputs.achievementUrl}#result`,
    `${facts.statusList.url}#${facts.statusList.index}`,
  ];
  for (const Project of taken) assert.deepEqual(await codesOf(program, { Project }), ['Project invalid'], Project);
  assert.deepEqual(
    (await codesOf(program, { Project: 'https://a/', Photo: 'https://a/' })).map((issue) => issue.split(' ')[1]),
    ['invalid'],
  );
});

test('half a character is refused by field, and every fault of a row is named', async () => {
  const program = await sampleProgram();
  await assert.rejects(
    async () =>
      fillCredential(
        program,
        sampleFacts({ name: 'a\ud800', fields: { ...sampleFacts().fields, Role: '\udfff', Start: '2026-1-1' } }),
      ),
    (error: ChanceryError) => {
      assert.equal(error.code, 'invalid_input');
      assert.deepEqual(
        new Set(error.issues.map((issue) => `${issue.path} ${issue.code}`)),
        new Set(['name malformed_text', 'Role malformed_text', 'Start not_a_date']),
      );
      return true;
    },
  );
});

test('facts that nobody but this program decides are checked all the same', async () => {
  const program = await sampleProgram();
  const wrong: Partial<ItemFacts>[] = [
    { id: '1> <x' },
    { issueDate: 'today' },
    { emailSalt: '' },
    { statusList: { url: 'https://a/ b', index: 1 } },
    { statusList: { url: 'https://a/b', index: 131_072 } },
  ];
  for (const change of wrong)
    await assert.rejects(
      async () => fillCredential(program, sampleFacts(change)),
      (error: ChanceryError) => error.code === 'internal',
    );
});

test('a template without bindings makes the plainest badge, and one with a status result says status', async () => {
  const bare = sampleTemplate({
    achievement: {
      tags: [],
      humanCode: undefined,
      fieldOfStudy: undefined,
      creditsAvailable: undefined,
      result: undefined,
    },
    bindings: {
      result: undefined,
      creditsEarned: undefined,
      role: undefined,
      licenseNumber: undefined,
      term: undefined,
      activityStartDate: undefined,
      activityEndDate: undefined,
      evidence: [],
    },
  });
  const plain = JSON.parse(await fillCredential(await sampleProgram(bare), sampleFacts({ expiryDate: null })));
  assert.deepEqual(Object.keys(plain.credentialSubject), ['type', 'identifier', 'achievement']);
  assert.equal(outOfForm(plain), undefined);
  const status = sampleTemplate({ achievement: { result: { name: 'Outcome', type: 'Status' } } });
  const { result } = JSON.parse(
    await fillCredential(await sampleProgram(status), sampleFacts({ fields: { Grade: 'Completed' } })),
  ).credentialSubject;
  assert.equal(result[0].status, 'Completed');
  assert.equal('value' in result[0], false);
});

async function codesOf(program: DatedCredential, fields: Record<string, FieldValue>): Promise<string[]> {
  try {
    await fillCredential(program, sampleFacts({ fields: { ...sampleFacts().fields, ...fields } }));
  } catch (error) {
    assert.ok(error instanceof ChanceryError);
    return error.issues.map((issue) => `${issue.path} ${issue.code}`);
  }
  return [];
}

test('the key of the sample is the one the credential names', async () => {
  const { proof } = JSON.parse(await fillCredential(await sampleProgram(), sampleFacts()));
  assert.equal(proof.length, 1);
  assert.equal(proof[0].verificationMethod, sampleKeyId);
});
