/** Deliveries: claimed as `sending` before the act, settled one by one after it. */

import type { FieldValue } from '../domain/field.ts';
import type { Status } from '../domain/lifecycle.ts';
import type { ChunkRow } from './chunks.ts';
import { itemsOf } from './items.ts';
import type { Tx } from './open.ts';
import { mayBecome } from './transition.ts';

/** One delivery for each issued item of the chunk; a second run adds none. */
export async function insertDeliveries(tx: Tx, chunk: ChunkRow, channel: string, domain: string): Promise<number> {
  const { where, values } = itemsOf(chunk);
  const { rowCount } = await tx.query(
    `insert into delivery (organization_id, batch_id, seq, item_id, chunk_id, channel, message_id, status)
     select organization_id, batch_id, seq, id, chunk_id, $6, '<' || id || '.' || $6 || '.1@' || $7 || '>',
       case when (select mail_held from batch where batch.id = item.batch_id) then 'held' else 'queued' end
     from item where ${where} and status = 'issued' on conflict do nothing`,
    [...values, channel, domain],
  );
  return rowCount;
}

export interface ClaimedDelivery {
  seq: number;
  generation: number;
  messageId: string;
  attempts: number;
  itemId: string;
  referenceId: string;
  name: string;
  email: string;
  issueDate: string;
  expiryDate: string | null;
  fields: Record<string, FieldValue>;
  packKey: string;
  prefixHash: string;
  tailOffset: number;
  tailLength: number;
  /** Whether it is in a member's wallet. */
  inWallet: boolean;
  /** It was sent in full before, and the other side never said what became of it. */
  wasUnanswered: boolean;
}

/** Range of a chunk's deliveries over one channel: at most 100 by seq. */
export interface DeliveryRange {
  organizationId: string;
  batchId: string;
  chunkId: string;
  channel: string;
  fromSeq: number;
  toSeq: number;
}

const inRange =
  'delivery.organization_id = $1 and delivery.batch_id = $2 and delivery.chunk_id = $3 and delivery.channel = $4 and delivery.seq between $5 and $6';
const rangeValues = (range: DeliveryRange) => [
  range.organizationId,
  range.batchId,
  range.chunkId,
  range.channel,
  range.fromSeq,
  range.toSeq,
];

/** What a run that died left as `sending` may have been sent or not. Returns how many. */
export async function markUnknown(tx: Tx, range: DeliveryRange, run: string): Promise<number> {
  const { rowCount } = await tx.query(
    `update delivery set status = 'unknown', next_attempt_at = null, updated_at = clock_timestamp() where ${inRange} and run <> $7 and ${mayBecome('delivery', 'unknown')}`,
    [...rangeValues(range), run],
  );
  return rowCount;
}

/** Nobody is written to about a certificate that was revoked before its mail left. */
export async function cancelRevoked(tx: Tx, range: DeliveryRange): Promise<void> {
  await tx.query(
    `update delivery set status = 'cancelled', response = 'the certificate was revoked', next_attempt_at = null, updated_at = clock_timestamp()
     from item where ${inRange} and delivery.${mayBecome('delivery', 'cancelled')} and item.batch_id = delivery.batch_id and item.seq = delivery.seq
       and item.organization_id = $1 and item.revoked_at is not null`,
    rangeValues(range),
  );
}

/** Claims what is due. `resendUnknown` is the policy of channels that deliver at least once. */
export async function claimDeliveries(
  tx: Tx,
  range: DeliveryRange,
  run: string,
  resendUnknown: boolean,
): Promise<ClaimedDelivery[]> {
  const { rows } = await tx.query<ClaimedDelivery>(
    `update delivery set status = 'sending', run = $7, attempts = delivery.attempts + 1, updated_at = clock_timestamp()
     from item, delivery before where ${inRange} and item.batch_id = delivery.batch_id and item.seq = delivery.seq
       and before.batch_id = delivery.batch_id and before.seq = delivery.seq and before.channel = delivery.channel and before.generation = delivery.generation
       and (delivery.status = 'queued' or (delivery.status = 'deferred' and delivery.next_attempt_at <= clock_timestamp()) or ($8 and delivery.status = 'unknown' and coalesce(delivery.next_attempt_at <= clock_timestamp(), true)))
     returning delivery.seq, delivery.generation, delivery.message_id as "messageId", delivery.attempts, item.id as "itemId", item.reference_id as "referenceId",
       item.name, item.email, to_char(item.issue_date, 'YYYY-MM-DD') as "issueDate", to_char(item.expiry_date, 'YYYY-MM-DD') as "expiryDate", item.fields,
       item.pack_key as "packKey", item.prefix_hash as "prefixHash", item.tail_offset as "tailOffset", item.tail_length as "tailLength",
       item.member_id is not null and (select not batch.hidden and not batch.test from batch where batch.id = item.batch_id) as "inWallet",
       before.status = 'unknown' and before.next_attempt_at is not null as "wasUnanswered"`,
    [...rangeValues(range), run, resendUnknown],
  );
  return rows.sort((a, b) => a.seq - b.seq);
}

/** Gives back what the run has claimed and will not try, as if it had never been claimed. */
export async function releaseDeliveries(
  tx: Tx,
  range: DeliveryRange,
  run: string,
  untried: readonly { seq: number; generation: number }[],
): Promise<void> {
  await tx.query(
    `update delivery set status = 'queued', attempts = attempts - 1, run = null, next_attempt_at = null, updated_at = clock_timestamp()
     from jsonb_to_recordset($8::jsonb) as untried(seq int, generation int)
     where ${inRange} and run = $7 and delivery.status = 'sending'
       and delivery.seq = untried.seq and delivery.generation = untried.generation`,
    [...rangeValues(range), run, JSON.stringify(untried)],
  );
}

/** Whether the run still holds claims of the range (not once another run has taken them over), and which of them are of certificates that were revoked meanwhile. */
export async function readClaims(
  tx: Tx,
  range: DeliveryRange,
  run: string,
): Promise<{ held: boolean; revoked: number[] }> {
  const { rows } = await tx.query<{ held: boolean; revoked: number[] }>(
    `select count(*) > 0 as held, coalesce(array_agg(delivery.seq) filter (where item.revoked_at is not null), '{}') as revoked
     from delivery left join item on item.organization_id = $1 and item.batch_id = delivery.batch_id and item.seq = delivery.seq
     where ${inRange} and delivery.run = $7 and delivery.status = 'sending'`,
    [...rangeValues(range), run],
  );
  return rows[0] as { held: boolean; revoked: number[] };
}

/** Settles one claimed delivery; nothing happens when another run holds it by now. */
export async function settleDelivery(
  tx: Tx,
  range: DeliveryRange,
  claimed: { seq: number; generation: number },
  run: string,
  to: Extract<Status<'delivery'>, 'sent' | 'deferred' | 'failed' | 'unknown'>,
  response: string,
  retryInSeconds: number | null,
): Promise<void> {
  await tx.query(
    `update delivery set status = $5, response = $6, sent_at = case when $5 = 'sent' then clock_timestamp() else sent_at end,
       next_attempt_at = clock_timestamp() + make_interval(secs => $7), updated_at = clock_timestamp()
     where organization_id = $1 and batch_id = $2 and seq = $3 and channel = $4 and generation = $8 and run = $9 and ${mayBecome('delivery', to)}`,
    [
      range.organizationId,
      range.batchId,
      claimed.seq,
      range.channel,
      to,
      response.slice(0, 500),
      retryInSeconds,
      claimed.generation,
      run,
    ],
  );
}

/** Seconds until the next delivery of the range is due (0 for now), or null when none is open. */
export async function nextDueIn(tx: Tx, range: DeliveryRange, resendUnknown: boolean): Promise<number | null> {
  const { rows } = await tx.query<{ seconds: number | null }>(
    `select min(greatest(0, coalesce(extract(epoch from next_attempt_at - clock_timestamp()), 0)))::float8 as seconds
     from delivery where ${inRange} and (status in ('queued', 'deferred') or ($7 and status = 'unknown'))`,
    [...rangeValues(range), resendUnknown],
  );
  return rows[0]?.seconds ?? null;
}

/**
 * Not tried yet, or by a run that is under way or died in its first attempt: one that a run left behind is tried again at once, and
 * `unknown` with a time is what the other side's answer, or its lack, made of an attempt that is over.
 */
const isUntried = `(delivery.status = 'queued' or delivery.attempts <= 1
  and (delivery.status = 'sending' or delivery.status = 'unknown' and delivery.next_attempt_at is null))`;

/** Sums the chunk's deliveries onto the chunk; true when none is open any more. Locks the chunk first, so that the last of several ranges sees all others. */
export async function sumDeliveries(tx: Tx, organizationId: string, chunkId: string): Promise<boolean> {
  await tx.query('select 1 from chunk where organization_id = $1 and id = $2 for no key update', [
    organizationId,
    chunkId,
  ]);
  const { rows } = await tx.query<{ open: number }>(
    `with counts as (
       select ${sums} from ${deliveriesOfChunks} where chunk.organization_id = $1 and chunk.id = $2 and delivery.organization_id = $1)
     update chunk set ${summed} from counts where organization_id = $1 and id = $2 returning counts.open`,
    [organizationId, chunkId],
  );
  return rows[0]?.open === 0;
}

/** The same for many chunks, of any organizations, in one statement; while nothing else is at work. As owner. */
export async function sumDeliveriesOfChunks(tx: Tx, chunkIds: readonly string[]): Promise<void> {
  await tx.query(
    `with counts as (
       select chunk.id as counted, ${sums} from ${deliveriesOfChunks} where chunk.id = any($1) and delivery.organization_id = chunk.organization_id group by chunk.id)
     update chunk set ${summed} from counts where id = counted`,
    [chunkIds],
  );
}

const sums = `count(*) filter (where delivery.status = 'sent')::int as sent, count(*) filter (where delivery.status in ('failed', 'held', 'cancelled'))::int as failed,
  count(*) filter (where delivery.status not in ('sent', 'failed', 'held', 'cancelled'))::int as open, count(*) filter (where not ${isUntried})::int as tried`;
const deliveriesOfChunks = `chunk join delivery on delivery.batch_id = chunk.batch_id and delivery.chunk_id = chunk.id and delivery.seq >= chunk.first_seq
  and delivery.seq <= case when chunk.retry then ${2 ** 31 - 1} else chunk.first_seq + chunk.count - 1 end`;
const summed = `mails_sent = counts.sent, mails_failed = counts.failed, mails_tried = counts.tried,
  status = case when counts.open = 0 and ${mayBecome('chunk', 'delivered')} then 'delivered' else status end`;
