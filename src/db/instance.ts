/** The installation's one row: the secret behind reference ids and the next free position. */

import type { Tx } from './open.ts';

/** As owner, at start: makes the row if there is none. */
export async function ensureInstance(tx: Tx, newSecret: Uint8Array): Promise<void> {
  await tx.query('insert into instance (reference_secret) values ($1) on conflict do nothing', [newSecret]);
}

/** Positions are given out once; the row is locked until commit, so take them late in the transaction. */
export async function takeReferencePositions(tx: Tx, count: number): Promise<number> {
  const { rows } = await tx.query<{ first: number }>(
    'update instance set next_reference = next_reference + $1 returning next_reference - $1 as first',
    [count],
  );
  return rows[0]?.first as number;
}

export async function readReferenceSecret(tx: Tx): Promise<Buffer> {
  return (await tx.query<{ secret: Buffer }>('select reference_secret as secret from instance')).rows[0]
    ?.secret as Buffer;
}
