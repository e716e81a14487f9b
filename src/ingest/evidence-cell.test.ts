/** What a cell of evidence may hold, and every way in which it may not. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Issue } from '../domain/issue.ts';
import type { ColumnPlan } from './columns.ts';
import { compileRowSchema } from './row-schema.ts';
import { templateWith } from './sample-template.ts';

const plan: ColumnPlan = {
  header: ['name', 'email', 'F'],
  targets: [{ to: 'name' }, { to: 'email' }, { to: 'field', field: 'F' }],
  dateFormat: 'YYYY-MM-DD',
};

function judge(field: object, text: string) {
  return compileRowSchema(templateWith([{ name: 'F', ...field }]), plan)({ row: 2, cells: ['Ana', 'a@x.org', text] });
}

/** The value or the codes of the faults. */
function cell(field: object, text: string): unknown {
  const answer = judge(field, text);
  return 'row' in answer ? answer.row.fields.F : answer.issues.map((issue) => issue.code).join();
}

const evidence = { type: 'evidence', max: 3 };
const piece = { name: 'Proyecto Final', url: 'https://ejemplo.com/proyecto', description: 'API REST en Python' };

test('evidence is a list of pieces, each with name and url and perhaps a description', () => {
  const read = (list: unknown) => cell(evidence, JSON.stringify(list));
  assert.deepEqual(read([piece]), [piece]);
  assert.deepEqual(cell(evidence, `\n${JSON.stringify([piece], null, 2)}\n`), [piece], 'written over several lines');
  const { description: _, ...short } = piece;
  assert.deepEqual(read([{ ...short, description: null }]), [short]);
  assert.deepEqual(read([{ ...short, description: ' ' }]), [short]);
  assert.deepEqual(read([{ ...piece, type: 'pdf', id: 7 }]), [piece], 'keys that are not ours are left out');
  assert.deepEqual(read([{ ...piece, name: ' e\u0301 ' }]), [{ ...piece, name: '\u00e9' }]);
  const again = { ...piece, url: `${piece.url}?2` };
  assert.deepEqual(read([piece, again]), [piece, again], 'alike but for the address');
  assert.equal(read([]), undefined);
  assert.equal(cell({ ...evidence, required: true }, '[]'), 'required');
  assert.equal(cell({ ...evidence, required: true }, ''), 'required');
});

test('evidence that is no such list is refused, each fault with the piece and the part', () => {
  const fault = (list: unknown, field: object = evidence) => {
    const text = typeof list === 'string' ? list : JSON.stringify(list);
    const answer = judge(field, text);
    assert.ok('issues' in answer, text);
    const [{ code, path, params = {} }] = answer.issues as [Issue];
    assert.equal(path, 'F');
    return [code, params.position, params.key].filter((part) => part !== undefined).join(' ');
  };
  for (const text of [
    'x',
    '{}',
    '{"name":"a","url":"https://a/"}',
    '"a"',
    '1',
    'null',
    '[',
    '[{]',
    '['.repeat(100_000),
  ])
    assert.equal(fault(text), 'not_evidence', text.slice(0, 20));
  for (const one of [null, 1, 'https://a/', [], [piece]]) assert.equal(fault([piece, one]), 'not_evidence 2');
  assert.equal(fault([{ url: piece.url }]), 'evidence_incomplete 1 name');
  assert.equal(fault([piece, { name: 'x' }]), 'evidence_incomplete 2 url');
  assert.equal(fault([{ ...piece, name: '\u200b' }]), 'evidence_incomplete 1 name');
  assert.equal(fault('[{"__proto__":{"name":"a","url":"https://a/"}}]'), 'evidence_incomplete 1 name');
  assert.equal(fault([{ ...piece, name: 7 }]), 'evidence_not_a_text 1 name');
  assert.equal(fault([{ ...piece, description: {} }]), 'evidence_not_a_text 1 description');
  assert.equal(fault([{ ...piece, name: 'x'.repeat(301) }]), 'evidence_too_long 1 name');
  assert.equal(fault([{ ...piece, description: 'x'.repeat(2_001) }]), 'evidence_too_long 1 description');
  assert.equal(fault([{ ...piece, url: `https://a/${'x'.repeat(2_000)}` }]), 'evidence_too_long 1 url');
  for (const url of [
    'ejemplo.com',
    '/x',
    'ftp://a/',
    'javascript:alert(1)',
    'https://',
    'https://a b',
    'https://a/<x>',
    'HTTPS://A/',
    'https://a/🎓',
  ])
    assert.equal(fault([{ ...piece, url }]), 'evidence_not_a_url 1 url', url);
  assert.equal(fault([{ ...piece, name: 'a\u202eb' }]), 'bidi_override 1 name');
  assert.equal(fault([{ ...piece, name: 'a\nb' }]), 'control_character 1 name');
  assert.equal(fault([{ ...piece, description: 'a\u0000b' }]), 'control_character 1 description');
  assert.equal(fault('[{"name":"\\ud800","url":"https://a/"}]'), 'malformed_text 1 name');
  assert.equal(fault([piece, { ...piece, name: 'other' }]), 'evidence_repeated 2');
  const many = (count: number) => Array.from({ length: count }, (_, at) => ({ ...piece, url: `https://a/${at}` }));
  assert.equal(fault(many(4)), 'too_many');
  assert.equal(fault(many(21), { type: 'evidence' }), 'too_many');
  assert.equal(fault(many(1), { ...evidence, min: 2 }), 'too_few');
});

test('whatever stands in a cell of evidence, it is a clean list or a fault', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc
          .array(
            fc.record({
              name: fc.string({ unit: 'binary' }),
              url: fc.webUrl(),
              description: fc.string({ unit: 'binary' }),
            }),
          )
          .map((list) => JSON.stringify(list)),
      ),
      (text) => {
        const value = cell(evidence, text);
        if (typeof value !== 'object') return;
        for (const one of value as (typeof piece)[]) {
          assert.ok(one.name !== '' && one.url.startsWith('http'));
          assert.deepEqual(
            Object.keys(one).filter((key) => !['name', 'url', 'description'].includes(key)),
            [],
          );
          assert.ok(
            ![one.name, one.description ?? ''].some(
              (part) => /[\u0000-\u0008\u202a-\u202e]/.test(part) || !part.isWellFormed(),
            ),
          );
        }
      },
    ),
  );
});
