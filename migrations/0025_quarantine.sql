-- Quarantine: a database that is older than what it has let out is noticed, and nothing leaves until an operator has looked.

alter table instance
  add column installation uuid not null default gen_random_uuid(),
  -- rises while a process runs, and is written beside the documents right after: a database whose epoch is behind was put back
  add column epoch bigint not null default 0,
  add column epoch_at timestamptz,
  -- marks of the file system on the data folder's witness: a copy has others
  add column witness text,
  add column quarantined_at timestamptz,
  add column quarantine_reason text,
  add column restored_at timestamptz;
alter table instance add check ((quarantined_at is null) = (quarantine_reason is null));
grant select on chancery_migration to chancery_app;

-- Of a batch that was under way in a backup: its mail may have gone out before, so it is held when it is made again.
alter table batch add column mail_held boolean not null default false;
-- Paper is never sent twice: what was to be printed when the backup was made waits for a person's word.
alter table mailing add column print_held boolean not null default false;
alter table print_run add column held boolean not null default false;
