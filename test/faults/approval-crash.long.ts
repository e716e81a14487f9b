/** Kill -9 at every step of an approval: the mail, the decision, the release, the rejection chunk by chunk. */

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { FaultPoint } from '../../src/fault.ts';
import { playKills, twoWaitingBatches, type WaitingBatches } from '../support/approval-crash.ts';
import { pointsOf } from './kill-points.ts';

let batches: WaitingBatches;
before(async () => {
  batches = await twoWaitingBatches();
});
after(() => batches?.snapshot.end());

/** One process after the other dies; in an undisturbed run there are four mails, four decisions, and three chunks to be rejected. */
const plans: [FaultPoint, number][][] = [
  [
    ['notify-after-claim', 1],
    ['notify-after-send', 1],
    ['approve-before-commit', 1],
    ['approve-after-commit', 1],
    ['reject-after-take', 1],
    ['reject-before-commit', 1],
    ['reject-after-commit', 1],
  ],
  [
    ['notify-after-claim', 2],
    ['notify-after-send', 2],
    ['approve-after-commit', 2],
    ['reject-after-take', 2],
    ['reject-before-commit', 2],
  ],
  [
    ['approve-before-commit', 4],
    ['reject-after-commit', 2],
  ],
  [
    ['approve-after-commit', 4],
    ['reject-after-commit', 3],
  ],
  [
    ['approve-before-commit', 2],
    ['reject-after-take', 3],
  ],
];

test('every point of this path is walked', () => {
  const walked = plans.flat().map(([point]) => point);
  assert.deepEqual(
    pointsOf('approval-crash.long.ts').filter((point) => !walked.includes(point)),
    [],
  );
});

for (const plan of plans)
  test(`killed at ${plan.map(([point, passage]) => `${point}@${passage}`).join(', then at ')}: both batches end as decided`, () =>
    playKills(batches, plan));
