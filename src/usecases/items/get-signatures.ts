/** Who signs certificates, for those who list them. */

import type { App } from '../../app.ts';
import { type BatchSignature, readBatchSignatures } from '../../db/approvals.ts';
import type { Actor } from '../../domain/permissions.ts';

/** By batch; nothing for batches that nobody signs. The caller has shown that the items are the actor's. */
export async function getSignatures(
  app: App,
  { organizationId }: Actor,
  items: readonly { batchId: string }[],
): Promise<Map<string, BatchSignature[]>> {
  const batchIds = [...new Set(items.map(({ batchId }) => batchId))];
  if (batchIds.length === 0) return new Map();
  return app.db.organization(organizationId, async (tx) =>
    Map.groupBy(await readBatchSignatures(tx, organizationId, batchIds), ({ batchId }) => batchId),
  );
}
