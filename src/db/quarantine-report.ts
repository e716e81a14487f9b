/** What a restored database would let out, and what it has under way: counted over all organizations, as owner. */

import type { Tx } from './open.ts';

/** Name -> count. `mails` and `notices` by status. */
export interface Outstanding {
  mails: Record<string, number>;
  notices: number;
  webhooks: number;
  printRuns: Record<string, number>;
  batches: number;
  /** Rows of those that are not issued yet. */
  rows: number;
  mailings: number;
  approvals: number;
  held: number;
}

const byStatus = (table: string, statuses: string) =>
  `(select coalesce(jsonb_object_agg(status, count), '{}') from (select status, count(*)::int from ${table} where status in (${statuses}) group by status) open)`;
const count = (from: string) => `(select count(*)::int from ${from})`;

export async function readOutstanding(tx: Tx): Promise<Outstanding> {
  const { rows } = await tx.query<Outstanding>(
    `select ${byStatus('delivery', "'queued', 'sending', 'deferred', 'unknown'")} as mails,
       ${count("notice where status in ('queued', 'sending', 'deferred', 'unknown')")} as notices,
       ${count("webhook_delivery where status in ('queued', 'sending', 'deferred')")} as webhooks,
       ${byStatus('print_run', "'planned', 'composed', 'sending', 'deferred', 'unknown'")} as "printRuns",
       ${count('batch where completed_at is null')} as batches,
       (select coalesce(sum(total), 0)::int8 from batch where completed_at is null)
         - (select coalesce(sum(issued + failed), 0)::int8 from chunk join batch on batch.id = chunk.batch_id where batch.completed_at is null) as rows,
       ${count("mailing where status in ('submitted', 'received', 'printing')")} as mailings,
       ${count("approval where status = 'pending'")} as approvals,
       ${count("delivery where status = 'held'")} as held`,
  );
  return rows[0] as Outstanding;
}
