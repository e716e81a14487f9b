/** Moves one row to a status by the lifecycle table: one guarded statement, its event in the same transaction. Bulk statements take their guard from here. */

import { type Status, type Subject, sourcesOf } from '../domain/lifecycle.ts';
import { ChanceryError } from '../errors.ts';
import { recordEvent } from './events.ts';
import type { Tx } from './open.ts';

export interface Transition<S extends Subject> {
  organizationId: string;
  subject: S;
  id: string;
  to: Status<S>;
  actor: string;
  data?: Record<string, unknown>;
  /** Of a batch that is final with it. */
  completes?: boolean;
}

const tables: Record<Subject, string> = {
  batch: 'batch',
  chunk: 'chunk',
  item: 'item',
  delivery: 'delivery',
  approval: 'approval',
  notice: 'notice',
  webhook_endpoint: 'webhook_endpoint',
  webhook_delivery: 'webhook_delivery',
  mail_document: 'mail_document',
  mailing: 'mailing',
  mail_job: 'mail_job',
  mail_piece: 'mail_piece',
  print_run: 'print_run',
};

/** Moves one row to a status; false when it was not in a status that allows it (someone else was first). */
export async function tryTransition<S extends Subject>(tx: Tx, change: Transition<S>): Promise<boolean> {
  const also = change.subject === 'chunk' ? '' : ', updated_at = clock_timestamp()';
  const { rowCount } = await tx.query(
    `update ${tables[change.subject]} set status = $1${also}${change.completes ? ', completed_at = clock_timestamp()' : ''}
     where id = $2 and organization_id = $3 and status = any($4)`,
    [change.to, change.id, change.organizationId, sourcesOf(change.subject, change.to)],
  );
  if (rowCount === 0) return false;
  const { organizationId, subject, actor } = change;
  await recordEvent(tx, {
    organizationId,
    subject,
    actor,
    subjectId: change.id,
    kind: `${change.subject}.${change.to}`,
    data: change.data ?? {},
  });
  return true;
}

/** As `tryTransition`, but being too late is an error. */
export async function transition<S extends Subject>(tx: Tx, change: Transition<S>): Promise<void> {
  if (await tryTransition(tx, change)) return;
  throw new ChanceryError('illegal_transition', `this ${change.subject} cannot become ${change.to} now`, {
    details: { id: change.id, to: change.to },
  });
}

/** `status in (...)` of the rows a bulk statement may move to `to`, for the statements that move a chunk's rows at once. */
export function mayBecome<S extends Subject>(subject: S, to: Status<S>): string {
  return `status in (${sourcesOf(subject, to)
    .map((status) => `'${status}'`)
    .join(', ')})`;
}
