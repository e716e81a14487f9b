/** What an operator must know of a restored database before it may let anything out: how far behind it is, and what it would send. */

import type { App } from '../../app.ts';
import { readInstance } from '../../db/instance.ts';
import { type Outstanding, readOutstanding } from '../../db/quarantine-report.ts';
import { type QuarantineReason, quarantineReasons } from '../../domain/quarantine.ts';
import { readMark } from './instance-mark.ts';

export interface Reconciliation {
  /** Null outside a quarantine. */
  quarantine: { reason: QuarantineReason; sentence: string; since: string } | null;
  /** When the database was last known to be at work, and when the installation was. */
  database: { epoch: number; at: string | null };
  documents: { epoch: number; at: string } | null;
  /** Seconds of work that the database does not know of. */
  behindSeconds: number | null;
  /** Reference ids that were given out since, at least. */
  lostReferences: number | null;
  outstanding: Outstanding;
}

export async function reconcile(app: App): Promise<Reconciliation> {
  const found = await readMark(app);
  const mark = typeof found === 'object' ? found : null;
  const { state, outstanding } = await app.db.owner(async (tx) => ({
    state: await readInstance(tx),
    outstanding: await readOutstanding(tx),
  }));
  const { reason, since, epoch, epochAt } = state;
  const isAhead = mark !== null && mark.epoch > epoch && epochAt !== null;
  return {
    quarantine: reason && since ? { reason, sentence: quarantineReasons[reason], since: since.toISOString() } : null,
    database: { epoch, at: epochAt?.toISOString() ?? null },
    documents: mark && { epoch: mark.epoch, at: mark.at },
    behindSeconds: isAhead ? Math.round((Date.parse(mark.at) - epochAt.getTime()) / 1_000) : null,
    lostReferences: isAhead ? Math.max(0, mark.nextReference - state.nextReference) : null,
    outstanding,
  };
}
