/** What a person, or the carrier long after, says of a print run; whoever held it loses it. */

import type { Status } from '../domain/lifecycle.ts';
import { recordEvent } from './events.ts';
import type { Tx } from './open.ts';
import { mayBecome } from './transition.ts';

export interface RunDecision {
  organizationId: string;
  id: string;
  from: readonly Status<'print_run'>[];
  to: Extract<Status<'print_run'>, 'submitted' | 'deferred' | 'printed' | 'failed' | 'cancelled'>;
  response: string;
  actor: string;
}

/** False when it is in none of the statuses `from`. */
export async function decideRun(tx: Tx, decision: RunDecision): Promise<boolean> {
  const { organizationId, id, from, to, response, actor } = decision;
  const { rowCount } = await tx.query(
    `update print_run set status = $3, response = $4, run = null, next_attempt_at = case when $3 = 'deferred' then clock_timestamp() end,
       sent_at = case when $3 = 'submitted' then clock_timestamp() else sent_at end, updated_at = clock_timestamp()
     where organization_id = $1 and id = $2 and status = any($5) and ${mayBecome('print_run', to)}`,
    [organizationId, id, to, response.slice(0, 500), from],
  );
  if (rowCount === 0) return false;
  const data = { response: response.slice(0, 500) };
  await recordEvent(tx, { organizationId, subject: 'print_run', subjectId: id, kind: `print_run.${to}`, actor, data });
  return true;
}

/** One that waits for its next attempt waits no longer; false where none does. */
export async function hurryRun(tx: Tx, organizationId: string, id: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update print_run set next_attempt_at = clock_timestamp() where organization_id = $1 and id = $2 and status = 'deferred'`,
    [organizationId, id],
  );
  return rowCount === 1;
}
