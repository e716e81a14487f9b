/** An organization's credits: what there is, and every movement that led there. */

import type { App } from '../../app.ts';
import { type LedgerFilter, type LedgerRow, listLedger, readBalance } from '../../db/ledger.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { isUuid } from '../../domain/uuid.ts';

export interface Credits {
  available: number;
  reserved: number;
  spent: number;
  /** Newest first. */
  ledger: LedgerRow[];
  /** Entries that fit the filter. */
  total: number;
}

/** Balance and a page of the ledger, read together; a batch nobody knows has no entries. Specimens cost nothing, so a test key has none. */
export async function getCredits(app: App, actor: Actor, filter: LedgerFilter): Promise<Credits> {
  requirePermission(actor, 'credits:view');
  const { organizationId } = actor;
  return app.db.organization(organizationId, async (tx) => {
    const balance = await readBalance(tx, organizationId);
    const nowhere =
      actor.test || (filter.batchId && !isUuid(filter.batchId)) || (filter.kind && !/^\w+$/.test(filter.kind));
    const { entries, total } = nowhere ? { entries: [], total: 0 } : await listLedger(tx, organizationId, filter);
    return { ...balance, ledger: entries, total };
  });
}
