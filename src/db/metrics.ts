/** Sums over all organizations for the metrics page; as owner, over batch and chunk rows only. */

import type { Tx } from './open.ts';

export interface BeltCounts {
  batches: { status: string; count: number }[];
  issued: number;
  failed: number;
  mails: { sent: number; failed: number; open: number };
}

export async function countBelt(tx: Tx): Promise<BeltCounts> {
  const batches = await tx.query<{ status: string; count: number }>(
    'select status, count(*)::int as count from batch group by status order by status',
  );
  const { rows } = await tx.query<{ issued: number; failed: number; mails: number; sent: number; mailsFailed: number }>(
    `select coalesce(sum(issued), 0)::int8 as issued, coalesce(sum(failed), 0)::int8 as failed, coalesce(sum(mails), 0)::int8 as mails,
       coalesce(sum(mails_sent), 0)::int8 as sent, coalesce(sum(mails_failed), 0)::int8 as "mailsFailed" from chunk`,
  );
  const { issued = 0, failed = 0, mails = 0, sent = 0, mailsFailed = 0 } = rows[0] ?? {};
  return {
    batches: batches.rows,
    issued,
    failed,
    mails: { sent, failed: mailsFailed, open: mails - sent - mailsFailed },
  };
}
