-- Credits: a double-entry ledger; every entry moves an amount from one account to another.

create table credit_balance (
  organization_id uuid primary key references organization,
  available bigint not null default 0 check (available >= 0),
  reserved bigint not null default 0 check (reserved >= 0),
  spent bigint not null default 0 check (spent >= 0)
);

create table ledger_entry (
  id bigint generated always as identity primary key,
  organization_id uuid not null references organization,
  batch_id uuid references batch,
  chunk_id uuid references chunk,
  kind text not null,
  debit text not null check (debit in ('granted', 'available', 'reserved', 'spent')),
  credit text not null check (credit in ('granted', 'available', 'reserved', 'spent')),
  amount bigint not null check (amount > 0),
  at timestamptz not null default clock_timestamp(),
  check (debit <> credit)
);
create index on ledger_entry (organization_id, id desc);
-- One charge and one return for each chunk, whatever is run twice.
create unique index ledger_entry_once on ledger_entry (chunk_id, kind) where chunk_id is not null;
