/** How a batch names its signatories: two vocabularies, their mixtures, fields or JSON; and every refusal under the reference's keys. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { createMember } from '../../../src/usecases/organizations/create-member.ts';
import { createTemplate } from '../../../src/usecases/templates/create-template.ts';
import type { Tenant } from '../../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';
import { courseTemplate } from './course-template.ts';

let doors: TestDoors;
let tenant: Tenant;
let token: string;
/** Placeholders of the tables below: people as `ann` (UUID) and `#ann` (number), templates by what they ask for. */
const ids: Record<string, string> = { nobody: '9e7860e3-7c0a-401f-98f6-b98e316934f4', '#nobody': '99999' };

before(async () => {
  doors = await openTestServer();
  tenant = await doors.test.addTenant({ credits: 5, template: courseTemplate() });
  token = await doors.key(tenant);
  const canvas = { width: 40, height: 20, channels: 4, background: '#00000080' } as const;
  const signature = await sharp({ create: canvas }).png().toBuffer();
  for (const firstName of ['ann', 'ben', 'cat', 'dan']) {
    const person = { firstName, lastName: 'Signer', email: `${firstName}@school.example` };
    const id = await createMember(doors.test.app, tenant.organizationId, {
      ...person,
      ...(firstName !== 'cat' && { signature }),
    });
    const [row] = await doors.test.sql<{ number: number }>('select number from member where id = $1', [id]);
    Object.assign(ids, { [firstName]: id, [`#${firstName}`]: String(row?.number) });
  }
  const make = async (signatures: number, defaults: string[] = []) => {
    const content = courseTemplate({ signatures });
    const signatories = defaults.map((one, at) => ({ slot: at + 1, memberId: ids[one] as string, autoApprove: true }));
    return (await createTemplate(doors.test.app, tenant.actor, { content, signatories })).id;
  };
  ids.two = await make(2);
  ids.defaults = await make(2, ['ann', 'ben']);
  ids.none = tenant.templateId;
  await doors.test.sql('update member set is_archived = true where id = $1', [ids.dan]);
});
after(() => doors?.[Symbol.asyncDispose]());

/** `signatories[0][user_uuid]` is written `0.user_uuid`; people by name. */
type Fields = Record<string, string>;

const known = (text: string): string => text.replace(/(?:#|\b)(?:ann|ben|cat|dan|nobody)\b/g, (one) => ids[one] ?? one);

interface Answer {
  message: string;
  errors?: Record<string, string[]>;
  data?: { signatories: { index: number; user_uuid: string }[] };
}

async function post(template: string, fields: Fields, more: Fields = {}): Promise<{ status: number; body: Answer }> {
  const form = new FormData();
  const csv_file = 'RecipientsEmail,RecipientsName\na@example.com,Ann\n';
  const plain = { name: 'N', template_id: ids[template] ?? template, dry_run: 'true', ...more };
  for (const [name, value] of Object.entries(plain)) if (value !== '') form.set(name, value);
  for (const [key, value] of Object.entries(fields)) {
    const name = key.replace(/^(\w*)\.(\w+)$/, 'signatories[$1][$2]').replace(/^(\d+)$/, 'signatories[$1]');
    form.append(name, known(value));
  }
  form.set('csv_file', new Blob([csv_file]), 'r.csv');
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${doors.url}/business/batches`, { method: 'POST', headers, body: form });
  return { status: response.status, body: (await response.json()) as Answer };
}

const json = (value: unknown): Fields => ({ signatories: JSON.stringify(value) });

const understood: [what: string, fields: Fields][] = [
  ['the reference’s words', { '0.user_uuid': 'ann', '0.index': '1', '1.user_uuid': 'ben', '1.index': '2' }],
  [
    'the guide’s words',
    {
      '0.institution_user_id': '#ann',
      '0.signatory_index': '1',
      '1.institution_user_id': '#ben',
      '1.signatory_index': '2',
    },
  ],
  ['a mixture', { '0.institution_user_uuid': 'ann', '0.index': '1', '1.user_id': '#ben', '1.signatory_index': '2' }],
  [
    'a number under the UUID’s key and the other way round',
    { '0.user_uuid': '#ann', '0.index': '1', '1.institution_user_id': 'ben', '1.index': '2' },
  ],
  [
    'both words, which agree',
    {
      '0.user_uuid': 'ann',
      '0.institution_user_id': '#ann',
      '0.index': '1',
      '0.signatory_index': '01',
      '1.user_uuid': 'ben',
      '1.index': '2',
    },
  ],
  ['numbers that are far apart', { '7.user_uuid': 'ann', '7.index': '1', '300.user_uuid': 'ben', '300.index': '2' }],
  ['any order', { '0.user_uuid': 'ben', '0.index': '2', '1.user_uuid': 'ann', '1.index': '1' }],
  [
    'JSON',
    json([
      { user_uuid: 'ann', index: 1 },
      { institution_user_id: '#ben', signatory_index: '2' },
    ]),
  ],
  ['a JSON object as PHP has it', json({ 3: { user_uuid: 'ann', index: 1 }, 9: { user_uuid: 'ben', index: 2 } })],
];

for (const [what, fields] of understood) {
  test(`signatories are understood in ${what}`, async () => {
    const { status, body } = await post('two', fields);
    assert.equal(status, 200, JSON.stringify(body));
    const signatories = body.data?.signatories.map(({ index, user_uuid }) => [index, user_uuid]);
    assert.deepEqual(
      signatories?.sort(([a], [b]) => Number(a) - Number(b)),
      [
        [1, ids.ann],
        [2, ids.ben],
      ],
    );
  });
}

const same = 'The same signatory cannot be assigned to multiple positions.';
const first = 'Signatory indices must start from 1.';
const gap = 'Signatory indices must be sequential starting from 1 without gaps.';
const notArray = (path: string) => `The ${path} field must be an array.`;
const annAt1: Fields = { '0.user_uuid': 'ann', '0.index': '1' };
const benAt2: Fields = { '1.user_uuid': 'ben', '1.index': '2' };
const as = (person: string): Fields => ({ ...annAt1, '1.user_uuid': person, '1.index': '2' });
const wrong = (more = ''): Record<string, string[]> => ({
  'signatories.1.user_uuid': [`The selected signatories.1.user_uuid is invalid${more}.`],
});

const refused: [what: string, fields: Fields, errors: Record<string, string[]>][] = [
  ['nobody', {}, { signatories: ['The signatories field is required.'] }],
  ['an empty list', json([]), { signatories: ['The signatories field is required.'] }],
  ['too few', annAt1, { signatories: ['The signatories field must contain 2 items.'] }],
  [
    'too many',
    { ...annAt1, ...benAt2, '2.user_uuid': 'cat', '2.index': '3' },
    {
      signatories: ['The signatories field must contain 2 items.'],
      'signatories.2.user_uuid': [
        'The selected signatories.2.user_uuid is invalid: the user cat Signer has no signature.',
      ],
    },
  ],
  ['the same UUID twice', as('ann'), { signatories: [same] }],
  ['the same person by UUID and by number', as('#ann'), { signatories: [same] }],
  [
    'the same person by number with a nought before it',
    { ...annAt1, '1.user_uuid': '0#ann', '1.index': '2' },
    { signatories: [same] },
  ],
  ['a start at 2', { ...annAt1, '0.index': '2', ...benAt2, '1.index': '3' }, { 'signatories.0.index': [first] }],
  ['a start at 0', { ...annAt1, '0.index': '0', ...benAt2, '1.index': '1' }, { 'signatories.0.index': [first] }],
  ['a start below 0', { ...annAt1, '0.index': '-1', ...benAt2, '1.index': '0' }, { 'signatories.0.index': [first] }],
  ['a gap', { ...annAt1, ...benAt2, '1.index': '3' }, { 'signatories.1.index': [gap] }],
  ['a position twice', { ...annAt1, ...benAt2, '1.index': '1' }, { 'signatories.1.index': [gap] }],
  [
    'a gap under numbers that are far apart',
    { '4.user_uuid': 'ann', '4.index': '4', '90.user_uuid': 'ben', '90.index': '2' },
    { 'signatories.4.index': [first, gap] },
  ],
  [
    'a position that is a word',
    { ...annAt1, ...benAt2, '1.index': 'x' },
    { 'signatories.1.index': ['The signatories.1.index field must be an integer.'] },
  ],
  [
    'half a position',
    json([
      { user_uuid: 'ann', index: 1 },
      { user_uuid: 'ben', index: 1.5 },
    ]),
    { 'signatories.1.index': ['The signatories.1.index field must be an integer.'] },
  ],
  [
    'no position',
    { ...annAt1, '1.user_uuid': 'ben' },
    { 'signatories.1.index': ['The signatories.1.index field is required.'] },
  ],
  [
    'no user',
    { ...annAt1, '1.index': '2' },
    { 'signatories.1.user_uuid': ['The signatories.1.user_uuid field is required.'] },
  ],
  [
    'neither, and a stranger beside it',
    { '0.user_uuid': 'nobody', '0.index': '1', '1.x': 'y' },
    {
      'signatories.0.user_uuid': ['The selected signatories.0.user_uuid is invalid.'],
      'signatories.1.user_uuid': ['The signatories.1.user_uuid field is required.'],
      'signatories.1.index': ['The signatories.1.index field is required.'],
    },
  ],
  ['an unknown UUID', as('nobody'), wrong()],
  ['an unknown number', as('#nobody'), wrong()],
  ['a user that is a word', as('x'), wrong()],
  ['the user 0', as('0'), wrong()],
  ['a number that no database holds', as('9'.repeat(30)), wrong()],
  [
    'a list as user',
    json([
      { user_uuid: 'ann', index: 1 },
      { user_uuid: ['ben'], index: 2 },
    ]),
    wrong(),
  ],
  ['who has no signature', as('cat'), wrong(': the user cat Signer has no signature')],
  ['who is archived', as('dan'), wrong(': the user dan Signer is archived')],
  ['two words for different people', { ...as('ben'), '1.user_id': '#cat' }, wrong(': it names two different users')],
  ['two UUIDs', { ...as('ben'), '1.institution_user_uuid': 'cat' }, wrong(': it names two different users')],
  ['two words, one of them nonsense', { ...as('ben'), '1.user_id': 'x' }, wrong()],
  [
    'two positions',
    { ...annAt1, ...benAt2, '1.signatory_index': '1' },
    { 'signatories.1.index': ['The signatories.1.index field must match signatories.1.signatory_index.'] },
  ],
  ['text for an entry', { ...annAt1, 1: 'ben' }, { 'signatories.1': [notArray('signatories.1')] }],
  ['text for all', { signatories: 'ann' }, { signatories: [notArray('signatories')] }],
  ['JSON text', json('ann'), { signatories: [notArray('signatories')] }],
  ['JSON with names', json({ first: { user_uuid: 'ann', index: 1 } }), { signatories: [notArray('signatories')] }],
  [
    'JSON and fields',
    { ...annAt1, ...json([{ user_uuid: 'ben', index: 2 }]) },
    { signatories: ['The signatories field must be sent either as JSON or as fields, not as both.'] },
  ],
  [
    'no numbers',
    { '.user_uuid': 'ann', '.index': '1' },
    { signatories: ['The signatories field must be sent as signatories[N][user_uuid] and signatories[N][index].'] },
  ],
  [
    'a hundred and one',
    json(Array.from({ length: 101 }, (_, at) => ({ user_uuid: 'ann', index: at + 1 }))),
    { signatories: ['The signatories field must not have more than 100 items.'] },
  ],
];

for (const [what, fields, errors] of refused) {
  test(`of signatories ${what} is refused`, async () => {
    for (const rehearsed of ['true', 'false']) {
      const { status, body } = await post('two', fields, { dry_run: rehearsed });
      assert.deepEqual([status, body.errors], [422, errors]);
      const all = Object.values(errors).flat();
      const more = all.length - 1;
      assert.equal(body.message, more ? `${all[0]} (and ${more} more error${more > 1 ? 's' : ''})` : all[0]);
    }
    assert.deepEqual(await doors.test.sql('select id from batch'), []);
    assert.deepEqual(await doors.test.blobFiles('sources'), []);
  });
}

test('all faults of a request are told at once, in the order of the rules', async () => {
  const { status, body } = await post(
    'nobody',
    { '3.user_uuid': 'x', '3.index': '2' },
    { name: '', duplicates: 'many' },
  );
  assert.equal(status, 422);
  assert.deepEqual(Object.entries(body.errors ?? {}), [
    ['name', ['The name field is required.']],
    ['template_id', ['The selected template id is invalid.']],
    ['signatories.3.user_uuid', ['The selected signatories.3.user_uuid is invalid.']],
    ['signatories.3.index', [first]],
    ['duplicates', ['The selected duplicates is invalid.']],
  ]);
  assert.equal(body.message, 'The name field is required. (and 4 more errors)');
});

test('a missing name hides neither what is wrong with the file nor with the people', async () => {
  const { body } = await post('two', as('cat'), { name: '', charset: 'klingon' });
  assert.deepEqual(Object.keys(body.errors ?? {}), ['name', 'csv_file', 'signatories.1.user_uuid']);
});

test('without signatories the template’s own sign, unless one of them cannot any more', async () => {
  const { body } = await post('defaults', {});
  assert.deepEqual(
    body.data?.signatories.map(({ user_uuid }) => user_uuid),
    [ids.ann, ids.ben],
  );
  await doors.test.sql('update member set is_archived = true where id = $1', [ids.ben]);
  try {
    const refusal = await post('defaults', {});
    const sentence = 'The template’s own signatory ben Signer is archived; name the signatories of this batch.';
    assert.deepEqual([refusal.status, refusal.body.errors], [422, { signatories: [sentence] }]);
  } finally {
    await doors.test.sql('update member set is_archived = false where id = $1', [ids.ben]);
  }
});

test('a template without places for signatories ignores who is named', async () => {
  const { status, body } = await post('none', as('nobody'));
  assert.deepEqual([status, body.data?.signatories], [200, []]);
});

test('somebody else’s people are nobody', async () => {
  const other = await doors.test.addTenant();
  const stranger = await createMember(doors.test.app, other.organizationId, {
    firstName: 'Eve',
    lastName: 'Stranger',
    email: 'eve@other.example',
  });
  assert.deepEqual((await post('two', as(stranger))).body.errors, wrong());
});
