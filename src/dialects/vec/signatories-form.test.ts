/** What is read of signatories, whichever words and shapes they come in. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Issue } from '../../domain/issue.ts';
import { readSignatories } from './signatories-form.ts';

const uuid = '9E7860E3-7c0a-401f-98f6-b98e316934f4';

function read(fields: Record<string, string>) {
  const issues: Issue[] = [];
  const form = { fields: new Map(Object.entries(fields)), files: new Map(), [Symbol.asyncDispose]: async () => {} };
  const chosen = readSignatories(form, issues);
  return { chosen, paths: issues.map(({ path }) => path) };
}

test('the value’s shape counts, not the word it stands under', () => {
  for (const key of ['user_uuid', 'institution_user_uuid', 'user_id', 'institution_user_id'])
    for (const [value, member] of [
      [uuid, uuid.toLowerCase()],
      ['17', '17'],
      [' 17 ', '17'],
    ] as const)
      assert.deepEqual(read({ [`signatories[0][${key}]`]: value, 'signatories[0][signatory_index]': '1' }), {
        chosen: [{ at: 0, members: [member], slot: 1 }],
        paths: [],
      });
});

test('an empty word does not hide the other one', () => {
  const { chosen, paths } = read({
    'signatories[2][user_uuid]': '',
    'signatories[2][user_id]': '17',
    'signatories[2][index]': ' ',
    'signatories[2][signatory_index]': '2',
  });
  assert.deepEqual([chosen, paths], [[{ at: 2, members: ['17'], slot: 2 }], []]);
});

test('what cannot be read is told under the client’s number, and what can be read is kept', () => {
  const { chosen, paths } = read({
    'signatories[7][user_uuid]': 'x',
    'signatories[7][index]': '1',
    'signatories[3][user_uuid]': uuid,
    'signatories[3][index]': 'x',
    'signatories[9]': 'x',
  });
  assert.deepEqual(paths.sort(), ['signatories.3.index', 'signatories.7.user_uuid', 'signatories.9']);
  assert.deepEqual(chosen, [
    { at: 3, members: [uuid.toLowerCase()], slot: null },
    { at: 7, members: [], slot: 1 },
    { at: 9, members: [], slot: null },
  ]);
});

test('JSON may be anything and is never trusted', () => {
  const refused = [
    '[',
    '1',
    'true',
    '"x"',
    '{"__proto__":{"index":1}}',
    '{"a":1}',
    '{"-1":{}}',
    '[1]',
    '[null]',
    '[[]]',
  ];
  for (const signatories of refused)
    assert.match(read({ signatories }).paths.join(), /^signatories(\.0)?$/, signatories);
  for (const signatories of ['', 'null', '[]', '{}']) assert.deepEqual(read({ signatories }).chosen, [], signatories);
  const values = ['{}', '[]', 'true', '1.5', '"1e1"', '"0x1"', '99999999999', '"١"'];
  for (const index of values)
    assert.deepEqual(read({ signatories: `[{"user_id":1,"index":${index}}]` }).paths, ['signatories.0.index'], index);
});
