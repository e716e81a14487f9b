/** Which of VEC's status words filter, which find nothing, and which are none. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChanceryError } from '../../errors.ts';
import { readStatusFilter } from './batch-detail.ts';
import { batchStatus, certificateStatus } from './wire.ts';

const read = (word: unknown) => readStatusFilter(certificateStatus, word, ['processing']);

test('a status filter takes every word of VEC’s, also the one that no certificate here ever has', () => {
  assert.deepEqual(read('generated'), ['issued']);
  assert.deepEqual(read('failed'), ['failed', 'cancelled']);
  assert.deepEqual(read('processing'), [], 'an empty page, not an error');
  assert.equal(read(undefined), undefined);
  assert.equal(read(''), undefined);
  assert.deepEqual(readStatusFilter(batchStatus, 'processing'), ['accepting', 'processing']);
});

test('a word that is not VEC’s is refused in VEC’s sentence', () => {
  for (const word of ['issued', 'Generated', 'toString', ['generated', 'failed']])
    assert.throws(
      () => read(word),
      (error: ChanceryError) => error.issues[0]?.params?.sentence === 'The selected status is invalid.',
    );
});
