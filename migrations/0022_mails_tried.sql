-- Of a chunk's mails those whose first attempt is over, whatever came of it: who follows a batch waits for that, not for the last of the retries.
alter table chunk add column mails_tried integer not null default 0;

update chunk set mails_tried = tried.count from (
  select chunk_id, count(*)::int as count from delivery
  where not (status = 'queued' or attempts <= 1 and (status = 'sending' or status = 'unknown' and next_attempt_at is null)) group by chunk_id) tried
where chunk.id = tried.chunk_id;
