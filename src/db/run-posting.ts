/** A print run on its way to its carrier: the intent is committed before anything irreversible is done, and only the attempt that holds it says what became of it. */

import type { Status } from '../domain/lifecycle.ts';
import { recordEvent } from './events.ts';
import type { Tx } from './open.ts';
import { type PrintRunRow, runColumns } from './print-runs.ts';
import { mayBecome } from './transition.ts';

/** Which run, and which attempt at it. */
export interface HeldRun {
  organizationId: string;
  id: string;
  /** Of the attempt. */
  run: string;
  /** The job that makes the attempt; null: whichever. Another than the newest gets nothing. */
  job: number | null;
}

/** Of a job that is put in line now: what was in line before does nothing any more. */
export async function numberPostJob(tx: Tx, organizationId: string, id: string): Promise<number> {
  const { rows } = await tx.query<{ number: number }>(
    'update print_run set post_job = post_job + 1 where organization_id = $1 and id = $2 returning post_job as number',
    [organizationId, id],
  );
  return rows[0]?.number as number;
}

/** `value` is the place of the job among the values. */
const isNewest = (value: string) => `(${value}::int is null or post_job = ${value})`;

/** One that was to be printed when a backup was made, which is restored now, may have been: a person says whether the carrier has it. */
export async function holdRun(tx: Tx, { organizationId, id }: HeldRun): Promise<void> {
  await tx.query(
    `update print_run set status = 'unknown', run = null, next_attempt_at = null, response = 'a backup was restored: it may have been printed before',
       updated_at = clock_timestamp()
     where organization_id = $1 and id = $2 and held and ${mayBecome('print_run', 'unknown')}`,
    [organizationId, id],
  );
}

/** What an attempt that died left as `sending` may be with the carrier or not. */
export async function markRunUnknown(tx: Tx, { organizationId, id, run, job }: HeldRun): Promise<void> {
  await tx.query(
    `update print_run set status = 'unknown', next_attempt_at = clock_timestamp(), response = 'the program stopped while it was given to the carrier',
       updated_at = clock_timestamp()
     where organization_id = $1 and id = $2 and run <> $3 and ${isNewest('$4')} and ${mayBecome('print_run', 'unknown')}`,
    [organizationId, id, run, job],
  );
}

/** Takes a run whose outcome is not known, to ask the carrier about it; undefined where nobody may ask now. */
export async function takeUnknownRun(
  tx: Tx,
  { organizationId, id, run, job }: HeldRun,
): Promise<PrintRunRow | undefined> {
  const { rows } = await tx.query<PrintRunRow>(
    `update print_run set run = $3, updated_at = clock_timestamp()
     where organization_id = $1 and id = $2 and status = 'unknown' and next_attempt_at <= clock_timestamp() and ${isNewest('$4')}
     returning ${runColumns}`,
    [organizationId, id, run, job],
  );
  return rows[0];
}

/** The intent: from now on the carrier may have it. Undefined when there is nothing to send, or not yet. */
export async function claimRun(tx: Tx, { organizationId, id, run, job }: HeldRun): Promise<PrintRunRow | undefined> {
  const { rows } = await tx.query<PrintRunRow>(
    `update print_run set status = 'sending', run = $3, attempts = attempts + 1, carrier_reference = null, next_attempt_at = null, updated_at = clock_timestamp()
     where organization_id = $1 and id = $2 and ${mayBecome('print_run', 'sending')} and not held and coalesce(next_attempt_at <= clock_timestamp(), true)
       and ${isNewest('$4')} returning ${runColumns}`,
    [organizationId, id, run, job],
  );
  return rows[0];
}

/** What the carrier calls it, kept before it gets the file; false when the attempt has lost the run, and must send nothing. */
export async function noteReference(tx: Tx, held: HeldRun, reference: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update print_run set carrier_reference = $4, updated_at = clock_timestamp()
     where organization_id = $1 and id = $2 and run = $3 and status = 'sending'`,
    [held.organizationId, held.id, held.run, reference],
  );
  return rowCount === 1;
}

export interface RunResult {
  to: Extract<Status<'print_run'>, 'submitted' | 'deferred' | 'unknown'>;
  response: string;
  /** Undefined: as it is. */
  reference?: string;
  /** Null: never by itself. */
  retryInSeconds: number | null;
}

/** False when another attempt holds it by now. */
export async function settleRun(tx: Tx, held: HeldRun, result: RunResult): Promise<boolean> {
  const { organizationId, id, run } = held;
  const { to, response, reference, retryInSeconds } = result;
  const { rowCount } = await tx.query(
    `update print_run set status = $4, response = $5, carrier_reference = coalesce($6, carrier_reference), next_attempt_at = clock_timestamp() + make_interval(secs => $7),
       sent_at = case when $4 = 'submitted' then clock_timestamp() else sent_at end, updated_at = clock_timestamp()
     where organization_id = $1 and id = $2 and run = $3 and (${mayBecome('print_run', to)} or status = 'unknown' and $4 = 'unknown')`,
    [organizationId, id, run, to, response.slice(0, 500), reference ?? null, retryInSeconds],
  );
  if (rowCount === 0) return false;
  const data = { response: response.slice(0, 500) };
  await recordEvent(tx, {
    organizationId,
    subject: 'print_run',
    subjectId: id,
    kind: `print_run.${to}`,
    actor: 'system',
    data,
  });
  return true;
}

/** Seconds until the run is to be looked at again; null when nothing will happen by itself, or another job sees to it. */
export async function runDueIn(tx: Tx, { organizationId, id, job }: HeldRun): Promise<number | null> {
  const { rows } = await tx.query<{ seconds: number }>(
    `select greatest(0, coalesce(extract(epoch from next_attempt_at - clock_timestamp()), 0))::float8 as seconds from print_run
     where organization_id = $1 and id = $2 and (status in ('composed', 'deferred') or status = 'unknown' and next_attempt_at is not null)
       and ${isNewest('$3')}`,
    [organizationId, id, job],
  );
  return rows[0]?.seconds ?? null;
}
