/** What must hold of credits: each query gives the rows that break it. */

import type { Invariants } from './invariants.ts';
import { reservedForMail, spentOnMail } from './mail-invariants.ts';

export const creditInvariants: Invariants = {
  7: {
    'every balance is the sum of its entries': `select 1 from credit_balance b join lateral (
         select coalesce(sum(case when credit = 'available' then amount when debit = 'available' then -amount else 0 end), 0) as available,
           coalesce(sum(case when credit = 'reserved' then amount when debit = 'reserved' then -amount else 0 end), 0) as reserved,
           coalesce(sum(case when credit = 'spent' then amount when debit = 'spent' then -amount else 0 end), 0) as spent
         from ledger_entry where ledger_entry.organization_id = b.organization_id) e on true
       where b.available <> e.available or b.reserved <> e.reserved or b.spent <> e.spent`,
    'no balance is below zero': `select 1 from credit_balance where least(available, reserved, spent) < 0`,
    'what is spent is what was issued or printed': `select 1 from credit_balance b
       where b.spent <> (select coalesce(sum(issued), 0) from chunk join batch on batch.id = chunk.batch_id
         where chunk.organization_id = b.organization_id and not batch.test) + ${spentOnMail('b.organization_id')}`,
    'what is reserved is what is under way': `select 1 from credit_balance b
       where b.reserved <> (select coalesce(sum(case when chunk.status = 'pending' then count - coalesce(jsonb_array_length(duplicates), 0) else accepted end), 0)
         from chunk join batch on batch.id = chunk.batch_id
         where chunk.organization_id = b.organization_id and chunk.status in ('pending', 'accepted') and not batch.test)
         + ${reservedForMail('b.organization_id')}`,
    'every chunk was paid for once, by what it issued': `select 1 from chunk join batch on batch.id = chunk.batch_id
       where not batch.test and chunk.issued <> (select coalesce(sum(amount), 0) from ledger_entry
         where ledger_entry.chunk_id = chunk.id and kind = 'capture')`,
    'a batch that is at its end keeps nothing reserved': `select 1 from batch join ledger_entry on ledger_entry.batch_id = batch.id
       where batch.status in ('completed', 'partially_completed', 'failed') group by batch.id
       having sum(case when credit = 'reserved' then amount when debit = 'reserved' then -amount else 0 end) <> 0`,
    'no credit moves for a specimen': `select 1 from ledger_entry join batch on batch.id = ledger_entry.batch_id where batch.test`,
  },
};
