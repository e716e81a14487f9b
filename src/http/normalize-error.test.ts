/** What is told of faults that are nobody's request: a full disk is waited for, and says nothing of itself. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { ChanceryError } from '../errors.ts';
import { normalizeError, shownMessage } from './normalize-error.ts';

test('a full disk, or a used-up share of one, is no fault of ours but a reason to come again; another fault of a disk is ours', () => {
  const fault = (code: string) => Object.assign(new Error(`${code}: no space left, write '/srv/data/x'`), { code });
  for (const code of ['ENOSPC', 'EDQUOT']) {
    const error = normalizeError(fault(code));
    assert.deepEqual([error.code, error.retryable], ['not_ready', true]);
    assert.equal(shownMessage(error), 'not available at the moment; try again');
  }
  assert.equal(normalizeError(fault('EIO')).code, 'internal');
  const ours = new ChanceryError('conflict', 'taken');
  assert.equal(normalizeError(ours), ours);
});
