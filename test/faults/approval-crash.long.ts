/** Kill -9 at every step of an approval: the mail, the decision, the release, the rejection chunk by chunk. */

import test, { after } from 'node:test';
import { type FaultPoint, faultPoints } from '../../src/fault.ts';
import { playKills, twoWaitingBatches } from '../support/approval-crash.ts';

const batches = await twoWaitingBatches();
after(() => batches.snapshot.end());

/** Passages in an undisturbed run: four decisions, four mails, three chunks rejected. */
const last = (point: FaultPoint) => (point.startsWith('reject') ? 3 : point.startsWith('approve') ? 4 : 2);

for (const point of faultPoints.filter((name) => /^(approve|reject|notify)/.test(name)))
  for (const passage of new Set([1, 2, last(point)]))
    test(`killed at ${point}@${passage}: both batches end as decided`, () => playKills(batches, [[point, passage]]));
