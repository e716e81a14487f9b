-- Rows that a hand-in with duplicates=skip leaves out, decided with the batch: [[seq, what it repeats], ...]. They cost nothing.

alter table chunk add column duplicates jsonb;
