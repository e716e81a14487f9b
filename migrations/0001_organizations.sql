-- Organizations, their people, their keys. Every tenant table carries organization_id and row-level security;
-- the application works as the role chancery_app, the owner of the tables only migrates and provisions.

create function current_organization() returns uuid language sql stable
  as $$ select nullif(current_setting('chancery.organization', true), '')::uuid $$;

-- Inside a security-definer look-up current_user is the owner, who sees all; everyone else sees one organization.
create function may_see(organization uuid) returns boolean language sql stable
  as $$ select current_user <> 'chancery_app' or organization = current_organization() $$;

create table organization (
  id uuid primary key,
  number integer generated always as identity unique,
  name text not null,
  url text not null,
  reference_prefix text not null default 'VEC-IC',
  sender_name text not null,
  sender_address text not null,
  row_limit integer not null default 1000000 check (row_limit > 0),
  created_at timestamptz not null default clock_timestamp()
);

create table member (
  id uuid primary key,
  number integer generated always as identity unique,
  organization_id uuid not null references organization,
  first_name text not null,
  last_name text not null,
  email text not null,
  signatory_name text,
  signatory_designation text,
  -- PNG, drawn on documents
  signature bytea,
  signature_added_at timestamptz,
  is_archived boolean not null default false,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  unique (organization_id, email)
);

create table api_key (
  id uuid primary key,
  organization_id uuid not null references organization,
  member_id uuid references member,
  name text not null,
  -- SHA-256 of the key; the key itself is shown once and kept nowhere
  hash bytea not null unique,
  scopes text[] not null,
  created_at timestamptz not null default clock_timestamp(),
  last_used_at timestamptz,
  revoked_at timestamptz
);

create table signing_key (
  id uuid primary key,
  organization_id uuid not null references organization,
  purpose text not null check (purpose in ('credential', 'seal')),
  -- names the verification method in the DID document: did#multibase
  multibase text not null unique,
  public_key bytea not null,
  -- encrypted under the master key
  private_key bytea not null,
  -- X.509, for seals
  certificate bytea,
  created_at timestamptz not null default clock_timestamp(),
  retired_at timestamptz
);
create index on signing_key (organization_id, purpose, created_at desc);

create table status_list (
  id uuid primary key,
  organization_id uuid not null references organization,
  -- keys the permutation from position to index
  secret bytea not null,
  capacity integer not null,
  next_position integer not null default 0,
  -- rises with every revocation; a signed list is cached by it
  version integer not null default 0,
  created_at timestamptz not null default clock_timestamp(),
  check (next_position between 0 and capacity)
);
create index on status_list (organization_id, created_at desc);

create table event (
  id bigint generated always as identity primary key,
  organization_id uuid not null references organization,
  subject text not null,
  subject_id uuid not null,
  kind text not null,
  actor text not null,
  data jsonb not null default '{}',
  at timestamptz not null default clock_timestamp()
);
create index on event (organization_id, subject, subject_id, id);
