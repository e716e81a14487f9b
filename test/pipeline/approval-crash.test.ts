/** Kill -9 around the release and the rejection of a batch: what was decided is done, what was not is still to be decided. */

import test, { after } from 'node:test';
import { playKills, twoWaitingBatches } from '../support/approval-crash.ts';

const batches = await twoWaitingBatches();
after(() => batches.snapshot.end());

test('killed while the release is stored, after it was, and in the middle of the rejection: both batches end as decided', () =>
  playKills(batches, [
    ['approve-before-commit', 2],
    ['approve-after-commit', 1],
    ['reject-before-commit', 2],
  ]));
