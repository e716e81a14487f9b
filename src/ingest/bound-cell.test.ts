/** Fields that fill a part of the credential are held to what that part may be. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ColumnTarget } from './columns.ts';
import { compileRowSchema } from './row-schema.ts';
import { templateWith } from './sample-template.ts';

const piece = { name: 'Proyecto Final', url: 'https://ejemplo.com/proyecto' };

/** Judges a row of a template with bindings; gives its fields, or `path code` of every fault. */
function bound(fields: object[], bindings: object, result: object | undefined, row: Record<string, string>): unknown {
  const template = templateWith(fields, { bindings, result });
  const header = ['name', 'email', ...Object.keys(row)];
  const targets: ColumnTarget[] = [{ to: 'name' }, { to: 'email' }];
  for (const field of Object.keys(row)) targets.push({ to: 'field', field });
  const answer = compileRowSchema(template, { header, targets, dateFormat: 'YYYY-MM-DD' })({
    row: 2,
    cells: ['Ana', 'a@x.org', ...Object.values(row)],
  });
  return 'row' in answer ? answer.row.fields : answer.issues.map(({ path, code }) => `${path} ${code}`);
}

test('a text bound to the result is one of its values', () => {
  const grade = (value: string, result: object, type = 'text') =>
    bound([{ name: 'G', type }], { result: 'G' }, result, { G: value });
  const letters = { name: 'Grade', allowedValues: ['F', 'D', 'C', 'B', 'A', 'Á'] };
  assert.deepEqual(grade('A', letters), { G: 'A' });
  assert.deepEqual(grade('A\u0301', letters), { G: 'Á' });
  assert.deepEqual(grade('a', letters), ['G not_a_choice']);
  assert.deepEqual(grade('Completed', { name: 'S', type: 'Status' }), { G: 'Completed' });
  assert.deepEqual(grade('Done', { name: 'S', type: 'Status' }), ['G not_a_choice']);
  assert.deepEqual(grade('7', { name: 'N', type: 'RawScore', allowedValues: ['6', '7'] }, 'number'), { G: 7 });
  assert.deepEqual(grade('8', { name: 'N', type: 'RawScore', allowedValues: ['6', '7'] }, 'number'), [
    'G not_a_choice',
  ]);
});

test('a result of numbers keeps its bounds', () => {
  const points = (value: string, type: string) =>
    bound(
      [{ name: 'P', type }],
      { result: 'P' },
      { name: 'Points', type: 'Percent', min: '0', max: '100' },
      { P: value },
    );
  assert.deepEqual(points('87.5', 'number'), { P: 87.5 });
  assert.deepEqual(points('87.50', 'text'), { P: '87.50' });
  for (const type of ['number', 'text']) {
    assert.deepEqual(points('-1', type), ['P too_small']);
    assert.deepEqual(points('100.5', type), ['P too_large']);
    assert.deepEqual(points('many', type), ['P not_a_number']);
  }
});

test('an activity does not end before it began, and no two pieces of evidence share an address', () => {
  const dates = [
    { name: 'Start', type: 'date' },
    { name: 'End', type: 'date' },
  ];
  const bindings = { activityStartDate: 'Start', activityEndDate: 'End' };
  assert.deepEqual(bound(dates, bindings, undefined, { Start: '2026-02-01', End: '2026-01-31' }), ['End date_order']);
  assert.deepEqual(bound(dates, {}, undefined, { Start: '2026-02-01', End: '2026-01-31' }), {
    Start: '2026-02-01',
    End: '2026-01-31',
  });
  const links = [
    { name: 'Link', type: 'url' },
    { name: 'List', type: 'evidence' },
  ];
  const both = { evidence: [{ field: 'Link', name: 'Link' }], evidenceField: 'List' };
  assert.deepEqual(bound(links, both, undefined, { Link: piece.url, List: JSON.stringify([piece]) }), [
    'List evidence_repeated',
  ]);
  for (const Link of ['HTTPS://A/', 'https://a/🎓'])
    assert.deepEqual(bound(links, both, undefined, { Link }), ['Link not_a_url']);
});

test('a number that would not be signed as it stands is refused', () => {
  const number = (text: string) => {
    const read = bound([{ name: 'N', type: 'number' }], { creditsEarned: 'N' }, undefined, { N: text });
    return Array.isArray(read) ? read.join() : (read as { N: number }).N;
  };
  for (const text of [
    '0.30000000000000004',
    '1e-7',
    '1E21',
    '1e400',
    '0.0000001',
    '1000000000000000000000',
    '0.1234567890123456789',
    '9007199254740993',
  ])
    assert.equal(number(text), 'N number_unsafe', text);
  assert.equal(number('1e5'), 'N not_a_number', 'digits are asked for');
  assert.ok(Object.is(number('-0'), 0));
  for (const text of ['6.0', '0.5', '100000000000000000000']) assert.equal(number(text), Number(text));
});
