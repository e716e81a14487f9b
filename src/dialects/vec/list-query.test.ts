/** What a list's query may say, what is refused, and in which of Laravel's sentences. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChanceryError } from '../../errors.ts';
import { type ListQuery, readListQuery } from './list-query.ts';
import { batchStatus, certificateStatus, statusesBehind } from './wire.ts';

function refusals(query: Record<string, unknown>, read: (list: ListQuery) => void): [string, unknown][] {
  const list = readListQuery(query);
  read(list);
  try {
    list.refuseFaults();
    return [];
  } catch (error) {
    return (error as ChanceryError).issues.map(({ path, params }) => [path, params?.sentence]);
  }
}

test('a status filter takes every word of VEC’s, also the one that no certificate here ever has', () => {
  assert.deepEqual(statusesBehind(certificateStatus, 'generated'), ['issued']);
  assert.deepEqual(statusesBehind(certificateStatus, 'failed'), ['failed', 'cancelled']);
  assert.deepEqual(statusesBehind(certificateStatus, 'processing'), [], 'an empty page, not an error');
  assert.equal(statusesBehind(certificateStatus, undefined), undefined);
  assert.deepEqual(statusesBehind(batchStatus, 'processing'), ['accepting', 'processing', 'rejecting']);
});

test('a word that is none of the list’s is refused in Laravel’s sentence, an array like any other', () => {
  const fields = ['name', 'issue_date'] as const;
  const wrong = [['sort_field', 'The selected sort field is invalid.']];
  for (const query of [
    { sort_field: 'Name' },
    { sort_field: 'toString' },
    { sort_field: 'reference_id' },
    { 'sort_field[]': 'name' },
    { 'sort_field[a][b]': 'name' },
    { sort_field: ['name', 'x'] },
  ])
    assert.deepEqual(
      refusals(query, (list) => list.choice('sort_field', fields)),
      wrong,
      JSON.stringify(query),
    );
  for (const query of [
    {},
    { sort_field: '' },
    { sort_field: '  ' },
    { sort_field: ' name ' },
    { sort_field: ['x', 'name'] },
  ])
    assert.deepEqual(
      refusals(query, (list) => list.choice('sort_field', fields)),
      [],
      JSON.stringify(query),
    );
});

test('days are days of the calendar in the form Y-m-d', () => {
  const wrong = [['issue_date_from', 'The issue date from field must match the format Y-m-d.']];
  for (const day of [
    '2025-1-1',
    '01-02-2025',
    '2025-02-30',
    '2025-13-01',
    '0000-01-01',
    '2025-01-01T00:00',
    'now',
    '20250101',
  ])
    assert.deepEqual(
      refusals({ issue_date_from: day }, (list) => list.day('issue_date_from')),
      wrong,
      day,
    );
  assert.equal(readListQuery({ issue_date_from: '2024-02-29' }).day('issue_date_from'), '2024-02-29');
});

test('numbers are whole and texts are texts; all faults are told at once', () => {
  assert.deepEqual(
    refusals({ customer_id: '1.5', search: 'a\u0000b', batch_id: 'x'.repeat(256) }, (list) => {
      list.text('search');
      list.integer('customer_id');
      list.text('batch_id');
    }),
    [
      ['search', 'The search field must be a string.'],
      ['customer_id', 'The customer id field must be an integer.'],
      ['batch_id', 'The batch id field must not be greater than 255 characters.'],
    ],
  );
  assert.equal(readListQuery({ customer_id: '-12' }).integer('customer_id'), -12);
  assert.equal(readListQuery({ search: ' Zoë 😀 ' }).text('search'), 'Zoë 😀');
});
