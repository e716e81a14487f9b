/** The end of a quarantine: numbers that may have been given out after the backup are passed over, and what may have left before is not sent again by itself. As owner. */

import type { InstanceMark } from '../domain/quarantine.ts';
import { instanceChannel } from './instance.ts';
import type { Tx } from './open.ts';
import { mayBecome } from './transition.ts';

/** How far the counters are moved beyond where the installation is known to have been: more than it can have done since the mark was written. */
const margins = { references: 1_000_000_000, sequences: 1_000_000, mailSerials: 50_000, statusVersions: 1_000_000 };

/** Counters go on behind everything that was given out before; `mark` is the highest one known. */
export async function passOverNumbers(tx: Tx, mark: InstanceMark | undefined): Promise<void> {
  await tx.query('update instance set next_reference = greatest(next_reference, $1) + $2', [
    mark?.nextReference ?? 0,
    margins.references,
  ]);
  await tx.query(
    `select setval(format('public.%I', sequencename)::regclass, greatest(coalesce(last_value, 0), coalesce(($1::jsonb ->> sequencename)::bigint, 0)) + $2)
     from pg_sequences where schemaname = 'public'`,
    [JSON.stringify(mark?.sequences ?? {}), margins.sequences],
  );
  // Serial numbers count as taken now, so that none is used again within 45 days.
  await tx.query(
    `with moved as (
       insert into mail_serial as known (mailer_id, next) select key, value::bigint + $2 from jsonb_each_text($1::jsonb)
       on conflict (mailer_id) do update set next = greatest(known.next, excluded.next) returning mailer_id, next)
     insert into mail_serial_range (mailer_id, first, last)
     select moved.mailer_id, coalesce(before.next, 0), moved.next - 1 from moved left join mail_serial before on before.mailer_id = moved.mailer_id
     where moved.next > coalesce(before.next, 0) on conflict do nothing`,
    [JSON.stringify(mark?.mailSerials ?? {}), margins.mailSerials],
  );
  // Their places may be taken; the next certificate opens a new list.
  await tx.query('update status_list set next_position = capacity, version = version + $1', [margins.statusVersions]);
}

/** What opens wallets once may have been used since. */
export async function closeWallets(tx: Tx): Promise<void> {
  await tx.query(
    'update wallet_link set superseded_at = clock_timestamp() where used_at is null and superseded_at is null',
  );
  await tx.query('update wallet_session set ended_at = clock_timestamp() where ended_at is null');
}

/** Paper is never sent twice by itself: runs that were not with their carrier wait for a person, and so do those of mailings still to be sorted. */
export async function holdPrinting(tx: Tx): Promise<void> {
  await tx.query(`update mailing set print_held = true where status in ('submitted', 'received', 'printing')`);
  await tx.query(
    `update print_run set held = true where status in ('planned', 'composed', 'deferred', 'sending', 'unknown')`,
  );
}

/** Mail that is open in the backup, or comes of batches under way in it, is held. Gives the chunks whose sums must be made anew. */
export async function holdMail(tx: Tx): Promise<string[]> {
  const response = 'held: a backup was restored, and it may have been sent before';
  await tx.query(`update batch set mail_held = true where completed_at is null`);
  await tx.query(
    `update delivery set status = 'unknown', run = null, next_attempt_at = null where status = 'sending' and ${mayBecome('delivery', 'unknown')}`,
  );
  const { rows } = await tx.query<{ chunkId: string }>(
    `with held as (
       update delivery set status = 'held', response = $1, next_attempt_at = null, updated_at = clock_timestamp()
       where ${mayBecome('delivery', 'held')} returning chunk_id)
     select distinct chunk_id as "chunkId" from held`,
    [response],
  );
  await tx.query(
    `update notice set status = 'unknown', run = null where status = 'sending' and ${mayBecome('notice', 'unknown')}`,
  );
  await tx.query(
    `update notice set status = 'cancelled', response = $1, next_attempt_at = null, updated_at = clock_timestamp() where ${mayBecome('notice', 'cancelled')}`,
    [response],
  );
  return rows.map(({ chunkId }) => chunkId);
}

/** Places of one chunk and channel whose mail is to be sent. */
export interface ReleasedMail {
  organizationId: string;
  batchId: string;
  chunkId: string;
  channel: string;
  seqs: number[];
}

/** New mail of these batches is not held any more. */
export async function endHolding(tx: Tx): Promise<void> {
  await tx.query('update batch set mail_held = false where mail_held');
}

/** Held mail of so many chunks is put in line again, organization by organization; none when there is no more. */
export async function releaseMail(tx: Tx, chunks: number): Promise<ReleasedMail[]> {
  const { rows } = await tx.query<ReleasedMail>(
    `with chosen as (select distinct chunk_id from delivery where status = 'held' order by chunk_id limit $1),
     released as (
       update delivery set status = 'queued', response = null, updated_at = clock_timestamp()
       where status = 'held' and ${mayBecome('delivery', 'queued')} and chunk_id in (select chunk_id from chosen)
       returning organization_id, batch_id, chunk_id, channel, seq)
     select organization_id as "organizationId", batch_id as "batchId", chunk_id as "chunkId", channel, array_agg(seq order by seq) as seqs
     from released group by organization_id, batch_id, chunk_id, channel order by organization_id, batch_id, min(seq)`,
    [chunks],
  );
  await tx.query(
    `update chunk set status = 'produced' where id = any($1) and ${mayBecome('chunk', 'produced')} and status = 'delivered'`,
    [rows.map(({ chunkId }) => chunkId)],
  );
  return rows;
}

/** Work goes on, in every process. The epoch is beyond every one that was written before. */
export async function endQuarantine(tx: Tx, epoch: number, witness: string | null): Promise<void> {
  await tx.query(
    `update instance set quarantined_at = null, quarantine_reason = null, restored_at = clock_timestamp(), witness = $2,
       epoch = greatest(epoch, $1) + 1, epoch_at = clock_timestamp()`,
    [epoch, witness],
  );
  await tx.query('select pg_notify($1, $2)', [instanceChannel, 'quarantine']);
}
