/** The invariants of `db/invariants.ts` as one assertion, and what they say of a change that is forgotten. */

import assert from 'node:assert/strict';
import { type CheckedInvariant, checkInvariants } from '../../src/db/invariants.ts';
import type { Database } from '../../src/db/open.ts';

export async function assertInvariants(database: Database, when = ''): Promise<void> {
  const broken = (await database.owner(checkInvariants)).filter(({ count }) => count > 0);
  assert.deepEqual(broken, [], `invariants ${when}`);
}

/** Those that are broken by this change; nothing of it stays. */
export async function brokenBy(database: Database, sql: string): Promise<CheckedInvariant[]> {
  const done = new Error('rolled back');
  let broken: CheckedInvariant[] = [];
  await database
    .owner(async (tx) => {
      await tx.query('set transaction isolation level repeatable read');
      await tx.query('set local session_replication_role = replica');
      await tx.query(sql);
      broken = (await checkInvariants(tx)).filter(({ count }) => count > 0);
      throw done;
    })
    .catch((error) => {
      if (error !== done) throw error;
    });
  return broken;
}
