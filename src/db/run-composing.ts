/** A print run on its way to its files: taken by an attempt, completed by the attempt and revision that made them, or thrown back because pieces left it. */

import type { Status } from '../domain/lifecycle.ts';
import { recordEvent } from './events.ts';
import type { Tx } from './open.ts';
import { type PrintRunRow, type RunFiles, runColumns } from './print-runs.ts';
import { mayBecome } from './transition.ts';

/** Takes a planned run; undefined when it is past that. Its death is counted in advance and taken back when the attempt ends in order. */
export async function takeRun(tx: Tx, organizationId: string, id: string): Promise<PrintRunRow | undefined> {
  const { rows } = await tx.query<PrintRunRow>(
    `update print_run set attempt = attempt + 1, deaths = deaths + 1, updated_at = clock_timestamp()
     where organization_id = $1 and id = $2 and status = 'planned' returning ${runColumns}`,
    [organizationId, id],
  );
  return rows[0];
}

/** The attempt ended by an ordinary error, perhaps because another holds the run by now: it was no death. */
export async function forgiveRun(tx: Tx, { organizationId, id }: PrintRunRow): Promise<void> {
  await tx.query('update print_run set deaths = greatest(deaths - 1, 0) where organization_id = $1 and id = $2', [
    organizationId,
    id,
  ]);
}

/** The fence: false when another attempt holds the run by now, or pieces have left it; the caller must then roll back. It may be posted after `waitSeconds`. */
export async function completeComposing(
  tx: Tx,
  run: PrintRunRow,
  files: RunFiles,
  waitSeconds: number,
): Promise<boolean> {
  const { organizationId, id, attempt, revision } = run;
  const { rowCount } = await tx.query(
    `update print_run set status = 'composed', files = $5, deaths = 0, next_attempt_at = clock_timestamp() + make_interval(secs => $6), updated_at = clock_timestamp()
     where organization_id = $1 and id = $2 and attempt = $3 and revision = $4 and ${mayBecome('print_run', 'composed')}`,
    [organizationId, id, attempt, revision, JSON.stringify(files), waitSeconds],
  );
  if (rowCount === 0) return false;
  const { pdf } = files;
  await recordEvent(tx, {
    organizationId,
    subject: 'print_run',
    subjectId: id,
    kind: 'print_run.composed',
    actor: 'system',
    data: { revision, pages: pdf.pages, sheets: pdf.sheets, sha256: pdf.sha256 },
  });
  return true;
}

/** It cannot be composed; false when another attempt holds it by now. */
export async function failComposing(tx: Tx, run: PrintRunRow, reason: string): Promise<boolean> {
  const { organizationId, id, attempt } = run;
  const { rowCount } = await tx.query(
    `update print_run set status = 'failed', response = $4, deaths = 0, updated_at = clock_timestamp()
     where organization_id = $1 and id = $2 and attempt = $3 and ${mayBecome('print_run', 'failed')}`,
    [organizationId, id, attempt, reason.slice(0, 500)],
  );
  if (rowCount === 0) return false;
  const data = { reason };
  await recordEvent(tx, {
    organizationId,
    subject: 'print_run',
    subjectId: id,
    kind: 'print_run.failed',
    actor: 'system',
    data,
  });
  return true;
}

/**
 * After pieces of it were cancelled: what was composed is not sent, it is composed anew, or cancelled when none is left. The caller enqueues
 * `compose` of one that is planned and `needsJob`: one that was planned before is in line already, and a second job would only take it from the first.
 * Undefined when it is too late: the carrier has it, or may have it; the caller must then roll back.
 */
export async function reviseRun(
  tx: Tx,
  organizationId: string,
  id: string,
): Promise<{ status: 'planned' | 'cancelled'; needsJob: boolean } | undefined> {
  const before = await tx.query<{ status: Status<'print_run'> }>(
    'select status from print_run where organization_id = $1 and id = $2 for no key update',
    [organizationId, id],
  );
  const { rows } = await tx.query<{ status: 'planned' | 'cancelled' }>(
    `update print_run set revision = revision + 1, files = null, next_attempt_at = null, run = null, pieces = left_in.pieces,
       status = case when left_in.pieces = 0 then 'cancelled' else 'planned' end, updated_at = clock_timestamp()
     from (select count(*)::int as pieces from mail_piece where organization_id = $1 and run_id = $2 and status = 'accepted') left_in
     where organization_id = $1 and id = $2 and (status = 'planned' or ${mayBecome('print_run', 'planned')}) returning status`,
    [organizationId, id],
  );
  const [revised] = rows;
  return revised && { ...revised, needsJob: revised.status === 'planned' && before.rows[0]?.status !== 'planned' };
}
