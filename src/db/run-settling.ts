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

/** What is in the mail was printed, whoever says otherwise. */
const isMailed = `exists (select 1 from mail_piece where mail_piece.organization_id = $1 and mail_piece.run_id = $2 and mail_piece.status = 'mailed')`;

/** False when it is in none of the statuses `from`, or has pieces in the mail and would fail or be cancelled. */
export async function decideRun(tx: Tx, decision: RunDecision): Promise<boolean> {
  const { organizationId, id, from, to, response, actor } = decision;
  const { rowCount } = await tx.query(
    `update print_run set status = $3, response = $4, run = null, held = false, next_attempt_at = case when $3 = 'deferred' then clock_timestamp() end,
       sent_at = case when $3 = 'submitted' then clock_timestamp() else sent_at end, updated_at = clock_timestamp()
     where organization_id = $1 and id = $2 and status = any($5) and ${mayBecome('print_run', to)}
       and ($3 not in ('failed', 'cancelled') or not ${isMailed})`,
    [organizationId, id, to, response.slice(0, 500), from],
  );
  if (rowCount === 0) return false;
  const data = { response: response.slice(0, 500) };
  await recordEvent(tx, { organizationId, subject: 'print_run', subjectId: id, kind: `print_run.${to}`, actor, data });
  return true;
}

export async function hasMailedPieces(tx: Tx, organizationId: string, id: string): Promise<boolean> {
  const { rows } = await tx.query<{ mailed: boolean }>(`select ${isMailed} as mailed`, [organizationId, id]);
  return rows[0]?.mailed === true;
}

/** One that waits for its next attempt waits no longer; false where none does. */
export async function hurryRun(tx: Tx, organizationId: string, id: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update print_run set next_attempt_at = clock_timestamp() where organization_id = $1 and id = $2 and status = 'deferred'`,
    [organizationId, id],
  );
  return rowCount === 1;
}
