-- Approvals: people sign before anything is produced, and what they sign is bound to the hash of what they were shown.

create table approval (
  id uuid primary key,
  organization_id uuid not null references organization,
  batch_id uuid not null references batch,
  slot integer not null check (slot between 1 and 10),
  member_id uuid not null references member,
  status text not null default 'waiting',
  -- of the content that was approved; null where nobody was shown anything
  shown_hash bytea,
  decided_at timestamptz,
  -- `auto`, `member:<id>` by a link, `api_key:<id>`
  decided_by text,
  reason text,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp()
);
-- One signatory place of a batch has one approval that counts; those before it are void.
create unique index approval_counts on approval (batch_id, slot) where status <> 'void';
create index on approval (batch_id);
create index on approval (organization_id, created_at desc, id);
create index on approval (member_id, status);

-- A mail's link to an approval. Its token is derived from the id under the master key, so nothing here opens anything.
create table approval_link (
  id uuid primary key,
  organization_id uuid not null references organization,
  approval_id uuid not null references approval,
  expires_at timestamptz not null,
  used_at timestamptz,
  superseded_at timestamptz,
  created_at timestamptz not null default clock_timestamp()
);
create index on approval_link (approval_id);

-- Mails to the organization's own people, stored in the transaction that gives the reason for them.
create table notice (
  id uuid primary key,
  organization_id uuid not null references organization,
  kind text not null,
  recipient_name text not null,
  recipient_address text not null,
  payload jsonb not null,
  message_id text not null,
  status text not null default 'queued',
  -- the run that claimed it
  run uuid,
  attempts integer not null default 0,
  next_attempt_at timestamptz,
  response text,
  sent_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp()
);
create index on notice (status) where status not in ('sent', 'failed', 'cancelled');
create index on notice (organization_id, created_at desc);

-- Of the rows that were accepted; only where people approve.
alter table chunk add column content_hash bytea;
-- Raised by whatever changes what the batch's programs are compiled from; caches go by it.
alter table batch add column revision integer not null default 0;

do $$
declare tenant_table text;
begin
  foreach tenant_table in array array['approval', 'approval_link', 'notice']
  loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format('create policy one_organization on %I using (may_see(organization_id)) with check (may_see(organization_id))', tenant_table);
    execute format('grant select, insert, update, delete on %I to chancery_app', tenant_table);
  end loop;
end $$;

create function organization_of_approval_link(link_id uuid) returns uuid language sql stable security definer set search_path = public, pg_temp
  as $$ select organization_id from approval_link where id = link_id $$;
