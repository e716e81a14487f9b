/** A bound on how long a transaction's statements may run, for questions whose cost depends on what somebody typed. */

import { ChanceryError } from '../errors.ts';
import { isCutOff } from './connection.ts';
import type { Tx } from './open.ts';

/** For the rest of the transaction. A statement that runs longer is cut off; see `isTimeout`. */
export async function limitTime(tx: Tx, seconds: number): Promise<void> {
  await tx.query(`set local statement_timeout = ${Math.round(seconds * 1_000)}`);
}

/** Whether the fault, as a transaction throws it, is that a statement ran into its limit. */
export const isTimeout = (error: unknown): boolean =>
  error instanceof ChanceryError && error.cause !== undefined && isCutOff(error.cause);
