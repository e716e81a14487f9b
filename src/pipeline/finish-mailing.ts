/** The end of a mailing: none of its print runs is open any more. The caller holds its lock. */

import type { Tx } from '../db/open.ts';
import { hasOpenRuns } from '../db/print-runs.ts';
import { tryTransition } from '../db/transition.ts';

/** Does nothing while a run is under way, its outcome is not known, or the mailing is not in print. */
export async function finishMailing(tx: Tx, organizationId: string, id: string): Promise<void> {
  if (await hasOpenRuns(tx, organizationId, id)) return;
  await tryTransition(tx, {
    organizationId,
    subject: 'mailing',
    id,
    to: 'completed',
    actor: 'system',
    completes: true,
  });
}
