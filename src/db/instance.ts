/** The installation's one row: the secret behind reference ids, the next free position, its epoch, and whether it is in quarantine. */

import type { InstanceMark, InstanceState, QuarantineReason } from '../domain/quarantine.ts';
import { quarantineReasons } from '../domain/quarantine.ts';
import { ChanceryError } from '../errors.ts';
import type { Tx } from './open.ts';

/** Tells every process to look at the installation's row and at the schema's number. */
export const instanceChannel = 'chancery_instance';

/** As owner, at start: makes the row if there is none. */
export async function ensureInstance(tx: Tx, newSecret: Uint8Array): Promise<void> {
  await tx.query('insert into instance (reference_secret) values ($1) on conflict do nothing', [newSecret]);
}

/** Positions are given out once; the row is locked until commit, so take them late in the transaction. Throws `not_ready` in quarantine. */
export async function takeReferencePositions(tx: Tx, count: number): Promise<number> {
  const { rows } = await tx.query<{ first: number }>(
    'update instance set next_reference = next_reference + $1 where quarantined_at is null returning next_reference - $1 as first',
    [count],
  );
  if (!rows[0]) throw inQuarantine();
  return rows[0].first;
}

export const inQuarantine = () =>
  new ChanceryError(
    'not_ready',
    'this installation is in quarantine after a backup was restored; nothing is changed or sent until its operator ends it',
  );

export async function readReferenceSecret(tx: Tx): Promise<Buffer> {
  return (await tx.query<{ secret: Buffer }>('select reference_secret as secret from instance')).rows[0]
    ?.secret as Buffer;
}

/** As any role; only the owner sees whether it is used. */
export const instanceState = `select installation, epoch, epoch_at as "epochAt", next_reference as "nextReference", witness, quarantine_reason as reason, quarantined_at as since,
  (select max(number) from chancery_migration) as schema, exists (select from organization) as "isUsed" from instance`;

export async function readInstance(tx: Pick<Tx, 'query'>): Promise<InstanceState> {
  const { rows } = await tx.query<InstanceState>(instanceState);
  if (!rows[0]) throw new ChanceryError('internal', 'the installation has no row');
  return rows[0];
}

/** False when it was in quarantine before. As any role. */
export async function beginQuarantine(tx: Pick<Tx, 'query'>, reason: QuarantineReason): Promise<boolean> {
  if (!Object.hasOwn(quarantineReasons, reason)) throw new ChanceryError('internal', `no such reason: ${reason}`);
  const { rowCount } = await tx.query(
    `update instance set quarantined_at = clock_timestamp(), quarantine_reason = $1 where quarantined_at is null`,
    [reason],
  );
  if (rowCount > 0) await tx.query('select pg_notify($1, $2)', [instanceChannel, 'quarantine']);
  return rowCount > 0;
}

/** At once, or once some seconds have passed since it rose last; gives what is to be written beside the documents. Undefined where another process was faster, and in quarantine. As owner. */
export async function advanceEpoch(tx: Tx, afterSeconds: number): Promise<InstanceMark | undefined> {
  const { rows } = await tx.query<Omit<InstanceMark, 'sequences' | 'mailSerials'>>(
    `update instance set epoch = epoch + 1, epoch_at = clock_timestamp()
     where quarantined_at is null and (epoch_at is null or epoch_at <= clock_timestamp() - make_interval(secs => $1))
     returning installation, epoch, to_char(epoch_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at, next_reference as "nextReference"`,
    [afterSeconds],
  );
  return rows[0] && { ...rows[0], ...(await readCounters(tx)) };
}

/** What counts on beside the references. */
async function readCounters(tx: Tx): Promise<Pick<InstanceMark, 'sequences' | 'mailSerials'>> {
  const { rows } = await tx.query<Pick<InstanceMark, 'sequences' | 'mailSerials'>>(
    `select (select jsonb_object_agg(sequencename, coalesce(last_value, 0)) from pg_sequences where schemaname = 'public') as sequences,
       (select coalesce(jsonb_object_agg(mailer_id, next), '{}') from mail_serial) as "mailSerials"`,
  );
  return rows[0] as Pick<InstanceMark, 'sequences' | 'mailSerials'>;
}

export async function keepWitness(tx: Tx, witness: string): Promise<void> {
  await tx.query('update instance set witness = $1 where witness is null', [witness]);
}
