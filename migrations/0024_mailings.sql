-- Print and post: a mailing is what was handed in (one document and the list of who gets which of its pages); its jobs are page ranges with
-- a product, its pieces what one recipient gets, its print runs what a carrier is given.

-- Logs in by name and password; `test` is a staging account, whose mailings are never printed.
create table mail_account (
  id uuid primary key,
  organization_id uuid not null references organization,
  username text not null,
  username_key text generated always as (lower(username)) stored,
  -- scrypt: parameters, salt and key
  password_hash text not null,
  mode text not null check (mode in ('live', 'test')),
  rate_limit integer check (rate_limit between 0 and 1000000),
  -- Used where a job names none.
  return_address jsonb,
  created_at timestamptz not null default clock_timestamp(),
  last_used_at timestamptz,
  disabled_at timestamptz,
  unique (username_key)
);
create index on mail_account (organization_id, created_at desc, id);

create table mail_document (
  id uuid primary key,
  number integer generated always as identity unique,
  organization_id uuid not null references organization,
  account_id uuid references mail_account,
  test boolean not null,
  name text not null,
  -- Free words of the door it came by: what it was uploaded as.
  terms jsonb not null default '{}',
  size bigint not null,
  -- Null while its bytes are being stored.
  sha256 bytea,
  status text not null default 'uploaded',
  pages integer,
  -- [[width, height], ...] in points as seen, one for each run of equal pages: [[first page, width, height], ...]
  page_sizes jsonb,
  -- Why it was refused.
  reason text,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  -- When its bytes were thrown away.
  deleted_at timestamptz
);
create index on mail_document (organization_id, created_at desc, id);
create index mail_document_kept on mail_document (created_at) where deleted_at is null;

create table address_list (
  id uuid primary key,
  number integer generated always as identity unique,
  organization_id uuid not null references organization,
  account_id uuid references mail_account,
  test boolean not null,
  name text not null,
  terms jsonb not null default '{}',
  -- Of the addresses in it, by kind: standard, non_standard, international, non_mailable.
  counts jsonb not null default '{}',
  total integer not null default 0,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  -- When all of it was stored; null while its addresses still arrive.
  ready_at timestamptz,
  -- When a job was last made with it.
  used_at timestamptz,
  deleted_at timestamptz
);
create index on address_list (organization_id, created_at desc, id);
create index address_list_kept on address_list (created_at) where deleted_at is null;

create table mailing (
  id uuid primary key,
  number integer generated always as identity unique,
  organization_id uuid not null references organization,
  account_id uuid references mail_account,
  test boolean not null,
  -- `batch`: document and order come one after the other; `job`: a single job put together from stored parts.
  kind text not null check (kind in ('batch', 'job')),
  status text not null default 'editing',
  document_id uuid references mail_document,
  -- Blob of the order, one line of JSON a job or recipient; each upload has its own.
  order_key text,
  -- Blobs of all orders that were ever begun, to be deleted with the mailing.
  order_keys text[] not null default '{}',
  -- What the order says of itself: {filename, appSignature, jobs, recipients, unknown: [...], warnings: [...]}
  order_facts jsonb,
  -- Sentence for the whole of it.
  fault text,
  attempt integer not null default 0,
  deaths integer not null default 0,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  submitted_at timestamptz,
  -- Place in line within the account; given at submission.
  turn bigint,
  received_at timestamptz,
  completed_at timestamptz,
  -- When the retention took the order and the printed files.
  swept_at timestamptz
);
create sequence mailing_turn_seq;
grant usage on sequence mailing_turn_seq to chancery_app;
create index on mailing (organization_id, created_at desc, id);
create index mailing_in_line on mailing (account_id, turn) where status = 'submitted';
create index mailing_document on mailing (document_id);
create index mailing_unswept on mailing (updated_at) where swept_at is null;

create table mail_job (
  id uuid primary key,
  number integer generated always as identity unique,
  organization_id uuid not null references organization,
  mailing_id uuid not null references mailing,
  -- From 0, in the order of the hand-in.
  index integer not null,
  status text not null,
  first_page integer not null,
  last_page integer not null,
  -- As the hand-in words it, for showing: {documentClass, layout, ...}
  terms jsonb not null,
  -- domain/print-product.ts; null where there is none
  product jsonb,
  return_address jsonb,
  warnings jsonb not null default '[]',
  fault text,
  total integer not null default 0,
  -- Sums over its pieces, written with them.
  mailable integer not null default 0,
  failed integer not null default 0,
  -- Credits (a credit is a cent of the price table): all pieces that are or will be charged.
  price bigint not null default 0,
  mailing_date date,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  submitted_at timestamptz,
  completed_at timestamptz,
  unique (mailing_id, index)
);
create index on mail_job (organization_id, number desc);

create table print_run (
  id uuid primary key,
  number integer generated always as identity unique,
  organization_id uuid not null references organization,
  mailing_id uuid not null references mailing,
  -- From 0 within the mailing.
  index integer not null,
  product jsonb not null,
  carrier text not null,
  status text not null default 'planned',
  pieces integer not null,
  -- Rises when pieces are taken out of it, so that what was composed before is not sent.
  revision integer not null default 1,
  -- Times it was taken to be composed, and how many of these the worker did not survive.
  attempt integer not null default 0,
  deaths integer not null default 0,
  -- Times it was about to be given to the carrier.
  attempts integer not null default 0,
  -- {pdf: {key, bytes, sha256, pages, sheets}, csv: {key, ...}, xml: {key, ...}}
  files jsonb,
  -- What the carrier calls it.
  carrier_reference text,
  response text,
  -- Of the attempt that holds it.
  run uuid,
  -- Number of its newest job that posts it: older ones in line do nothing, so that none takes a living attempt for a dead one.
  post_job integer not null default 0,
  -- Null of one whose outcome is not known: a person has to say.
  next_attempt_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  sent_at timestamptz,
  unique (mailing_id, index)
);
create index on print_run (organization_id, number desc);
create index print_run_open on print_run (status, next_attempt_at) where status in ('planned', 'composed', 'sending', 'deferred', 'unknown', 'submitted');

create table mail_piece (
  organization_id uuid not null references organization,
  mailing_id uuid not null,
  -- From 1, in the order of the hand-in.
  seq integer not null,
  id uuid not null,
  job_id uuid not null,
  run_id uuid,
  -- From 1 within the run.
  run_seq integer,
  status text not null,
  -- The hand-in's own key, for tracking.
  unique_id text not null default '',
  -- domain/address.ts
  address jsonb not null,
  address_kind text not null check (address_kind in ('standard', 'non_standard', 'international', 'non_mailable')),
  issues jsonb,
  -- Intelligent Mail barcode: 20 digits of tracking code; the routing digits follow from the address.
  barcode text,
  price bigint not null default 0,
  sheets integer not null default 0,
  -- Of the newest event, for lists.
  last_event text,
  last_event_at timestamptz,
  primary key (mailing_id, seq)
) with (fillfactor = 70);
create unique index on mail_piece (id);
create index on mail_piece (job_id, seq);
create index on mail_piece (run_id, run_seq);
create index mail_piece_unique_id on mail_piece (job_id, left(unique_id, 100)) where unique_id <> '';
create index mail_piece_barcode on mail_piece (organization_id, barcode) where barcode is not null;

-- What a carrier tells of a piece. The same event again changes nothing.
create table mail_event (
  id bigint generated always as identity primary key,
  organization_id uuid not null references organization,
  mailing_id uuid not null,
  seq integer not null,
  -- As the carrier words it.
  status text not null,
  kind text not null,
  at timestamptz not null,
  location text not null default '',
  source text not null,
  created_at timestamptz not null default clock_timestamp(),
  unique (mailing_id, seq, at, status, location)
);

-- Serial numbers of Intelligent Mail barcodes, by mailer id: none is used twice within 45 days, across all organizations.
create table mail_serial (
  mailer_id text primary key,
  next bigint not null
);
create table mail_serial_range (
  mailer_id text not null,
  first bigint not null,
  last bigint not null,
  taken_at timestamptz not null default clock_timestamp(),
  primary key (mailer_id, first, taken_at)
);
create index on mail_serial_range (taken_at);

-- Gives the first of `wanted` consecutive serials below `size`; null where that would use one again within 45 days. A range never wraps.
create function take_mail_serials(mailer text, wanted bigint, size bigint) returns bigint
  language plpgsql volatile security definer set search_path = public, pg_temp
  as $$
  declare start bigint;
  begin
    if wanted < 1 or wanted > size then return null; end if;
    insert into mail_serial (mailer_id, next) values (mailer, 0) on conflict (mailer_id) do nothing;
    select next into start from mail_serial where mailer_id = mailer for update;
    if start + wanted > size then start := 0; end if;
    -- Ranges of the last 45 days lie apart: besides those that begin within, only the nearest before can reach into it.
    if exists (select from mail_serial_range where mailer_id = mailer and first >= start and first < start + wanted
        and taken_at > clock_timestamp() - interval '45 days')
      or (select last from mail_serial_range where mailer_id = mailer and first < start and taken_at > clock_timestamp() - interval '45 days'
        order by first desc limit 1) >= start then return null; end if;
    update mail_serial set next = start + wanted where mailer_id = mailer;
    insert into mail_serial_range (mailer_id, first, last) values (mailer, start, start + wanted - 1);
    return start;
  end $$;

alter table ledger_entry add column mailing_id uuid references mailing;
create index ledger_entry_mailing on ledger_entry (mailing_id) where mailing_id is not null;

do $$
declare tenant_table text;
begin
  foreach tenant_table in array array['mail_account', 'mail_document', 'address_list', 'mailing', 'mail_job', 'print_run', 'mail_piece', 'mail_event']
  loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format('create policy one_organization on %I
      using ((select current_user <> ''chancery_app'') or organization_id = (select current_organization()))
      with check ((select current_user <> ''chancery_app'') or organization_id = (select current_organization()))', tenant_table);
    execute format('grant select, insert, update, delete on %I to chancery_app', tenant_table);
  end loop;
end $$;

create function find_mail_account(name text)
  returns table (id uuid, organization_id uuid, username text, password_hash text, mode text, rate_limit integer, return_address jsonb)
  language sql stable security definer set search_path = public, pg_temp
  as $$ select id, organization_id, username, password_hash, mode, rate_limit, return_address from mail_account
        where username_key = lower(name) and disabled_at is null $$;
