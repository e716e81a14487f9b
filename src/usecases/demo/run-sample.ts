/** The demo's sample batch: handed in once, then watched until it is done. */

import { createReadStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '../../app.ts';
import { localActor } from '../../domain/permissions.ts';
import type { ColumnNames } from '../../ingest/columns.ts';
import { csvSource } from '../batches/batch-source.ts';
import { createBatch } from '../batches/create-batch.ts';
import { getBatch } from '../batches/get-batch.ts';
import { listBatches } from '../batches/list-batches.ts';

const file = new URL('../../../templates/demo/graduation.csv', import.meta.url);

const columnNames: ColumnNames = {
  name: ['RecipientsName'],
  email: ['RecipientsEmail'],
  issueDate: ['IssueDate'],
  expiryDate: ['ExpiryDate'],
  dateFormat: 'DD-MM-YYYY',
  exactCase: true,
};

/** Does nothing when the organization has a finished batch; `show` is told of every step. */
export async function runSample(
  app: App,
  organizationId: string,
  templateId: string,
  show: (done: number, total: number) => void,
): Promise<boolean> {
  const actor = localActor(organizationId);
  const { batches, total } = await listBatches(app, actor, { limit: 1, offset: 0 });
  const [newest] = batches;
  if (newest && (newest.completedAt || total > 1)) return false;
  const id =
    newest?.id ??
    (await createBatch(app, actor, {
      name: 'Sample: graduation',
      templateId,
      source: csvSource(createReadStream(file), columnNames),
    }));
  for (;;) {
    const batch = await getBatch(app, actor, id);
    show(batch.issued + batch.failed, batch.total);
    if (batch.completedAt) return true;
    await sleep(100);
  }
}
