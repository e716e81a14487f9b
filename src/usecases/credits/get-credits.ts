/** An organization's credits. */

import type { App } from '../../app.ts';
import { readBalance } from '../../db/ledger.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';

export async function getCredits(
  app: App,
  actor: Actor,
): Promise<{ available: number; reserved: number; spent: number }> {
  requirePermission(actor, 'credits:view');
  return app.db.organization(actor.organizationId, (tx) => readBalance(tx, actor.organizationId));
}
