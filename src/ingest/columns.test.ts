/** Where columns go: by a door's words, by field names, with and without exact case. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ColumnNames, planColumns } from './columns.ts';
import { templateWith } from './sample-template.ts';

const names: ColumnNames = {
  name: ['name', 'recipient_name'],
  email: ['email', 'mail'],
  issueDate: ['issue_date'],
  expiryDate: ['expiry_date'],
  dateFormat: 'DD-MM-YYYY',
  exactCase: false,
};

const template = templateWith([
  { name: 'Course', type: 'text', required: true },
  { name: 'Grade', type: 'text' },
  { name: 'Level', type: 'text', required: true, default: 'one' },
  { name: 'Årsak grunn', type: 'text' },
]);

function targets(header: string[], exactCase = false) {
  const planned = planColumns(header, template, { ...names, exactCase });
  if ('issues' in planned) return planned.issues.map((issue) => [issue.path, issue.code, issue.params?.column]);
  assert.deepEqual(planned.plan.header, header);
  assert.equal(planned.plan.dateFormat, 'DD-MM-YYYY');
  return planned.plan.targets.map((target) => (target.to === 'field' ? target.field : `<${target.to}>`));
}

test('built-in columns and fields find their places in any order, the rest is ignored', () => {
  assert.deepEqual(targets(['Grade', 'email', 'Shoe size', 'Course', 'name', 'issue_date']), [
    'Grade',
    '<email>',
    '<ignored>',
    'Course',
    '<name>',
    '<issueDate>',
  ]);
});

test('the plan survives being stored as JSON', () => {
  const planned = planColumns(['name', 'email', 'Course'], template, names);
  assert.deepEqual(JSON.parse(JSON.stringify(planned)), planned);
});

test('case matters only where the door says so', () => {
  assert.deepEqual(targets(['NAME', 'Email', 'course']), ['<name>', '<email>', 'Course']);
  assert.deepEqual(targets(['NAME', 'email', 'course'], true), [
    ['file', 'missing_header', 'name'],
    ['file', 'missing_header', 'Course'],
  ]);
});

test('headers are compared in NFC, and blanks of any kind and number are one blank', () => {
  const decomposed = 'Årsak\u00a0 grunn'.normalize('NFD');
  assert.deepEqual(targets(['name', 'email', 'Course', decomposed], true).at(-1), 'Årsak grunn');
});

test('the first of a door’s words wins over its synonyms', () => {
  assert.deepEqual(targets(['recipient_name', 'mail', 'Course']), ['<name>', '<email>', 'Course']);
  assert.deepEqual(targets(['recipient_name', 'Name', 'email', 'Course']), [
    '<ignored>',
    '<name>',
    '<email>',
    'Course',
  ]);
});

test('all missing columns are named at once, and a default stands in for a column', () => {
  assert.deepEqual(targets(['Grade']), [
    ['file', 'missing_header', 'name'],
    ['file', 'missing_header', 'email'],
    ['file', 'missing_header', 'Course'],
  ]);
});

test('columns that differ only by case are refused, because nobody knows which was meant', () => {
  assert.deepEqual(targets(['name', 'NAME', 'email', 'Course', 'COURSE']), [
    ['file', 'duplicate_header', 'NAME'],
    ['file', 'duplicate_header', 'COURSE'],
  ]);
  assert.deepEqual(targets(['name', 'NAME', 'email', 'Course'], true), ['<name>', '<ignored>', '<email>', 'Course']);
});

test('fields that differ only by case each get their own column', () => {
  const both = templateWith([
    { name: 'Note', type: 'text' },
    { name: 'note', type: 'text' },
    { name: 'Name', type: 'text' },
  ]);
  const planned = planColumns(['email', 'note', 'Note', 'Name', 'name'], both, names);
  assert.ok('plan' in planned);
  assert.deepEqual(
    planned.plan.targets.map((target) => (target.to === 'field' ? target.field : target.to)),
    ['email', 'note', 'Note', 'Name', 'name'],
  );
});

test('the columns that a file of failed rows adds are ignored when it comes back', () => {
  assert.deepEqual(targets(['name', 'email', 'Course', '_error', '_row']).slice(3), ['<ignored>', '<ignored>']);
});
