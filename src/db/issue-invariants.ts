/** What must hold of batches, chunks and items: each query gives the rows that break it. */

import type { Invariants } from './invariants.ts';

const ended = `('completed', 'partially_completed', 'failed', 'cancelled')`;
const made = `('issued', 'revoked')`;

export const issueInvariants: Invariants = {
  1: {
    'every finished batch has as many items as rows': `select 1 from batch where completed_at is not null and status <> 'cancelled'
       and total <> (select count(*) from item where item.batch_id = batch.id)`,
    'the chunks of a batch hold all its rows': `select 1 from batch
       where total <> (select coalesce(sum(count), 0) from chunk where chunk.batch_id = batch.id and not retry)`,
  },
  2: {
    'the sums over chunks are the sums over items': `select 1 from chunk
       join lateral (select count(*) filter (where status in ${made}) as issued, count(*) filter (where status = 'failed') as failed
         from item where item.batch_id = chunk.batch_id and item.seq between chunk.first_seq and chunk.first_seq + chunk.count - 1
           and item.chunk_id = chunk.id) counted on true
       where chunk.status <> 'pending' and not chunk.retry and (chunk.issued <> counted.issued or chunk.failed <> counted.failed)`,
    'a batch is at its end exactly when it has the time of it': `select 1 from batch where (status in ${ended}) <> (completed_at is not null)`,
    'the status of a finished batch is what its rows came to': `select 1 from batch
       join lateral (select coalesce(sum(issued), 0) as issued, coalesce(sum(failed), 0) as failed from chunk where chunk.batch_id = batch.id) sums on true
       where status in ('completed', 'partially_completed', 'failed')
         and (issued + failed <> total or status <> case when issued = total then 'completed' when issued = 0 then 'failed' else 'partially_completed' end)`,
    'no item of a finished batch is under way': `select 1 from item join batch on batch.id = item.batch_id
       where item.status = 'accepted' and batch.status in ('completed', 'partially_completed', 'failed')`,
    'no failed item without a reason': `select 1 from item where status = 'failed' and issues is null`,
  },
  3: {
    'nothing stands still without a job': `select 1 from chunk join batch on batch.id = chunk.batch_id
       where chunk.status in ('pending', 'accepted') and batch.status in ('pending', 'accepting', 'processing', 'rejecting', 'cancelled')
         and not exists (select 1 from pgboss.job where state <= 'active' and data->>'chunkId' = chunk.id::text)`,
    'a cancelled chunk keeps no item to be made': `select 1 from chunk join item on item.batch_id = chunk.batch_id and item.chunk_id = chunk.id
       where chunk.status = 'cancelled' and item.status = 'accepted'`,
  },
  4: {
    'every issued item has its document and its credential, and no other item has': `select 1 from item where status in ${made}
       and (pack_key is null or prefix_hash is null or tail_length is null or document_sha256 is null or issued_at is null
         or coalesce(credential_length, 0) = 0)
       or status not in ${made} and (document_sha256 is not null or issued_at is not null)`,
    'no status-list place is used twice': `select 1 from item group by status_list_id, status_index having count(*) > 1`,
    'no place is in use that its status list has not given out': `select 1 from status_list
       where next_position < (select count(*) from item where item.status_list_id = status_list.id)`,
    'no reference is given out twice, and none that is still to come': `select 1 from (select first_reference as first, total,
         lag(first_reference + total) over (order by first_reference) as before, next_reference as next from batch, instance) taken
       where first < before or first + total > next`,
    'the database refuses a second item with the same id or reference id': `select 1 from (values ('item_id_key'), ('item_reference_id_idx')) needed(name)
       where not exists (select 1 from pg_index where indexrelid = to_regclass(needed.name) and indisunique and indisvalid)`,
  },
  10: {
    'the chunks of a batch stand in line in their order': `select 1 from (select tag, lag(tag) over (partition by chunk.batch_id order by chunk.seq) as before
         from (select (data->>'tag')::bigint as tag, (data->>'chunkId')::uuid as id from pgboss.job
           where name = 'belt' and state < 'active' and data->>'stage' = 'accept') waiting join chunk on chunk.id = waiting.id) line
       where tag <= before`,
  },
  11: {
    'an item is revoked exactly when it has the time of it': `select 1 from item where (status = 'revoked') <> (revoked_at is not null)`,
    'the status list of a revoked item says so to whoever kept an older one': `select 1 from item join status_list on status_list.id = item.status_list_id
       where item.revoked_at is not null and status_list.version = 0`,
  },
  15: {
    'every document lies in the pack of the attempt that completed its chunk': `select 1 from item join chunk on chunk.id = item.chunk_id
       where item.status in ${made} and (item.pack_key is distinct from chunk.pack_key or item.tail_offset + item.tail_length > chunk.pack_bytes)`,
    'no chunk that is done keeps deaths of attempts that did not do it': `select 1 from chunk
       where status in ('produced', 'delivered') and (deaths <> 0 or finished_at is null)`,
  },
  16: {
    'an address is found as it is written': `select 1 from item where email_key <> (lower(email) collate "C")
       union all select 1 from member where email_key <> (lower(email) collate "C")`,
    'what stands on a delivered chunk is the sum of its deliveries': `select 1 from chunk
       join lateral (select count(*) filter (where status = 'sent') as sent, count(*) filter (where status in ('failed', 'held', 'cancelled')) as failed, count(*) as mails
         from delivery where delivery.chunk_id = chunk.id and delivery.batch_id = chunk.batch_id) counted on true
       where chunk.status = 'delivered' and (mails_sent <> counted.sent or mails_failed <> counted.failed or chunk.mails <> counted.mails)`,
  },
};
