-- Webhooks: where an organization wants to be told, and every message with what became of it.

create table webhook_endpoint (
  id uuid primary key,
  organization_id uuid not null references organization,
  url text not null,
  description text not null default '',
  -- sealed under the master key; the text is shown once
  secret bytea not null,
  -- after a rotation the old one signs too until then
  previous_secret bytea,
  previous_secret_until timestamptz,
  -- names, `batch.*` or `*`
  events text[] not null,
  status text not null default 'enabled',
  disabled_reason text,
  -- since when there was nothing but failure
  failing_since timestamptz,
  last_failed_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp()
);
create index on webhook_endpoint (organization_id, created_at);

create table webhook_delivery (
  -- the message's id: the same over all attempts
  id uuid primary key,
  organization_id uuid not null references organization,
  endpoint_id uuid not null references webhook_endpoint on delete cascade,
  event text not null,
  -- the exact text that is signed and sent
  payload text not null,
  status text not null default 'queued',
  -- all there were; names the attempt that holds the message
  attempts integer not null default 0,
  -- place in the schedule; an explicit redelivery begins anew
  step integer not null default 0,
  -- when it is due; while it is being sent, when the lease runs out
  next_attempt_at timestamptz default clock_timestamp(),
  response_status integer,
  attempt_log jsonb not null default '[]',
  created_at timestamptz not null default clock_timestamp(),
  delivered_at timestamptz,
  updated_at timestamptz not null default clock_timestamp()
) with (fillfactor = 70);
create index on webhook_delivery (endpoint_id, created_at, id);
create index webhook_delivery_due on webhook_delivery (endpoint_id, next_attempt_at) where status in ('queued', 'sending', 'deferred');

do $$
declare tenant_table text;
begin
  foreach tenant_table in array array['webhook_endpoint', 'webhook_delivery']
  loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format('create policy one_organization on %I
      using ((select current_user <> ''chancery_app'') or organization_id = (select current_organization()))
      with check ((select current_user <> ''chancery_app'') or organization_id = (select current_organization()))', tenant_table);
    execute format('grant select, insert, update, delete on %I to chancery_app', tenant_table);
  end loop;
end $$;
