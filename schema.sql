-- The schema that the migrations make, for reading and for review; made by src/db/dump-schema-main.ts.

sequence address_list_number_seq as integer start 1 increment 1

sequence batch_number_seq as integer start 1 increment 1
  grant usage to chancery_app

sequence caught_mail_id_seq as bigint start 1 increment 1
  grant usage to chancery_app

sequence event_id_seq as bigint start 1 increment 1
  grant usage to chancery_app

sequence ledger_entry_id_seq as bigint start 1 increment 1
  grant usage to chancery_app

sequence mail_document_number_seq as integer start 1 increment 1

sequence mail_event_id_seq as bigint start 1 increment 1

sequence mail_job_number_seq as integer start 1 increment 1

sequence mailing_number_seq as integer start 1 increment 1

sequence mailing_turn_seq as bigint start 1 increment 1
  grant usage to chancery_app

sequence member_number_seq as integer start 1 increment 1
  grant usage to chancery_app

sequence organization_number_seq as integer start 1 increment 1
  grant usage to chancery_app

sequence print_run_number_seq as integer start 1 increment 1

sequence template_number_seq as integer start 1 increment 1
  grant usage to chancery_app

sequence vault_certificate_number_seq as integer start 1 increment 1
  grant usage to chancery_app

sequence worker_number_seq as integer start 1 increment 1
  grant usage to chancery_app

table address_list
  row level security enabled, forced
  id uuid not null
  number integer not null generated always as identity
  organization_id uuid not null
  account_id uuid
  test boolean not null
  name text not null
  terms jsonb not null default '{}'::jsonb
  counts jsonb not null default '{}'::jsonb
  total integer not null default 0
  created_at timestamp with time zone not null default clock_timestamp()
  updated_at timestamp with time zone not null default clock_timestamp()
  ready_at timestamp with time zone
  used_at timestamp with time zone
  deleted_at timestamp with time zone
  constraint address_list_account_id_fkey FOREIGN KEY (account_id) REFERENCES mail_account(id)
  constraint address_list_number_key UNIQUE (number)
  constraint address_list_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint address_list_pkey PRIMARY KEY (id)
  CREATE INDEX address_list_kept ON public.address_list USING btree (created_at) WHERE (deleted_at IS NULL)
  CREATE INDEX address_list_organization_id_created_at_id_idx ON public.address_list USING btree (organization_id, created_at DESC, id)
  policy one_organization permissive for all to public
    using ((( SELECT (CURRENT_USER <> 'chancery_app'::name)) OR (organization_id = ( SELECT current_organization() AS current_organization))))
    with check ((( SELECT (CURRENT_USER <> 'chancery_app'::name)) OR (organization_id = ( SELECT current_organization() AS current_organization))))
  grant delete, insert, select, update to chancery_app

table api_key
  row level security enabled, forced
  id uuid not null
  organization_id uuid not null
  member_id uuid
  name text not null
  hash bytea not null
  scopes text[] not null
  created_at timestamp with time zone not null default clock_timestamp()
  last_used_at timestamp with time zone
  revoked_at timestamp with time zone
  expires_at timestamp with time zone
  rate_limit integer
  created_by text
  mode text not null default 'live'::text
  constraint api_key_hash_key UNIQUE (hash)
  constraint api_key_member_id_fkey FOREIGN KEY (member_id) REFERENCES member(id)
  constraint api_key_mode_check CHECK ((mode = ANY (ARRAY['live'::text, 'test'::text])))
  constraint api_key_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint api_key_pkey PRIMARY KEY (id)
  constraint api_key_rate_limit_check CHECK (((rate_limit >= 0) AND (rate_limit <= 1000000)))
  CREATE INDEX api_key_organization_id_created_at_id_idx ON public.api_key USING btree (organization_id, created_at DESC, id)
  policy one_organization permissive for all to public
    using (may_see(organization_id))
    with check (may_see(organization_id))
  grant delete, insert, select, update to chancery_app

table approval
  row level security enabled, forced
  id uuid not null
  organization_id uuid not null
  batch_id uuid not null
  slot integer not null
  member_id uuid not null
  status text not null default 'waiting'::text
  shown_hash bytea
  decided_at timestamp with time zone
  decided_by text
  reason text
  created_at timestamp with time zone not null default clock_timestamp()
  updated_at timestamp with time zone not null default clock_timestamp()
  constraint approval_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES batch(id)
  constraint approval_member_id_fkey FOREIGN KEY (member_id) REFERENCES member(id)
  constraint approval_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint approval_pkey PRIMARY KEY (id)
  constraint approval_slot_check CHECK (((slot >= 1) AND (slot <= 10)))
  CREATE INDEX approval_batch_id_idx ON public.approval USING btree (batch_id)
  CREATE INDEX approval_member_id_status_idx ON public.approval USING btree (member_id, status)
  CREATE INDEX approval_organization_id_created_at_id_idx ON public.approval USING btree (organization_id, created_at DESC, id)
  CREATE UNIQUE INDEX approval_counts ON public.approval USING btree (batch_id, slot) WHERE (status <> 'void'::text)
  policy one_organization permissive for all to public
    using (may_see(organization_id))
    with check (may_see(organization_id))
  grant delete, insert, select, update to chancery_app

table approval_link
  row level security enabled, forced
  id uuid not null
  organization_id uuid not null
  approval_id uuid not null
  expires_at timestamp with time zone not null
  used_at timestamp with time zone
  superseded_at timestamp with time zone
  created_at timestamp with time zone not null default clock_timestamp()
  constraint approval_link_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES approval(id)
  constraint approval_link_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint approval_link_pkey PRIMARY KEY (id)
  CREATE INDEX approval_link_approval_id_idx ON public.approval_link USING btree (approval_id)
  policy one_organization permissive for all to public
    using (may_see(organization_id))
    with check (may_see(organization_id))
  grant delete, insert, select, update to chancery_app

table batch
  row level security enabled, forced
  id uuid not null
  number integer not null generated always as identity
  organization_id uuid not null
  template_id uuid not null
  template_version_id uuid not null
  name text not null
  status text not null default 'pending'::text
  total integer not null
  seed bytea not null
  first_reference bigint not null
  status_lists jsonb not null
  credential_key_id uuid not null
  seal_key_id uuid not null
  public_url text not null
  issuer_did text not null
  source_key text not null
  column_plan jsonb not null
  signatories jsonb not null default '[]'::jsonb
  channels text[] not null default '{}'::text[]
  hidden boolean not null default false
  approved_at timestamp with time zone
  created_at timestamp with time zone not null
  completed_at timestamp with time zone
  updated_at timestamp with time zone not null default clock_timestamp()
  kind text not null default 'template'::text
  revision integer not null default 0
  test boolean not null default false
  mail_held boolean not null default false
  constraint batch_credential_key_id_fkey FOREIGN KEY (credential_key_id) REFERENCES signing_key(id)
  constraint batch_kind_check CHECK ((kind = ANY (ARRAY['template'::text, 'vault_single'::text, 'vault_bulk'::text])))
  constraint batch_number_key UNIQUE (number)
  constraint batch_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint batch_pkey PRIMARY KEY (id)
  constraint batch_seal_key_id_fkey FOREIGN KEY (seal_key_id) REFERENCES signing_key(id)
  constraint batch_template_id_fkey FOREIGN KEY (template_id) REFERENCES template(id)
  constraint batch_template_version_id_fkey FOREIGN KEY (template_version_id) REFERENCES template_version(id)
  constraint batch_total_check CHECK ((total > 0))
  CREATE INDEX batch_for_tests ON public.batch USING btree (organization_id, created_at DESC, id) WHERE test
  CREATE INDEX batch_organization_id_created_at_id_idx ON public.batch USING btree (organization_id, created_at DESC, id)
  policy one_organization permissive for all to public
    using (may_see(organization_id))
    with check (may_see(organization_id))
  grant delete, insert, select, update to chancery_app

table batch_signature
  row level security enabled, forced
  batch_id uuid not null
  slot integer not null
  organization_id uuid not null
  sha256 bytea not null
  constraint batch_signature_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES batch(id)
  constraint batch_signature_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint batch_signature_organization_id_sha256_fkey FOREIGN KEY (organization_id, sha256) REFERENCES signature_image(organization_id, sha256)
  constraint batch_signature_pkey PRIMARY KEY (batch_id, slot)
  policy one_organization permissive for all to public
    using (may_see(organization_id))
    with check (may_see(organization_id))
  grant delete, insert, select, update to chancery_app

table caught_mail
  id bigint not null generated always as identity
  message_id text not null
  recipient text not null
  sender text not null
  subject text not null
  raw bytea not null
  received_at timestamp with time zone not null default clock_timestamp()
  constraint caught_mail_pkey PRIMARY KEY (id)
  CREATE INDEX caught_mail_recipient_idx ON public.caught_mail USING btree (recipient)
  grant delete, insert, select to chancery_app

table chancery_migration
  number integer not null
  name text not null
  checksum text not null
  applied_at timestamp with time zone not null default now()
  constraint chancery_migration_pkey PRIMARY KEY (number)
  grant select to chancery_app

table chunk with (fillfactor=70)
  row level security enabled, forced
  id uuid not null
  organization_id uuid not null
  batch_id uuid not null
  seq integer not null
  status text not null default 'pending'::text
  first_seq integer not null
  count integer not null
  source_offset bigint not null
  source_length integer not null
  retry boolean not null default false
  attempt integer not null default 0
  deaths integer not null default 0
  accepted integer not null default 0
  issued integer not null default 0
  failed integer not null default 0
  mails integer not null default 0
  mails_sent integer not null default 0
  mails_failed integer not null default 0
  pack_key text
  pack_bytes integer
  prefix_hash text
  taken_at timestamp with time zone
  finished_at timestamp with time zone
  content_hash bytea
  duplicates jsonb
  internal integer not null default 0
  mails_tried integer not null default 0
  constraint chunk_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES batch(id)
  constraint chunk_batch_id_seq_key UNIQUE (batch_id, seq)
  constraint chunk_count_check CHECK ((count > 0))
  constraint chunk_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint chunk_pkey PRIMARY KEY (id)
  CREATE INDEX chunk_unfinished ON public.chunk USING btree (batch_id, status) WHERE (status = ANY (ARRAY['pending'::text, 'accepted'::text]))
  policy one_organization permissive for all to public
    using ((( SELECT (CURRENT_USER <> 'chancery_app'::name)) OR (organization_id = ( SELECT current_organization() AS current_organization))))
    with check ((( SELECT (CURRENT_USER <> 'chancery_app'::name)) OR (organization_id = ( SELECT current_organization() AS current_organization))))
  grant delete, insert, select, update to chancery_app

table credit_balance
  row level security enabled, forced
  organization_id uuid not null
  available bigint not null default 0
  reserved bigint not null default 0
  spent bigint not null default 0
  constraint credit_balance_available_check CHECK ((available >= 0))
  constraint credit_balance_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint credit_balance_pkey PRIMARY KEY (organization_id)
  constraint credit_balance_reserved_check CHECK ((reserved >= 0))
  constraint credit_balance_spent_check CHECK ((spent >= 0))
  policy one_organization permissive for all to public
    using (may_see(organization_id))
    with check (may_see(organization_id))
  grant delete, insert, select, update to chancery_app

table delivery with (fillfactor=70)
  row level security enabled, forced
  organization_id uuid not null
  batch_id uuid not null
  seq integer not null
  item_id uuid not null
  chunk_id uuid not null
  channel text not null
  generation integer not null default 1
  status text not null default 'queued'::text
  message_id text not null
  run uuid
  attempts integer not null default 0
  next_attempt_at timestamp with time zone
  response text
  sent_at timestamp with time zone
  updated_at timestamp with time zone not null default clock_timestamp()
  constraint delivery_pkey PRIMARY KEY (batch_id, seq, channel, generation)
  CREATE INDEX delivery_chunk_id_idx ON public.delivery USING btree (chunk_id) WHERE (status <> ALL (ARRAY['sent'::text, 'failed'::text, 'cancelled'::text]))
  CREATE INDEX delivery_item_id_idx ON public.delivery USING btree (item_id)
  policy one_organization permissive for all to public
    using ((( SELECT (CURRENT_USER <> 'chancery_app'::name)) OR (organization_id = ( SELECT current_organization() AS current_organization))))
    with check ((( SELECT (CURRENT_USER <> 'chancery_app'::name)) OR (organization_id = ( SELECT current_organization() AS current_organization))))
  grant delete, insert, select, update to chancery_app

table event
  row level security enabled, forced
  id bigint not null generated always as identity
  organization_id uuid not null
  subject text not null
  subject_id uuid not null
  kind text not null
  actor text not null
  data jsonb not null default '{}'::jsonb
  at timestamp with time zone not null default clock_timestamp()
  constraint event_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint event_pkey PRIMARY KEY (id)
  CREATE INDEX event_organization_id_subject_subject_id_id_idx ON public.event USING btree (organization_id, subject, subject_id, id)
  policy one_organization permissive for all to public
    using (may_see(organization_id))
    with check (may_see(organization_id))
  grant insert, select to chancery_app

table event_chain
  row level security enabled, forced
  organization_id uuid not null
  number bigint not null
  hash bytea not null
  constraint event_chain_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint event_chain_pkey PRIMARY KEY (organization_id)
  policy one_organization permissive for all to public
    using (may_see(organization_id))
    with check (may_see(organization_id))
  grant select to chancery_app

table event_seal
  row level security enabled, forced
  organization_id uuid not null
  number bigint not null
  event_id bigint not null
  hash bytea not null
  constraint event_seal_event_id_key UNIQUE (event_id)
  constraint event_seal_hash_check CHECK ((length(hash) = 32))
  constraint event_seal_number_check CHECK ((number > 0))
  constraint event_seal_pkey PRIMARY KEY (organization_id, number)
  policy one_organization permissive for all to public
    using (may_see(organization_id))
    with check (may_see(organization_id))
  grant select to chancery_app

table event_sealing
  id boolean not null default true
  sealed_below bigint not null default 0
  next_below bigint not null default 0
  next_transaction xid8
  constraint event_sealing_id_check CHECK (id)
  constraint event_sealing_pkey PRIMARY KEY (id)

table fair_clock
  queue text not null
  tag bigint not null
  constraint fair_clock_pkey PRIMARY KEY (queue)
  grant select to chancery_app

table fair_tag
  row level security enabled, forced
  organization_id uuid not null
  queue text not null
  last_tag bigint not null
  constraint fair_tag_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint fair_tag_pkey PRIMARY KEY (organization_id, queue)
  policy one_organization permissive for all to public
    using (may_see(organization_id))
    with check (may_see(organization_id))
  grant delete, insert, select, update to chancery_app

table idempotency_key
  row level security enabled, forced
  organization_id uuid not null
  api_key_id uuid not null
  key text not null
  fingerprint bytea not null
  claim uuid
  leased_until timestamp with time zone not null
  outcome bytea
  answer bytea
  created_at timestamp with time zone not null default clock_timestamp()
  constraint idempotency_key_api_key_id_fkey FOREIGN KEY (api_key_id) REFERENCES api_key(id)
  constraint idempotency_key_check CHECK (((claim IS NULL) = (outcome IS NOT NULL)))
  constraint idempotency_key_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255)))
  constraint idempotency_key_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint idempotency_key_pkey PRIMARY KEY (organization_id, api_key_id, key)
  CREATE INDEX idempotency_key_created_at_idx ON public.idempotency_key USING btree (created_at)
  policy one_organization permissive for all to public
    using (may_see(organization_id))
    with check (may_see(organization_id))
  grant delete, insert, select, update to chancery_app

table instance
  one boolean not null default true
  reference_secret bytea not null
  next_reference bigint not null default 0
  installation uuid not null default gen_random_uuid()
  epoch bigint not null default 0
  epoch_at timestamp with time zone
  witness text
  quarantined_at timestamp with time zone
  quarantine_reason text
  restored_at timestamp with time zone
  constraint instance_check CHECK (((quarantined_at IS NULL) = (quarantine_reason IS NULL)))
  constraint instance_one_check CHECK (one)
  constraint instance_pkey PRIMARY KEY (one)
  grant select, update to chancery_app

table item with (fillfactor=45)
  row level security enabled, forced
  organization_id uuid not null
  batch_id uuid not null
  seq integer not null
  chunk_id uuid not null
  id uuid not null
  reference_id text not null
  status text not null
  row_number integer not null
  name text not null
  email text not null
  issue_date date not null
  expiry_date date
  fields jsonb not null
  status_list_id uuid not null
  status_index integer not null
  issues jsonb
  cells jsonb
  pack_key text
  prefix_hash text
  tail_offset integer
  tail_length integer
  credential_offset integer
  credential_length integer
  document_sha256 bytea
  issued_at timestamp with time zone
  revoked_at timestamp with time zone
  revocation_reason text
  created_at timestamp with time zone not null
  updated_at timestamp with time zone not null
  email_key text not null collate C
  member_id uuid
  constraint item_id_key UNIQUE (id)
  constraint item_pkey PRIMARY KEY (batch_id, seq)
  CREATE INDEX item_email ON public.item USING btree (organization_id, email_key)
  CREATE INDEX item_failed ON public.item USING btree (batch_id, seq) WHERE (issues IS NOT NULL)
  CREATE INDEX item_member ON public.item USING btree (member_id, created_at, batch_id, seq) WHERE (member_id IS NOT NULL)
  CREATE INDEX item_revoked ON public.item USING btree (status_list_id, status_index) WHERE (revoked_at IS NOT NULL)
  CREATE UNIQUE INDEX item_reference_id_idx ON public.item USING btree (reference_id)
  policy one_organization permissive for all to public
    using ((( SELECT (CURRENT_USER <> 'chancery_app'::name)) OR (organization_id = ( SELECT current_organization() AS current_organization))))
    with check ((( SELECT (CURRENT_USER <> 'chancery_app'::name)) OR (organization_id = ( SELECT current_organization() AS current_organization))))
  grant delete, insert, select, update to chancery_app

table ledger_entry
  row level security enabled, forced
  id bigint not null generated always as identity
  organization_id uuid not null
  batch_id uuid
  chunk_id uuid
  kind text not null
  debit text not null
  credit text not null
  amount bigint not null
  at timestamp with time zone not null default clock_timestamp()
  note text
  reference text
  mailing_id uuid
  constraint ledger_entry_amount_check CHECK ((amount > 0))
  constraint ledger_entry_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES batch(id)
  constraint ledger_entry_check CHECK ((debit <> credit))
  constraint ledger_entry_chunk_id_fkey FOREIGN KEY (chunk_id) REFERENCES chunk(id)
  constraint ledger_entry_credit_check CHECK ((credit = ANY (ARRAY['granted'::text, 'available'::text, 'reserved'::text, 'spent'::text])))
  constraint ledger_entry_debit_check CHECK ((debit = ANY (ARRAY['granted'::text, 'available'::text, 'reserved'::text, 'spent'::text])))
  constraint ledger_entry_mailing_id_fkey FOREIGN KEY (mailing_id) REFERENCES mailing(id)
  constraint ledger_entry_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint ledger_entry_pkey PRIMARY KEY (id)
  CREATE INDEX ledger_entry_batch ON public.ledger_entry USING btree (batch_id, id DESC) WHERE (batch_id IS NOT NULL)
  CREATE INDEX ledger_entry_mailing ON public.ledger_entry USING btree (mailing_id) WHERE (mailing_id IS NOT NULL)
  CREATE INDEX ledger_entry_organization_id_id_idx ON public.ledger_entry USING btree (organization_id, id DESC)
  CREATE UNIQUE INDEX ledger_entry_once ON public.ledger_entry USING btree (chunk_id, kind) WHERE (chunk_id IS NOT NULL)
  CREATE UNIQUE INDEX ledger_entry_reference ON public.ledger_entry USING btree (organization_id, reference) WHERE (reference IS NOT NULL)
  policy one_organization permissive for all to public
    using (may_see(organization_id))
    with check (may_see(organization_id))
  grant delete, insert, select, update to chancery_app

table mail_account
  row level security enabled, forced
  id uuid not null
  organization_id uuid not null
  username text not null
  username_key text generated always as (lower(username))
  password_hash text not null
  mode text not null
  rate_limit integer
  return_address jsonb
  created_at timestamp with time zone not null default clock_timestamp()
  last_used_at timestamp with time zone
  disabled_at timestamp with time zone
  constraint mail_account_mode_check CHECK ((mode = ANY (ARRAY['live'::text, 'test'::text])))
  constraint mail_account_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint mail_account_pkey PRIMARY KEY (id)
  constraint mail_account_rate_limit_check CHECK (((rate_limit >= 0) AND (rate_limit <= 1000000)))
  constraint mail_account_username_key_key UNIQUE (username_key)
  CREATE INDEX mail_account_organization_id_created_at_id_idx ON public.mail_account USING btree (organization_id, created_at DESC, id)
  policy one_organization permissive for all to public
    using ((( SELECT (CURRENT_USER <> 'chancery_app'::name)) OR (organization_id = ( SELECT current_organization() AS current_organization))))
    with check ((( SELECT (CURRENT_USER <> 'chancery_app'::name)) OR (organization_id = ( SELECT current_organization() AS current_organization))))
  grant delete, insert, select, update to chancery_app

table mail_document
  row level security enabled, forced
  id uuid not null
  number integer not null generated always as identity
  organization_id uuid not null
  account_id uuid
  test boolean not null
  name text not null
  terms jsonb not null default '{}'::jsonb
  size bigint not null
  sha256 bytea
  status text not null default 'uploaded'::text
  pages integer
  page_sizes jsonb
  reason text
  created_at timestamp with time zone not null default clock_timestamp()
  updated_at timestamp with time zone not null default clock_timestamp()
  deleted_at timestamp with time zone
  constraint mail_document_account_id_fkey FOREIGN KEY (account_id) REFERENCES mail_account(id)
  constraint mail_document_number_key UNIQUE (number)
  constraint mail_document_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint mail_document_pkey PRIMARY KEY (id)
  CREATE INDEX mail_document_kept ON public.mail_document USING btree (created_at) WHERE (deleted_at IS NULL)
  CREATE INDEX mail_document_organization_id_created_at_id_idx ON public.mail_document USING btree (organization_id, created_at DESC, id)
  policy one_organization permissive for all to public
    using ((( SELECT (CURRENT_USER <> 'chancery_app'::name)) OR (organization_id = ( SELECT current_organization() AS current_organization))))
    with check ((( SELECT (CURRENT_USER <> 'chancery_app'::name)) OR (organization_id = ( SELECT current_organization() AS current_organization))))
  grant delete, insert, select, update to chancery_app

table mail_event
  row level security enabled, forced
  id bigint not null generated always as identity
  organization_id uuid not null
  mailing_id uuid not null
  seq integer not null
  status text not null
  kind text not null
  at timestamp with time zone not null
  location text not null default ''::text
  source text not null
  created_at timestamp with time zone not null default clock_timestamp()
  constraint mail_event_mailing_id_seq_at_status_location_key UNIQUE (mailing_id, seq, at, status, location)
  constraint mail_event_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint mail_event_pkey PRIMARY KEY (id)
  policy one_organization permissive for all to public
    using ((( SELECT (CURRENT_USER <> 'chancery_app'::name)) OR (organization_id = ( SELECT current_organization() AS current_organization))))
    with check ((( SELECT (CURRENT_USER <> 'chancery_app'::name)) OR (organization_id = ( SELECT current_organization() AS current_organization))))
  grant delete, insert, select, update to chancery_app

table mail_job
  row level security enabled, forced
  id uuid not null
  number integer not null generated always as identity
  organization_id uuid not null
  mailing_id uuid not null
  index integer not null
  status text not null
  first_page integer not null
  last_page integer not null
  terms jsonb not null
  product jsonb
  return_address jsonb
  warnings jsonb not null default '[]'::jsonb
  fault text
  total integer not null default 0
  mailable integer not null default 0
  failed integer not null default 0
  price bigint not null default 0
  mailing_date date
  created_at timestamp with time zone not null default clock_timestamp()
  updated_at timestamp with time zone not null default clock_timestamp()
  submitted_at timestamp with time zone
  completed_at timestamp with time zone
  constraint mail_job_mailing_id_fkey FOREIGN KEY (mailing_id) REFERENCES mailing(id)
  constraint mail_job_mailing_id_index_key UNIQUE (mailing_id, index)
  constraint mail_job_number_key UNIQUE (number)
  constraint mail_job_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint mail_job_pkey PRIMARY KEY (id)
  CREATE INDEX mail_job_organization_id_number_idx ON public.mail_job USING btree (organization_id, number DESC)
  policy one_organization permissive for all to public
    using ((( SELECT (CURRENT_USER <> 'chancery_app'::name)) OR (organization_id = ( SELECT current_organization() AS current_organization))))
    with check ((( SELECT (CURRENT_USER <> 'chancery_app'::name)) OR (organization_id = ( SELECT current_organization() AS current_organization))))
  grant delete, insert, select, update to chancery_app

table mail_piece with (fillfactor=70)
  row level security enabled, forced
  organization_id uuid not null
  mailing_id uuid not null
  seq integer not null
  id uuid not null
  job_id uuid not null
  run_id uuid
  run_seq integer
  status text not null
  unique_id text not null default ''::text
  address jsonb not null
  address_kind text not null
  issues jsonb
  barcode text
  price bigint not null default 0
  sheets integer not null default 0
  last_event text
  last_event_at timestamp with time zone
  constraint mail_piece_address_kind_check CHECK ((address_kind = ANY (ARRAY['standard'::text, 'non_standard'::text, 'international'::text, 'non_mailable'::text])))
  constraint mail_piece_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint mail_piece_pkey PRIMARY KEY (mailing_id, seq)
  CREATE INDEX mail_piece_barcode ON public.mail_piece USING btree (organization_id, barcode) WHERE (barcode IS NOT NULL)
  CREATE INDEX mail_piece_job_id_seq_idx ON public.mail_piece USING btree (job_id, seq)
  CREATE INDEX mail_piece_run_id_run_seq_idx ON public.mail_piece USING btree (run_id, run_seq)
  CREATE INDEX mail_piece_unique_id ON public.mail_piece USING btree (job_id, "left"(unique_id, 100)) WHERE (unique_id <> ''::text)
  CREATE UNIQUE INDEX mail_piece_id_idx ON public.mail_piece USING btree (id)
  policy one_organization permissive for all to public
    using ((( SELECT (CURRENT_USER <> 'chancery_app'::name)) OR (organization_id = ( SELECT current_organization() AS current_organization))))
    with check ((( SELECT (CURRENT_USER <> 'chancery_app'::name)) OR (organization_id = ( SELECT current_organization() AS current_organization))))
  grant delete, insert, select, update to chancery_app

table mail_serial
  mailer_id text not null
  next bigint not null
  constraint mail_serial_pkey PRIMARY KEY (mailer_id)

table mail_serial_range
  mailer_id text not null
  first bigint not null
  last bigint not null
  taken_at timestamp with time zone not null default clock_timestamp()
  constraint mail_serial_range_pkey PRIMARY KEY (mailer_id, first, taken_at)
  CREATE INDEX mail_serial_range_taken_at_idx ON public.mail_serial_range USING btree (taken_at)

table mailing
  row level security enabled, forced
  id uuid not null
  number integer not null generated always as identity
  organization_id uuid not null
  account_id uuid
  test boolean not null
  kind text not null
  status text not null default 'editing'::text
  document_id uuid
  order_key text
  order_keys text[] not null default '{}'::text[]
  order_facts jsonb
  fault text
  attempt integer not null default 0
  deaths integer not null default 0
  created_at timestamp with time zone not null default clock_timestamp()
  updated_at timestamp with time zone not null default clock_timestamp()
  submitted_at timestamp with time zone
  turn bigint
  received_at timestamp with time zone
  completed_at timestamp with time zone
  swept_at timestamp with time zone
  print_held boolean not null default false
  constraint mailing_account_id_fkey FOREIGN KEY (account_id) REFERENCES mail_account(id)
  constraint mailing_document_id_fkey FOREIGN KEY (document_id) REFERENCES mail_document(id)
  constraint mailing_kind_check CHECK ((kind = ANY (ARRAY['batch'::text, 'job'::text])))
  constraint mailing_number_key UNIQUE (number)
  constraint mailing_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint mailing_pkey PRIMARY KEY (id)
  CREATE INDEX mailing_document ON public.mailing USING btree (document_id)
  CREATE INDEX mailing_in_line ON public.mailing USING btree (account_id, turn) WHERE (status = 'submitted'::text)
  CREATE INDEX mailing_organization_id_created_at_id_idx ON public.mailing USING btree (organization_id, created_at DESC, id)
  CREATE INDEX mailing_unswept ON public.mailing USING btree (updated_at) WHERE (swept_at IS NULL)
  policy one_organization permissive for all to public
    using ((( SELECT (CURRENT_USER <> 'chancery_app'::name)) OR (organization_id = ( SELECT current_organization() AS current_organization))))
    with check ((( SELECT (CURRENT_USER <> 'chancery_app'::name)) OR (organization_id = ( SELECT current_organization() AS current_organization))))
  grant delete, insert, select, update to chancery_app

table member
  row level security enabled, forced
  id uuid not null
  number integer not null generated always as identity
  organization_id uuid not null
  first_name text not null
  last_name text not null
  email text not null
  signatory_name text
  signatory_designation text
  signature bytea
  signature_added_at timestamp with time zone
  is_archived boolean not null default false
  created_at timestamp with time zone not null default clock_timestamp()
  updated_at timestamp with time zone not null default clock_timestamp()
  phone text
  email_verified_at timestamp with time zone
  phone_verified_at timestamp with time zone
  role text not null default 'member'::text
  email_key text not null collate C
  profile jsonb not null default '{}'::jsonb
  signature_sha256 bytea generated always as (sha256(signature))
  constraint member_number_key UNIQUE (number)
  constraint member_organization_id_email_key UNIQUE (organization_id, email)
  constraint member_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint member_pkey PRIMARY KEY (id)
  constraint member_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'member'::text])))
  CREATE INDEX member_address ON public.member USING btree (email_key)
  CREATE INDEX member_email ON public.member USING btree (organization_id, email_key)
  policy one_organization permissive for all to public
    using (may_see(organization_id))
    with check (may_see(organization_id))
  grant delete, insert, select, update to chancery_app

table notice
  row level security enabled, forced
  id uuid not null
  organization_id uuid not null
  kind text not null
  recipient_name text not null
  recipient_address text not null
  payload jsonb not null
  message_id text not null
  status text not null default 'queued'::text
  run uuid
  attempts integer not null default 0
  next_attempt_at timestamp with time zone
  response text
  sent_at timestamp with time zone
  created_at timestamp with time zone not null default clock_timestamp()
  updated_at timestamp with time zone not null default clock_timestamp()
  constraint notice_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint notice_pkey PRIMARY KEY (id)
  CREATE INDEX notice_organization_id_created_at_idx ON public.notice USING btree (organization_id, created_at DESC)
  CREATE INDEX notice_status_idx ON public.notice USING btree (status) WHERE (status <> ALL (ARRAY['sent'::text, 'failed'::text, 'cancelled'::text]))
  policy one_organization permissive for all to public
    using (may_see(organization_id))
    with check (may_see(organization_id))
  grant delete, insert, select, update to chancery_app

table organization
  row level security enabled, forced
  id uuid not null
  number integer not null generated always as identity
  name text not null
  url text not null
  reference_prefix text not null default 'VEC-IC'::text
  sender_name text not null
  sender_address text not null
  row_limit integer not null default 1000000
  created_at timestamp with time zone not null default clock_timestamp()
  updated_at timestamp with time zone not null default clock_timestamp()
  constraint organization_number_key UNIQUE (number)
  constraint organization_pkey PRIMARY KEY (id)
  constraint organization_row_limit_check CHECK ((row_limit > 0))
  policy one_organization permissive for all to public
    using (may_see(id))
    with check (may_see(id))
  grant select, update to chancery_app

table print_run
  row level security enabled, forced
  id uuid not null
  number integer not null generated always as identity
  organization_id uuid not null
  mailing_id uuid not null
  index integer not null
  product jsonb not null
  carrier text not null
  status text not null default 'planned'::text
  pieces integer not null
  revision integer not null default 1
  attempt integer not null default 0
  deaths integer not null default 0
  attempts integer not null default 0
  files jsonb
  carrier_reference text
  response text
  run uuid
  post_job integer not null default 0
  next_attempt_at timestamp with time zone
  created_at timestamp with time zone not null default clock_timestamp()
  updated_at timestamp with time zone not null default clock_timestamp()
  sent_at timestamp with time zone
  held boolean not null default false
  constraint print_run_mailing_id_fkey FOREIGN KEY (mailing_id) REFERENCES mailing(id)
  constraint print_run_mailing_id_index_key UNIQUE (mailing_id, index)
  constraint print_run_number_key UNIQUE (number)
  constraint print_run_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint print_run_pkey PRIMARY KEY (id)
  CREATE INDEX print_run_open ON public.print_run USING btree (status, next_attempt_at) WHERE (status = ANY (ARRAY['planned'::text, 'composed'::text, 'sending'::text, 'deferred'::text, 'unknown'::text, 'submitted'::text]))
  CREATE INDEX print_run_organization_id_number_idx ON public.print_run USING btree (organization_id, number DESC)
  policy one_organization permissive for all to public
    using ((( SELECT (CURRENT_USER <> 'chancery_app'::name)) OR (organization_id = ( SELECT current_organization() AS current_organization))))
    with check ((( SELECT (CURRENT_USER <> 'chancery_app'::name)) OR (organization_id = ( SELECT current_organization() AS current_organization))))
  grant delete, insert, select, update to chancery_app

table signature_image
  row level security enabled, forced
  organization_id uuid not null
  sha256 bytea not null
  png bytea not null
  constraint signature_image_check CHECK ((sha256 = sha256(png)))
  constraint signature_image_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint signature_image_pkey PRIMARY KEY (organization_id, sha256)
  policy one_organization permissive for all to public
    using (may_see(organization_id))
    with check (may_see(organization_id))
  grant delete, insert, select, update to chancery_app

table signing_key
  row level security enabled, forced
  id uuid not null
  organization_id uuid not null
  purpose text not null
  multibase text not null
  public_key bytea not null
  private_key bytea not null
  certificate bytea
  created_at timestamp with time zone not null default clock_timestamp()
  retired_at timestamp with time zone
  constraint signing_key_multibase_key UNIQUE (multibase)
  constraint signing_key_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint signing_key_pkey PRIMARY KEY (id)
  constraint signing_key_purpose_check CHECK ((purpose = ANY (ARRAY['credential'::text, 'seal'::text, 'test_credential'::text, 'test_seal'::text])))
  CREATE INDEX signing_key_organization_id_purpose_created_at_idx ON public.signing_key USING btree (organization_id, purpose, created_at DESC)
  CREATE UNIQUE INDEX signing_key_for_tests ON public.signing_key USING btree (organization_id, purpose) WHERE ((purpose = ANY (ARRAY['test_credential'::text, 'test_seal'::text])) AND (retired_at IS NULL))
  policy one_organization permissive for all to public
    using (may_see(organization_id))
    with check (may_see(organization_id))
  grant delete, insert, select, update to chancery_app

table status_list
  row level security enabled, forced
  id uuid not null
  organization_id uuid not null
  secret bytea not null
  capacity integer not null
  next_position integer not null default 0
  version integer not null default 0
  created_at timestamp with time zone not null default clock_timestamp()
  test boolean not null default false
  constraint status_list_check CHECK (((next_position >= 0) AND (next_position <= capacity)))
  constraint status_list_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint status_list_pkey PRIMARY KEY (id)
  CREATE INDEX status_list_organization_id_created_at_idx ON public.status_list USING btree (organization_id, created_at DESC)
  policy one_organization permissive for all to public
    using (may_see(organization_id))
    with check (may_see(organization_id))
  grant delete, insert, select, update to chancery_app

table template
  row level security enabled, forced
  id uuid not null
  number integer not null generated always as identity
  organization_id uuid not null
  name text not null
  archived_at timestamp with time zone
  created_at timestamp with time zone not null default clock_timestamp()
  updated_at timestamp with time zone not null default clock_timestamp()
  built_in boolean not null default false
  constraint template_number_key UNIQUE (number)
  constraint template_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint template_pkey PRIMARY KEY (id)
  CREATE INDEX template_organization_id_created_at_id_idx ON public.template USING btree (organization_id, created_at DESC, id)
  policy one_organization permissive for all to public
    using (may_see(organization_id))
    with check (may_see(organization_id))
  grant delete, insert, select, update to chancery_app

table template_signatory
  row level security enabled, forced
  template_id uuid not null
  slot integer not null
  organization_id uuid not null
  member_id uuid not null
  auto_approve boolean not null default false
  constraint template_signatory_member_id_fkey FOREIGN KEY (member_id) REFERENCES member(id)
  constraint template_signatory_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint template_signatory_pkey PRIMARY KEY (template_id, slot)
  constraint template_signatory_slot_check CHECK (((slot >= 1) AND (slot <= 10)))
  constraint template_signatory_template_id_fkey FOREIGN KEY (template_id) REFERENCES template(id)
  policy one_organization permissive for all to public
    using (may_see(organization_id))
    with check (may_see(organization_id))
  grant delete, insert, select, update to chancery_app

table template_version
  row level security enabled, forced
  id uuid not null
  organization_id uuid not null
  template_id uuid not null
  version integer not null
  content jsonb not null
  created_at timestamp with time zone not null default clock_timestamp()
  slots integer[] not null
  language text not null
  fields jsonb not null
  outline jsonb generated always as (((content - 'elements'::text) - 'assets'::text))
  constraint template_version_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint template_version_pkey PRIMARY KEY (id)
  constraint template_version_template_id_fkey FOREIGN KEY (template_id) REFERENCES template(id)
  constraint template_version_template_id_version_key UNIQUE (template_id, version)
  policy one_organization permissive for all to public
    using (may_see(organization_id))
    with check (may_see(organization_id))
  CREATE TRIGGER template_version_is_immutable BEFORE UPDATE ON public.template_version FOR EACH ROW EXECUTE FUNCTION refuse_update()
  grant delete, insert, select, update to chancery_app

table vault_certificate
  row level security enabled, forced
  organization_id uuid not null
  item_id uuid not null
  number integer not null generated always as identity
  batch_id uuid not null
  seq integer not null
  file_id uuid not null
  reference_id text not null
  title text not null
  full_name text not null
  applicant_email text not null
  issue_date date
  details text
  source text not null
  trigger_context text not null
  member_id uuid
  assigned_at timestamp with time zone
  created_at timestamp with time zone not null
  updated_at timestamp with time zone not null default clock_timestamp()
  constraint vault_certificate_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES batch(id)
  constraint vault_certificate_batch_id_seq_key UNIQUE (batch_id, seq)
  constraint vault_certificate_file_id_fkey FOREIGN KEY (file_id) REFERENCES vault_file(id)
  constraint vault_certificate_file_id_key UNIQUE (file_id)
  constraint vault_certificate_member_id_fkey FOREIGN KEY (member_id) REFERENCES member(id)
  constraint vault_certificate_number_key UNIQUE (number)
  constraint vault_certificate_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint vault_certificate_pkey PRIMARY KEY (item_id)
  constraint vault_certificate_source_check CHECK ((source = ANY (ARRAY['vault'::text, 'customer'::text])))
  constraint vault_certificate_trigger_context_check CHECK ((trigger_context = ANY (ARRAY['single_upload'::text, 'bulk_upload'::text, 'customer_submission'::text])))
  CREATE INDEX vault_certificate_organization_id_number_idx ON public.vault_certificate USING btree (organization_id, number DESC)
  policy one_organization permissive for all to public
    using (may_see(organization_id))
    with check (may_see(organization_id))
  grant delete, insert, select, update to chancery_app

table vault_file
  row level security enabled, forced
  id uuid not null
  organization_id uuid not null
  name text not null
  media_type text not null
  size integer not null
  sha256 bytea not null
  pages integer not null
  base_length integer not null
  base_sha256 bytea not null
  plan jsonb not null
  created_at timestamp with time zone not null default clock_timestamp()
  used_at timestamp with time zone
  test boolean not null default false
  constraint vault_file_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint vault_file_pkey PRIMARY KEY (id)
  CREATE INDEX vault_file_organization_id_idx ON public.vault_file USING btree (organization_id)
  CREATE INDEX vault_file_unused ON public.vault_file USING btree (created_at) WHERE (used_at IS NULL)
  policy one_organization permissive for all to public
    using (may_see(organization_id))
    with check (may_see(organization_id))
  grant delete, insert, select, update to chancery_app

table wallet_link
  row level security enabled, forced
  id uuid not null
  organization_id uuid not null
  member_id uuid not null
  email_key text not null collate C
  expires_at timestamp with time zone not null
  used_at timestamp with time zone
  superseded_at timestamp with time zone
  created_at timestamp with time zone not null default clock_timestamp()
  constraint wallet_link_member_id_fkey FOREIGN KEY (member_id) REFERENCES member(id)
  constraint wallet_link_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint wallet_link_pkey PRIMARY KEY (id)
  CREATE INDEX wallet_link_expires_at_idx ON public.wallet_link USING btree (expires_at)
  CREATE INDEX wallet_link_member_id_created_at_idx ON public.wallet_link USING btree (member_id, created_at)
  policy one_organization permissive for all to public
    using (may_see(organization_id))
    with check (may_see(organization_id))
  grant delete, insert, select, update to chancery_app

table wallet_session
  row level security enabled, forced
  id uuid not null
  organization_id uuid not null
  member_id uuid not null
  email_key text not null collate C
  expires_at timestamp with time zone not null
  ended_at timestamp with time zone
  created_at timestamp with time zone not null default clock_timestamp()
  constraint wallet_session_member_id_fkey FOREIGN KEY (member_id) REFERENCES member(id)
  constraint wallet_session_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint wallet_session_pkey PRIMARY KEY (id)
  CREATE INDEX wallet_session_expires_at_idx ON public.wallet_session USING btree (expires_at)
  CREATE INDEX wallet_session_member_id_idx ON public.wallet_session USING btree (member_id)
  policy one_organization permissive for all to public
    using (may_see(organization_id))
    with check (may_see(organization_id))
  grant delete, insert, select, update to chancery_app

table webhook_delivery with (fillfactor=70)
  row level security enabled, forced
  id uuid not null
  organization_id uuid not null
  endpoint_id uuid not null
  event text not null
  payload text not null
  status text not null default 'queued'::text
  attempts integer not null default 0
  step integer not null default 0
  next_attempt_at timestamp with time zone default clock_timestamp()
  response_status integer
  attempt_log jsonb not null default '[]'::jsonb
  created_at timestamp with time zone not null default clock_timestamp()
  delivered_at timestamp with time zone
  updated_at timestamp with time zone not null default clock_timestamp()
  constraint webhook_delivery_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoint(id) ON DELETE CASCADE
  constraint webhook_delivery_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint webhook_delivery_pkey PRIMARY KEY (id)
  CREATE INDEX webhook_delivery_due ON public.webhook_delivery USING btree (endpoint_id, next_attempt_at) WHERE (status = ANY (ARRAY['queued'::text, 'sending'::text, 'deferred'::text]))
  CREATE INDEX webhook_delivery_endpoint_id_created_at_id_idx ON public.webhook_delivery USING btree (endpoint_id, created_at, id)
  policy one_organization permissive for all to public
    using ((( SELECT (CURRENT_USER <> 'chancery_app'::name)) OR (organization_id = ( SELECT current_organization() AS current_organization))))
    with check ((( SELECT (CURRENT_USER <> 'chancery_app'::name)) OR (organization_id = ( SELECT current_organization() AS current_organization))))
  grant delete, insert, select, update to chancery_app

table webhook_endpoint
  row level security enabled, forced
  id uuid not null
  organization_id uuid not null
  url text not null
  description text not null default ''::text
  secret bytea not null
  previous_secret bytea
  previous_secret_until timestamp with time zone
  events text[] not null
  status text not null default 'enabled'::text
  disabled_reason text
  failing_since timestamp with time zone
  last_failed_at timestamp with time zone
  created_at timestamp with time zone not null default clock_timestamp()
  updated_at timestamp with time zone not null default clock_timestamp()
  constraint webhook_endpoint_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id)
  constraint webhook_endpoint_pkey PRIMARY KEY (id)
  CREATE INDEX webhook_endpoint_organization_id_created_at_idx ON public.webhook_endpoint USING btree (organization_id, created_at)
  policy one_organization permissive for all to public
    using ((( SELECT (CURRENT_USER <> 'chancery_app'::name)) OR (organization_id = ( SELECT current_organization() AS current_organization))))
    with check ((( SELECT (CURRENT_USER <> 'chancery_app'::name)) OR (organization_id = ( SELECT current_organization() AS current_organization))))
  grant delete, insert, select, update to chancery_app

table worker
  number integer not null generated always as identity
  host text not null
  pid integer not null
  started_at timestamp with time zone not null default clock_timestamp()
  constraint worker_pkey PRIMARY KEY (number)

table worker_job
  job_id uuid not null
  queue text not null
  worker_number integer not null
  constraint worker_job_pkey PRIMARY KEY (job_id)

CREATE OR REPLACE FUNCTION public.current_organization()
 RETURNS uuid
 LANGUAGE sql
 STABLE
AS $function$ select nullif(current_setting('chancery.organization', true), '')::uuid $function$

CREATE OR REPLACE FUNCTION public.event_text(event)
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$ select json_build_object('id', $1.id, 'at', to_char($1.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'organization', $1.organization_id,
    'subject', $1.subject, 'subjectId', $1.subject_id, 'kind', $1.kind, 'actor', $1.actor, 'data', $1.data)::text $function$

CREATE OR REPLACE FUNCTION public.find_mail_account(name text)
 RETURNS TABLE(id uuid, organization_id uuid, username text, password_hash text, mode text, rate_limit integer, return_address jsonb)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select id, organization_id, username, password_hash, mode, rate_limit, return_address from mail_account
        where username_key = lower(name) and disabled_at is null $function$

CREATE OR REPLACE FUNCTION public.may_see(organization uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$ select current_user <> 'chancery_app' or organization = current_organization() $function$

CREATE OR REPLACE FUNCTION public.organization_exists(organization_id uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select id from organization where id = organization_id $function$

CREATE OR REPLACE FUNCTION public.organization_of_approval_link(link_id uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select organization_id from approval_link where id = link_id $function$

CREATE OR REPLACE FUNCTION public.organization_of_member(member_id uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select organization_id from member where id = member_id $function$

CREATE OR REPLACE FUNCTION public.organization_of_public_item(item_id uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select batch.organization_id from item join batch on batch.id = item.batch_id
        where item.id = item_id and not batch.hidden and item.status in ('issued', 'revoked') $function$

CREATE OR REPLACE FUNCTION public.organization_of_status_list(list_id uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select organization_id from status_list where id = list_id $function$

CREATE OR REPLACE FUNCTION public.organization_of_template_version(version_id uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select organization_id from template_version where id = version_id $function$

CREATE OR REPLACE FUNCTION public.organization_of_wallet_link(link_id uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select organization_id from wallet_link where id = link_id $function$

CREATE OR REPLACE FUNCTION public.organization_of_wallet_session(session_id uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select organization_id from wallet_session where id = session_id $function$

CREATE OR REPLACE FUNCTION public.organizations_of_member_address(address text)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select distinct organization_id from member where email_key = lower(address) and not is_archived $function$

CREATE OR REPLACE FUNCTION public.refuse_update()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ begin raise exception 'a template version never changes' using errcode = 'restrict_violation'; end $function$

CREATE OR REPLACE FUNCTION public.take_mail_serials(mailer text, wanted bigint, size bigint)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
  end $function$

CREATE OR REPLACE FUNCTION public.use_api_key(key_hash bytea)
 RETURNS TABLE(id uuid, organization_id uuid, member_id uuid, scopes text[], rate_limit integer, expires_at timestamp with time zone, mode text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  begin
    update api_key set last_used_at = clock_timestamp()
      where hash = key_hash and revoked_at is null and (api_key.expires_at is null or api_key.expires_at > clock_timestamp())
        and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute');
    return query select k.id, k.organization_id, k.member_id, k.scopes, k.rate_limit, k.expires_at, k.mode from api_key k
      where k.hash = key_hash and k.revoked_at is null and (k.expires_at is null or k.expires_at > clock_timestamp());
  end $function$
