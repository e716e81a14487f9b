/** Credits: every movement is one entry from one account to another, written with the balance in the same transaction. */

import { ChanceryError } from '../errors.ts';
import type { Tx } from './open.ts';

export type Account = 'granted' | 'available' | 'reserved' | 'spent';

export interface Movement {
  organizationId: string;
  /** `grant`, `reserve`, `capture`, `release_accept`, `release_produce`, …; once for each chunk. */
  kind: string;
  from: Account;
  to: Account;
  amount: number;
  batchId?: string;
  chunkId?: string;
}

/**
 * Moves credits. Throws `limit_exceeded` when the account does not hold the amount: the balance's check constraint decides,
 * so that two batches at the same instant cannot both spend the last credit.
 */
export async function moveCredits(tx: Tx, movement: Movement): Promise<void> {
  if (movement.amount === 0) return;
  const delta = (account: Account) =>
    (movement.to === account ? movement.amount : 0) - (movement.from === account ? movement.amount : 0);
  const { rowCount } = await tx.query(
    `update credit_balance set available = available + $2, reserved = reserved + $3, spent = spent + $4
     where organization_id = $1 and available + $2 >= 0 and reserved + $3 >= 0 and spent + $4 >= 0`,
    [movement.organizationId, delta('available'), delta('reserved'), delta('spent')],
  );
  if (rowCount === 0) {
    const { available } = await readBalance(tx, movement.organizationId);
    throw new ChanceryError('limit_exceeded', 'not enough credits', {
      details: { limit: 'credits', needed: movement.amount, available },
    });
  }
  await tx.query(
    `insert into ledger_entry (organization_id, batch_id, chunk_id, kind, debit, credit, amount) values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      movement.organizationId,
      movement.batchId ?? null,
      movement.chunkId ?? null,
      movement.kind,
      movement.from,
      movement.to,
      movement.amount,
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
