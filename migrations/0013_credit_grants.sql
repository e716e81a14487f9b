-- Credits that somebody grants say why, and under which reference: the same grant made twice counts once.

alter table ledger_entry add column note text, add column reference text;
create unique index ledger_entry_reference on ledger_entry (organization_id, reference) where reference is not null;
create index ledger_entry_batch on ledger_entry (batch_id, id desc) where batch_id is not null;
