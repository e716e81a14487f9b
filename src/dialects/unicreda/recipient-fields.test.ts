/** Recipient fields by template: the names UniCreda knows where a binding points, the template's own elsewhere, none twice. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTemplate, type Template } from '../../domain/template.ts';
import { recipientFields, recipientPlan } from './recipient-fields.ts';

function templateOf(fields: object[], bindings: object = {}, result?: object): Template {
  const parsed = parseTemplate({
    format: 'chancery-template/1',
    name: 'Sample',
    language: 'es',
    page: { width: 297, height: 210 },
    fields,
    elements: [{ type: 'qr', x: 10, y: 10, size: 30 }],
    achievement: { name: 'Sample', description: 'A sample.', criteria: 'None.', ...(result && { result }) },
    bindings,
  });
  if ('issues' in parsed) throw new Error(JSON.stringify(parsed.issues));
  return parsed.template;
}

const wires = (template: Template) => recipientFields(template).map(({ wire }) => wire);

test('bound fields go by the names of UniCreda, in its order, whatever the template calls them', () => {
  const template = templateOf(
    [
      { name: 'fin', type: 'date', format: 'DD/MM/YYYY' },
      { name: 'nota', type: 'choice', choices: ['F', 'D', 'C', 'B', 'A'], required: true },
      { name: 'tutor', label: 'Tutora', type: 'text', required: true },
      { name: 'inicio', type: 'date' },
      { name: 'horas', type: 'number', min: 0, max: 60 },
      { name: 'trabajos', type: 'evidence', max: 5 },
      { name: 'funcion', type: 'text', maxLength: 40 },
      { name: 'colegiado', type: 'text' },
      { name: 'curso', type: 'text', default: '2026', required: true },
    ],
    {
      result: 'nota',
      creditsEarned: 'horas',
      evidenceField: 'trabajos',
      role: 'funcion',
      licenseNumber: 'colegiado',
      term: 'curso',
      activityStartDate: 'inicio',
      activityEndDate: 'fin',
    },
  );
  assert.deepEqual(wires(template), [
    'email',
    'recipient_name',
    'result_value',
    'credits_earned',
    'evidence',
    'role',
    'license_number',
    'term',
    'activity_start_date',
    'activity_end_date',
    'tutor',
    'issue_date',
    'expiry_date',
  ]);
  const found = new Map(recipientFields(template).map(({ field: _, ...one }) => [one.wire, one]));
  assert.deepEqual(found.get('result_value'), {
    wire: 'result_value',
    required: true,
    type: 'choice',
    allowedValues: ['F', 'D', 'C', 'B', 'A'],
    unicreda: true,
  });
  assert.deepEqual(found.get('credits_earned'), {
    wire: 'credits_earned',
    required: false,
    type: 'number',
    min: 0,
    max: 60,
    unicreda: true,
  });
  assert.deepEqual(found.get('evidence'), {
    wire: 'evidence',
    required: false,
    type: 'evidence',
    max: 5,
    unicreda: true,
  });
  assert.deepEqual(found.get('tutor'), {
    wire: 'tutor',
    label: 'Tutora',
    required: true,
    type: 'string',
    maxLength: 1_000,
    unicreda: false,
  });
  assert.equal(found.get('term')?.required, false, 'a default needs no value');
  assert.equal(found.get('email')?.required, true);
  const plan = recipientPlan(template);
  assert.deepEqual(plan.header, wires(template));
  assert.deepEqual(plan.targets.slice(0, 3), [{ to: 'email' }, { to: 'name' }, { to: 'field', field: 'nota' }]);
  assert.deepEqual(plan.targets.at(-1), { to: 'expiryDate' });
  assert.deepEqual([plan.fieldDateFormat, plan.verbatim], ['YYYY-MM-DD', true]);
});

test('a name that means something else already is shown as field.name', () => {
  const template = templateOf(
    [
      { name: 'role', type: 'text' },
      { name: 'puesto', type: 'text' },
      { name: 'recipient_name', type: 'text' },
      { name: 'term', type: 'text' },
    ],
    { role: 'puesto' },
  );
  assert.deepEqual(wires(template), [
    'email',
    'recipient_name',
    'role',
    'field.role',
    'field.recipient_name',
    'term',
    'issue_date',
    'expiry_date',
  ]);
  assert.deepEqual(recipientPlan(template).targets.slice(2, 4), [
    { to: 'field', field: 'puesto' },
    { to: 'field', field: 'role' },
  ]);
});

test('a field that means two things has one column', () => {
  const template = templateOf([{ name: 'x', type: 'text' }], { role: 'x', term: 'x' });
  assert.deepEqual(wires(template), ['email', 'recipient_name', 'role', 'issue_date', 'expiry_date']);
});

test('a text bound to the result tells the values of the achievement, a number their bounds', () => {
  const grade = templateOf([{ name: 'g', type: 'text' }], { result: 'g' }, { name: 'G', allowedValues: ['A', 'B'] });
  assert.deepEqual(recipientFields(grade)[2]?.allowedValues, ['A', 'B']);
  const points = templateOf(
    [{ name: 'p', type: 'number', min: 10 }],
    { result: 'p' },
    { name: 'P', type: 'Percent', min: '0', max: '100' },
  );
  assert.deepEqual([recipientFields(points)[2]?.min, recipientFields(points)[2]?.max], [10, 100]);
  const status = templateOf([{ name: 's', type: 'text' }], { result: 's' }, { name: 'S', type: 'Status' });
  assert.ok(recipientFields(status)[2]?.allowedValues?.includes('Completed'));
});
