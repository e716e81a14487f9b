-- Batches, chunks, items: the belt. Progress is a sum over chunk rows.

-- One row: what belongs to the installation rather than to a tenant.
create table instance (
  one boolean primary key default true check (one),
  -- keys the permutation from position to reference id, so that reference ids are unique and do not reveal their order
  reference_secret bytea not null,
  next_reference bigint not null default 0
);

create table batch (
  id uuid primary key,
  number integer generated always as identity unique,
  organization_id uuid not null references organization,
  template_id uuid not null references template,
  template_version_id uuid not null references template_version,
  name text not null,
  status text not null default 'pending',
  total integer not null check (total > 0),
  -- everything random about its items is derived from it, so that replay gives the same bytes
  seed bytea not null,
  first_reference bigint not null,
  -- [{id, firstPosition, count}]: places in status lists, in the order of seq
  status_lists jsonb not null,
  credential_key_id uuid not null references signing_key,
  seal_key_id uuid not null references signing_key,
  -- decided at hand-in: a later change of PUBLIC_URL or ISSUER_DID changes no byte of this batch
  public_url text not null,
  issuer_did text not null,
  source_key text not null,
  column_plan jsonb not null,
  -- [{slot, memberId, name, designation, signatureSha256, autoApprove}]
  signatories jsonb not null default '[]',
  channels text[] not null default '{}',
  -- its pages answer like an unknown id
  hidden boolean not null default false,
  approved_at timestamptz,
  created_at timestamptz not null,
  completed_at timestamptz,
  updated_at timestamptz not null default clock_timestamp()
);
create index on batch (organization_id, created_at desc, id);

-- The images of a batch's signatories as they were when it was handed in.
create table batch_signature (
  batch_id uuid not null references batch,
  slot integer not null,
  organization_id uuid not null references organization,
  png bytea not null,
  primary key (batch_id, slot)
);

create table chunk (
  id uuid primary key,
  organization_id uuid not null references organization,
  batch_id uuid not null references batch,
  seq integer not null,
  status text not null default 'pending',
  -- rows [first_seq, first_seq + count) of the batch; a retry chunk instead owns the items that name it
  first_seq integer not null,
  count integer not null check (count > 0),
  source_offset bigint not null,
  source_length integer not null,
  retry boolean not null default false,
  -- fences completion: the final update names the attempt that holds the chunk
  attempt integer not null default 0,
  deaths integer not null default 0,
  accepted integer not null default 0,
  issued integer not null default 0,
  failed integer not null default 0,
  mails integer not null default 0,
  mails_sent integer not null default 0,
  mails_failed integer not null default 0,
  pack_key text,
  pack_bytes integer,
  prefix_hash text,
  taken_at timestamptz,
  finished_at timestamptz,
  unique (batch_id, seq)
) with (fillfactor = 70);

-- No foreign keys on the two tables that grow by millions: rows are written only with their chunk, and the checks cost more than the insert.
create table item (
  organization_id uuid not null,
  batch_id uuid not null,
  seq integer not null,
  chunk_id uuid not null,
  id uuid not null unique,
  reference_id text not null,
  status text not null,
  -- as in the spreadsheet: the header is row 1
  row_number integer not null,
  name text not null,
  email text not null,
  issue_date date not null,
  expiry_date date,
  fields jsonb not null,
  status_list_id uuid not null,
  status_index integer not null,
  -- why it failed, and for a bad row the cells as handed in
  issues jsonb,
  cells jsonb,
  -- where the document's tail lies in the chunk's pack, and the credential's JSON within it
  pack_key text,
  prefix_hash text,
  tail_offset integer,
  tail_length integer,
  credential_offset integer,
  credential_length integer,
  document_sha256 bytea,
  issued_at timestamptz,
  revoked_at timestamptz,
  revocation_reason text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (batch_id, seq)
) with (fillfactor = 80);
create unique index on item (reference_id);
create index on item (chunk_id) where status <> 'issued';
create index on item (status_list_id, status_index) where status = 'revoked';
create index item_failed on item (batch_id, seq) where status = 'failed';

-- Which worker runs which job. A worker holds an advisory lock on its number for as long as its session lives,
-- so that the death of a process is known at once and not only when its heartbeat is missed.
create table worker (
  number integer generated always as identity primary key,
  host text not null,
  pid integer not null,
  started_at timestamptz not null default clock_timestamp()
);
create table worker_job (job_id uuid primary key, queue text not null, worker_number integer not null);

-- Start tags of start-time fair queueing, for each queue.
create table fair_tag (
  organization_id uuid not null references organization,
  queue text not null,
  last_tag bigint not null,
  primary key (organization_id, queue)
);
create table fair_clock (queue text primary key, tag bigint not null);
