-- The certificate vault: files that exist already, issued by the same belt as rows.

-- 'vault_single' is one upload, a batch of one that no list shows; 'vault_bulk' is many at once.
alter table batch add column kind text not null default 'template' check (kind in ('template', 'vault_single', 'vault_bulk'));

-- Made by the server for its own use; nobody chooses it.
alter table template add column built_in boolean not null default false;

-- A file that was uploaded and found harmless. Its bytes, or the PDF made of a picture, are the first part of the document.
create table vault_file (
  id uuid primary key,
  organization_id uuid not null references organization,
  name text not null,
  media_type text not null,
  size integer not null,
  sha256 bytea not null,
  pages integer not null,
  -- bytes and hash of the PDF the document begins with
  base_length integer not null,
  base_sha256 bytea not null,
  -- where and how a page is appended, so that nothing of the file is read again
  plan jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  -- set once, when a certificate is made of it; a file that is not used within a day is deleted
  used_at timestamptz
);
create index on vault_file (organization_id);
create index vault_file_unused on vault_file (created_at) where used_at is null;

-- What is known of a vault certificate beside its item, which comes to be when the chunk is accepted. Its status is the item's.
create table vault_certificate (
  organization_id uuid not null references organization,
  item_id uuid primary key,
  number integer generated always as identity unique,
  batch_id uuid not null references batch,
  seq integer not null,
  file_id uuid not null unique references vault_file,
  reference_id text not null,
  title text not null,
  full_name text not null,
  applicant_email text not null,
  issue_date date,
  details text,
  source text not null check (source in ('vault', 'customer')),
  trigger_context text not null check (trigger_context in ('single_upload', 'bulk_upload', 'customer_submission')),
  -- a member of the organization with the applicant's address
  member_id uuid references member,
  assigned_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null default clock_timestamp(),
  unique (batch_id, seq)
);
create index on vault_certificate (organization_id, number desc);

do $$
declare tenant_table text;
begin
  foreach tenant_table in array array['vault_file', 'vault_certificate']
  loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format('create policy one_organization on %I using (may_see(organization_id)) with check (may_see(organization_id))', tenant_table);
    execute format('grant select, insert, update, delete on %I to chancery_app', tenant_table);
  end loop;
end $$;
grant usage on all sequences in schema public to chancery_app;
