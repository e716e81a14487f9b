/** What must hold at every moment between transactions, as SQL over all organizations; run by `chancery doctor` and after every fault test. */

import { mailInvariants, reservedForMail, spentOnMail } from './mail-invariants.ts';
import type { Tx } from './open.ts';

const invariants: Record<string, string> = {
  'every finished batch has as many items as rows': `select 1 from batch where completed_at is not null and status <> 'cancelled'
     and total <> (select count(*) from item where item.batch_id = batch.id)`,
  'the sums over chunks are the sums over items': `select 1 from chunk
     join lateral (select count(*) filter (where status in ('issued', 'revoked')) as issued, count(*) filter (where status = 'failed') as failed
       from item where item.batch_id = chunk.batch_id and item.seq between chunk.first_seq and chunk.first_seq + chunk.count - 1
         and item.chunk_id = chunk.id) counted on true
     where chunk.status <> 'pending' and not chunk.retry and (chunk.issued <> counted.issued or chunk.failed <> counted.failed)`,
  'every issued item has its document': `select 1 from item where status in ('issued', 'revoked')
     and (pack_key is null or tail_length is null or document_sha256 is null or issued_at is null)`,
  'no failed item without a reason': `select 1 from item where status = 'failed' and issues is null`,
  'nothing stands still without a job': `select 1 from chunk join batch on batch.id = chunk.batch_id
     where chunk.status in ('pending', 'accepted') and batch.status in ('pending', 'accepting', 'processing', 'rejecting', 'cancelled')
       and not exists (select 1 from pgboss.job where state <= 'active' and data->>'chunkId' = chunk.id::text)`,
  'every issued item of a mailed batch has its delivery': `select 1 from item join batch on batch.id = item.batch_id
     where item.status in ('issued', 'revoked') and batch.channels && '{email,mailbox}'
       and not exists (select 1 from delivery where delivery.batch_id = item.batch_id and delivery.seq = item.seq)`,
  'no open delivery without a job': `select 1 from delivery
     where status in ('queued', 'sending', 'deferred', 'unknown')
       and not exists (select 1 from pgboss.job where state <= 'active' and name = 'deliver' and data->>'chunkId' = delivery.chunk_id::text)`,
  'no open notice without a job': `select 1 from notice
     where status in ('queued', 'sending', 'deferred', 'unknown')
       and not exists (select 1 from pgboss.job where state <= 'active' and name = 'deliver' and data->>'chunkId' = notice.id::text)`,
  'no batch waits for approval unless somebody is asked': `select 1 from batch where status = 'waiting_for_approval'
     and not exists (select 1 from approval where approval.batch_id = batch.id and approval.status = 'pending')`,
  'nothing that people sign is made before all of them have approved one and the same content': `select 1 from batch
     where (approved_at is not null or status in ('processing', 'completed', 'partially_completed'))
       and signatories @? '$[*] ? (@.autoApprove == false)'
       and (jsonb_array_length(signatories), 1) is distinct from (select (count(*)::int, count(distinct shown_hash)::int) from approval
         where approval.batch_id = batch.id and approval.status = 'approved' and shown_hash is not null)`,
  'nobody is asked about a cancelled batch': `select 1 from approval join batch on batch.id = approval.batch_id
     where batch.status = 'cancelled' and approval.status in ('waiting', 'pending')`,
  'a cancelled chunk keeps no item to be made': `select 1 from chunk join item on item.batch_id = chunk.batch_id and item.chunk_id = chunk.id
     where chunk.status = 'cancelled' and item.status = 'accepted'`,
  'every balance is the sum of its entries': `select 1 from credit_balance b join lateral (
       select coalesce(sum(case when credit = 'available' then amount when debit = 'available' then -amount else 0 end), 0) as available,
         coalesce(sum(case when credit = 'reserved' then amount when debit = 'reserved' then -amount else 0 end), 0) as reserved,
         coalesce(sum(case when credit = 'spent' then amount when debit = 'spent' then -amount else 0 end), 0) as spent
       from ledger_entry where ledger_entry.organization_id = b.organization_id) e on true
     where b.available <> e.available or b.reserved <> e.reserved or b.spent <> e.spent`,
  'what is spent is what was issued or printed': `select 1 from credit_balance b
     where b.spent <> (select coalesce(sum(issued), 0) from chunk join batch on batch.id = chunk.batch_id
       where chunk.organization_id = b.organization_id and not batch.test) + ${spentOnMail('b.organization_id')}`,
  'what is reserved is what is under way': `select 1 from credit_balance b
     where b.reserved <> (select coalesce(sum(case when chunk.status = 'pending' then count - coalesce(jsonb_array_length(duplicates), 0) else accepted end), 0)
       from chunk join batch on batch.id = chunk.batch_id
       where chunk.organization_id = b.organization_id and chunk.status in ('pending', 'accepted') and not batch.test)
       + ${reservedForMail('b.organization_id')}`,
  'no credit moves for a specimen': `select 1 from ledger_entry join batch on batch.id = ledger_entry.batch_id where batch.test`,
  'no specimen is told of or mailed to the world': `select 1 from delivery join batch on batch.id = delivery.batch_id
     where batch.test and delivery.channel <> 'mailbox'`,
  'no open webhook message without a time at which it is due': `select 1 from webhook_delivery
     where status in ('queued', 'sending', 'deferred') and next_attempt_at is null`,
  'no status-list place is used twice': `select 1 from item group by status_list_id, status_index having count(*) > 1`,
  ...mailInvariants,
};

/** Each invariant with the number of rows that break it (counted up to 100). Read in one snapshot. */
export async function checkInvariants(tx: Tx): Promise<{ name: string; count: number }[]> {
  await tx.query('set transaction isolation level repeatable read');
  const results: { name: string; count: number }[] = [];
  for (const [name, sql] of Object.entries(invariants)) {
    const { rows } = await tx.query<{ count: number }>(`select count(*)::int as count from (${sql} limit 100) broken`);
    results.push({ name, count: rows[0]?.count ?? 0 });
  }
  return results;
}
