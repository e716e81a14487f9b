/** The invariants of `db/invariants.ts` as one assertion. */

import assert from 'node:assert/strict';
import { checkInvariants } from '../../src/db/invariants.ts';
import type { Database } from '../../src/db/open.ts';

export async function assertInvariants(database: Database, when = ''): Promise<void> {
  const broken = (await database.owner(checkInvariants)).filter(({ count }) => count > 0);
  assert.deepEqual(broken, [], `invariants ${when}`);
}
