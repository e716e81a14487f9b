-- Batches that began to wait before there were approvals are bound to their content as if their chunks were accepted now, each as
-- `db/content-hash.ts` hashed it when this was written; whoever signs them is asked when the server starts (`pipeline/open-waiting-batches.ts`).

update chunk set content_hash = (
  select sha256(convert_to(coalesce(string_agg(row(item.seq, item.id, item.reference_id, item.name, item.email,
    item.issue_date - date '2000-01-01', item.expiry_date - date '2000-01-01', item.fields, item.status_list_id, item.status_index)::text,
    ',' order by item.seq), ''), 'UTF8'))
  from item where item.organization_id = chunk.organization_id and item.batch_id = chunk.batch_id and item.chunk_id = chunk.id
    and item.seq between chunk.first_seq and chunk.first_seq + chunk.count - 1 and item.cells is null)
from batch
where batch.id = chunk.batch_id and chunk.status = 'accepted' and chunk.content_hash is null
  and batch.status in ('accepting', 'waiting_for_approval')
  and exists (select from jsonb_to_recordset(batch.signatories) as place("autoApprove" boolean) where not coalesce("autoApprove", false));
