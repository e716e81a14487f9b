/** Credits: every movement is one entry from one account to another, written with the balance in the same transaction. */

import { ChanceryError } from '../errors.ts';
import { isTestBatch } from './batches.ts';
import { isTestMailing } from './mailings.ts';
import type { Tx } from './open.ts';

export type Account = 'granted' | 'available' | 'reserved' | 'spent';

export interface Movement {
  organizationId: string;
  /** `grant`, `reserve`, `capture`, `release_accept`, `release_produce`, …; once for each chunk. `mail_reserve`, `mail_capture`, `mail_release`. */
  kind: string;
  from: Account;
  to: Account;
  amount: number;
  batchId?: string;
  chunkId?: string;
  mailingId?: string;
  /** Of a grant: why, and what it was ordered or paid under. */
  note?: string;
  reference?: string;
}

/**
 * Moves credits, but of a batch of specimens and of a staging account's mailing none. Throws `limit_exceeded` when the account does not hold the amount: the balance's check constraint decides,
 * so that two batches at the same instant cannot both spend the last credit.
 */
export async function moveCredits(tx: Tx, movement: Movement): Promise<void> {
  if (movement.amount === 0) return;
  const delta = (account: Account) =>
    (movement.to === account ? movement.amount : 0) - (movement.from === account ? movement.amount : 0);
  const { rowCount } = await tx.query(
    `update credit_balance set available = available + $2, reserved = reserved + $3, spent = spent + $4
     where organization_id = $1 and available + $2 >= 0 and reserved + $3 >= 0 and spent + $4 >= 0
       and not exists (select 1 from batch where batch.id = $5 and batch.test)
       and not exists (select 1 from mailing where mailing.id = $6 and mailing.test)`,
    [
      movement.organizationId,
      delta('available'),
      delta('reserved'),
      delta('spent'),
      movement.batchId ?? null,
      movement.mailingId ?? null,
    ],
  );
  if (rowCount === 0) {
    if (movement.batchId !== undefined && (await isTestBatch(tx, movement.batchId))) return;
    if (movement.mailingId !== undefined && (await isTestMailing(tx, movement.mailingId))) return;
    const { available } = await readBalance(tx, movement.organizationId);
    throw new ChanceryError('limit_exceeded', 'not enough credits', {
      details: { limit: 'credits', needed: movement.amount, available },
    });
  }
  await tx.query(
    `insert into ledger_entry (organization_id, batch_id, chunk_id, kind, debit, credit, amount, note, reference, mailing_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      movement.organizationId,
      movement.batchId ?? null,
      movement.chunkId ?? null,
      movement.kind,
      movement.from,
      movement.to,
      movement.amount,
      movement.note ?? null,
      movement.reference ?? null,
      movement.mailingId ?? null,
    ],
  );
}

export async function readBalance(
  tx: Tx,
  organizationId: string,
): Promise<{ available: number; reserved: number; spent: number }> {
  const { rows } = await tx.query<{ available: number; reserved: number; spent: number }>(
    'select available, reserved, spent from credit_balance where organization_id = $1',
    [organizationId],
  );
  return rows[0] ?? { available: 0, reserved: 0, spent: 0 };
}

/** Credits that are set aside for a mailing. */
export async function readReserved(tx: Tx, organizationId: string, mailingId: string): Promise<number> {
  const { rows } = await tx.query<{ reserved: number }>(
    `select coalesce(sum(case when credit = 'reserved' then amount when debit = 'reserved' then -amount else 0 end), 0)::int8 as reserved
     from ledger_entry where organization_id = $1 and mailing_id = $2`,
    [organizationId, mailingId],
  );
  return rows[0]?.reserved ?? 0;
}

export interface LedgerRow {
  id: number;
  kind: string;
  from: Account;
  to: Account;
  amount: number;
  batchId: string | null;
  mailingId: string | null;
  note: string | null;
  reference: string | null;
  at: Date;
}

const columns = `id, kind, debit as "from", credit as "to", amount, batch_id as "batchId", mailing_id as "mailingId", note, reference, at`;

export interface LedgerFilter {
  batchId?: string;
  kind?: string;
  limit: number;
  offset: number;
}

/** Newest first. */
export async function listLedger(
  tx: Tx,
  organizationId: string,
  filter: LedgerFilter,
): Promise<{ entries: LedgerRow[]; total: number }> {
  const where = 'organization_id = $1 and ($2::uuid is null or batch_id = $2) and ($3::text is null or kind = $3)';
  const values = [organizationId, filter.batchId ?? null, filter.kind ?? null];
  const { rows } = await tx.query<LedgerRow>(
    `select ${columns} from ledger_entry where ${where} order by id desc limit $4 offset $5`,
    [...values, filter.limit, filter.offset],
  );
  const counted = await tx.query<{ total: number }>(
    `select count(*)::int as total from ledger_entry where ${where}`,
    values,
  );
  return { entries: rows, total: counted.rows[0]?.total ?? 0 };
}

/** Whoever grants waits here for the others, so that of two under one reference the second sees the first. False without an account. */
export async function lockBalance(tx: Tx, organizationId: string): Promise<boolean> {
  const { rowCount } = await tx.query('select from credit_balance where organization_id = $1 for update', [
    organizationId,
  ]);
  return rowCount === 1;
}

export async function findGrant(tx: Tx, organizationId: string, reference: string): Promise<LedgerRow | undefined> {
  const { rows } = await tx.query<LedgerRow>(
    `select ${columns} from ledger_entry where organization_id = $1 and reference = $2`,
    [organizationId, reference],
  );
  return rows[0];
}
