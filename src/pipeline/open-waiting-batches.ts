/** Asks the signatories of batches that began to wait under a release that knew no approvals; any number of processes may do so at once. */

import type { App } from '../app.ts';
import { listUnaskedBatches, readApprovals, type UnaskedBatch } from '../db/approvals.ts';
import { lockBatch } from '../db/batches.ts';
import { loadBatchSpec } from './batch-spec.ts';
import { waitForApproval } from './wait-for-approval.ts';

/** Call it when the server starts; a batch that cannot be opened holds up neither the server nor the others. Migration 0017 has bound them to their content. */
export async function openWaitingBatches(app: App): Promise<void> {
  for (const batch of await app.db.owner(listUnaskedBatches))
    await openBatch(app, batch).catch((error: Error) =>
      app.log.error({ ...batch, error: error.message }, 'signatories could not be asked'),
    );
}

async function openBatch(app: App, batch: UnaskedBatch): Promise<void> {
  const { organizationId, batchId } = batch;
  const loaded = await loadBatchSpec(app, batch);
  await app.db.organization(organizationId, async (tx) => {
    const status = await lockBatch(tx, organizationId, batchId);
    const approvals = await readApprovals(tx, organizationId, batchId);
    if (status === 'waiting_for_approval' && approvals.length === 0) await waitForApproval(app, tx, batch, loaded);
  });
}
