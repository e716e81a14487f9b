-- Idempotency-Key: which request created what, so that the same request sent again gets the same answer and creates nothing.

create table idempotency_key (
  organization_id uuid not null references organization,
  api_key_id uuid not null references api_key,
  key text not null check (length(key) between 1 and 255),
  -- SHA-256 of the method, the address and what was sent
  fingerprint bytea not null,
  -- the request that holds it, for as long as it renews its lease; null once its creation is committed
  claim uuid,
  leased_until timestamptz not null,
  -- what was created, written in the transaction that created it, and the answer that was given. Both are encrypted under the master key:
  -- a new token is among them
  outcome bytea,
  answer bytea,
  created_at timestamptz not null default clock_timestamp(),
  primary key (organization_id, api_key_id, key),
  check ((claim is null) = (outcome is not null))
);
create index on idempotency_key (created_at);

alter table idempotency_key enable row level security;
alter table idempotency_key force row level security;
create policy one_organization on idempotency_key using (may_see(organization_id)) with check (may_see(organization_id));
grant select, insert, update, delete on idempotency_key to chancery_app;
