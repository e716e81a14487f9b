/** Which fault point is killed by which test: the tests take their points from here, and a point that nobody kills fails `kill-points.test.ts`. */

import { type FaultPoint, faultPoints } from '../../src/fault.ts';

/** By the first words of their names; a point may be killed in more than one file. */
const killed = {
  'approval-crash.long.ts': /^(approve|reject|notify)-/,
  'cancel-crash.long.ts': /^cancel-/,
  'crash.long.ts': /^(accept|produce|deliver)-/,
  'create-crash.long.ts': /^create-/,
  'issue-crash.long.ts': /^issue-/,
  'mail-crash.long.ts': /^(mailing|put|submit|sort|compose|post)-/,
  'mail-job-crash.long.ts': /^(address-list|mail-job|submit|withdraw)-/,
  'print-crash.long.ts': /^(compose|post)-/,
  'seal-crash.long.ts': /^seal-/,
  'sort-crash.long.ts': /^sort-/,
  'upload-crash.long.ts': /^upload-/,
  'webhook-crash.long.ts': /^webhook-/,
} as const satisfies Record<string, RegExp>;

export const killingFiles = Object.keys(killed) as (keyof typeof killed)[];

/** In the order in which they are passed. */
export const pointsOf = (file: keyof typeof killed): FaultPoint[] =>
  faultPoints.filter((point) => killed[file].test(point));
