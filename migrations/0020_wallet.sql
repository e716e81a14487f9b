-- Wallets: a member opens the page of everything issued to them by a link that is mailed and works once; then a session in the browser holds.

-- The token is derived from the id under the master key, so nothing here opens anything.
create table wallet_link (
  id uuid primary key,
  organization_id uuid not null references organization,
  member_id uuid not null references member,
  -- whom the link was sent to; it opens nothing once the member has another address
  email_key text collate "C" not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  -- when the member came in by another one
  superseded_at timestamptz,
  created_at timestamptz not null default clock_timestamp()
);
create index on wallet_link (member_id, created_at);
create index on wallet_link (expires_at);

create table wallet_session (
  id uuid primary key,
  organization_id uuid not null references organization,
  member_id uuid not null references member,
  email_key text collate "C" not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  created_at timestamptz not null default clock_timestamp()
);
create index on wallet_session (member_id);
create index on wallet_session (expires_at);

do $$
declare tenant_table text;
begin
  foreach tenant_table in array array['wallet_link', 'wallet_session']
  loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format('create policy one_organization on %I using (may_see(organization_id)) with check (may_see(organization_id))', tenant_table);
    execute format('grant select, insert, update, delete on %I to chancery_app', tenant_table);
  end loop;
end $$;

create function organization_of_wallet_link(link_id uuid) returns uuid language sql stable security definer set search_path = public, pg_temp
  as $$ select organization_id from wallet_link where id = link_id $$;
create function organization_of_wallet_session(session_id uuid) returns uuid language sql stable security definer set search_path = public, pg_temp
  as $$ select organization_id from wallet_session where id = session_id $$;
-- Whoever asks for a link names an address; where it is a member's, each such organization writes to it.
create function organizations_of_member_address(address text) returns setof uuid language sql stable security definer set search_path = public, pg_temp
  as $$ select distinct organization_id from member where email_key = lower(address) and not is_archived $$;
create index member_address on member (email_key);
