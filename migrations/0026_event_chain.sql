-- Events are numbered without gaps and chained by hashes, organization by organization, after they are committed: what is changed, taken away
-- or put in between later is seen. What was there before is sealed by the first server that starts, a page at a time.

-- What a hash is taken over, byte for byte.
create function event_text(event) returns text language sql stable
  as $$ select json_build_object('id', $1.id, 'at', to_char($1.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'organization', $1.organization_id,
    'subject', $1.subject, 'subjectId', $1.subject_id, 'kind', $1.kind, 'actor', $1.actor, 'data', $1.data)::text $$;

create table event_seal (
  organization_id uuid not null,
  -- from 1 on, without gaps
  number bigint not null check (number > 0),
  -- numbers follow the order in which events were found committed, which ids do not
  event_id bigint not null unique,
  -- SHA-256 of: the hash before it in hex (of the first: 64 zeros), a blank, the number, a blank, event_text
  hash bytea not null check (length(hash) = 32),
  primary key (organization_id, number)
);

-- The newest seal of each organization.
create table event_chain (
  organization_id uuid primary key references organization,
  number bigint not null,
  hash bytea not null
);

-- Up to which id no event is without a seal, nor will be: whatever took a smaller one has ended.
create table event_sealing (
  id boolean primary key default true check (id),
  sealed_below bigint not null default 0,
  -- what it becomes once every transaction before this one has ended
  next_below bigint not null default 0,
  next_transaction xid8
);
insert into event_sealing default values;

do $$
declare tenant_table text;
begin
  foreach tenant_table in array array['event_seal', 'event_chain']
  loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format('create policy one_organization on %I using (may_see(organization_id)) with check (may_see(organization_id))', tenant_table);
    execute format('grant select on %I to chancery_app', tenant_table);
  end loop;
end $$;

-- The record of what happened is only ever added to.
revoke update, delete on event from chancery_app;
