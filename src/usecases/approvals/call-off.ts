/** A batch that will not be issued: whoever was still asked is not any more, and its chunks go to the belt's `reject` stage. */

import type { App } from '../../app.ts';
import { supersedeLinks } from '../../db/approval-links.ts';
import { moveApprovals, readApprovals } from '../../db/approvals.ts';
import { listAcceptedChunks } from '../../db/chunks.ts';
import { transition } from '../../db/transition.ts';
import type { Decision } from './decide.ts';

export async function callOff(
  app: App,
  { tx, turns: { organizationId, batchId, actor } }: Decision,
  data: Record<string, unknown>,
): Promise<void> {
  const open = (await readApprovals(tx, organizationId, batchId)).filter(
    ({ status }) => status === 'waiting' || status === 'pending',
  );
  await moveApprovals(tx, organizationId, open, 'void', actor, { cause: 'batch_rejected' });
  await supersedeLinks(tx, organizationId, open);
  await transition(tx, { organizationId, subject: 'batch', id: batchId, to: 'rejecting', actor, data });
  const chunks = await listAcceptedChunks(tx, organizationId, batchId);
  await app.queue.enqueue(
    tx,
    'belt',
    chunks.map(({ id }) => ({ stage: 'reject', organizationId, chunkId: id })),
  );
}
