-- Deliveries: one item over one channel; the row is committed as `sending` before the irreversible act.

create table delivery (
  organization_id uuid not null,
  batch_id uuid not null,
  seq integer not null,
  item_id uuid not null,
  chunk_id uuid not null,
  channel text not null,
  -- raised by an explicit resend, which is another mail; a retry keeps it
  generation integer not null default 1,
  status text not null default 'queued',
  message_id text not null,
  -- the run that claimed it
  run uuid,
  attempts integer not null default 0,
  next_attempt_at timestamptz,
  response text,
  sent_at timestamptz,
  updated_at timestamptz not null default clock_timestamp(),
  primary key (batch_id, seq, channel, generation)
) with (fillfactor = 70);
create index on delivery (item_id);
create index on delivery (chunk_id) where status not in ('sent', 'failed', 'cancelled');

-- What the built-in catcher caught when no SMTP_URL is set. It belongs to the machine, not to a tenant.
create table caught_mail (
  id bigint generated always as identity primary key,
  message_id text not null,
  recipient text not null,
  sender text not null,
  subject text not null,
  raw bytea not null,
  received_at timestamptz not null default clock_timestamp()
);
create index on caught_mail (recipient);
