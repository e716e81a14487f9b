/** What must hold of approvals: each query gives the rows that break it. */

import type { Invariants } from './invariants.ts';

export const approvalInvariants: Invariants = {
  3: {
    'no batch waits for approval unless somebody is asked': `select 1 from batch where status = 'waiting_for_approval'
       and not exists (select 1 from approval where approval.batch_id = batch.id and approval.status = 'pending')`,
    'nobody is asked about a cancelled batch': `select 1 from approval join batch on batch.id = approval.batch_id
       where batch.status = 'cancelled' and approval.status in ('waiting', 'pending')`,
  },
  6: {
    'nothing that people sign is made before all of them have approved one and the same content': `select 1 from batch
       where (approved_at is not null or status in ('processing', 'completed', 'partially_completed'))
         and signatories @? '$[*] ? (@.autoApprove == false)'
         and (jsonb_array_length(signatories), 1) is distinct from (select (count(*)::int, count(distinct shown_hash)::int) from approval
           where approval.batch_id = batch.id and approval.status = 'approved' and shown_hash is not null)`,
    'whoever approved was asked to': `select 1 from approval join batch on batch.id = approval.batch_id
       where approval.status = 'approved' and not exists (select 1 from jsonb_to_recordset(batch.signatories) as place(slot int, "memberId" uuid)
         where place.slot = approval.slot and place."memberId" = approval.member_id)`,
    'nothing is made before the last approval': `select 1 from batch join approval on approval.batch_id = batch.id
       where batch.approved_at is not null and approval.status = 'approved' and approval.decided_at > batch.approved_at
       union all select 1 from batch join item on item.batch_id = batch.id where batch.approved_at is not null and item.issued_at < batch.approved_at`,
  },
};
