/** What must hold at every moment between transactions, as SQL over all organizations; run by `chancery doctor` and after every fault test. Numbered as in docs/operations.md. */

import { approvalInvariants } from './approval-invariants.ts';
import { creditInvariants } from './credit-invariants.ts';
import { deliveryInvariants } from './delivery-invariants.ts';
import { eventInvariants } from './event-invariants.ts';
import { issueInvariants } from './issue-invariants.ts';
import { mailInvariants } from './mail-invariants.ts';
import type { Tx } from './open.ts';
import { tenantInvariants } from './tenant-invariants.ts';

/** Number of the invariant -> sentences that are part of it, each with a query for the rows that break it. */
export type Invariants = Record<number, Record<string, string>>;

export interface CheckedInvariant {
  number: number;
  name: string;
  /** Rows that break it, counted up to 100. */
  count: number;
}

/** In order of their numbers, all read in one snapshot. */
export async function checkInvariants(tx: Tx): Promise<CheckedInvariant[]> {
  await tx.query('set transaction isolation level repeatable read');
  const groups: Invariants[] = [
    issueInvariants,
    approvalInvariants,
    creditInvariants,
    deliveryInvariants,
    mailInvariants,
    eventInvariants,
    await tenantInvariants(tx),
  ];
  const all = groups.flatMap((group) =>
    Object.entries(group).flatMap(([number, named]) =>
      Object.entries(named).map(([name, sql]) => ({ number: Number(number), name, sql })),
    ),
  );
  const results: CheckedInvariant[] = [];
  for (const { number, name, sql } of all.sort((a, b) => a.number - b.number)) {
    const { rows } = await tx.query<{ count: number }>(`select count(*)::int as count from (${sql} limit 100) broken`);
    results.push({ number, name, count: rows[0]?.count ?? 0 });
  }
  return results;
}
