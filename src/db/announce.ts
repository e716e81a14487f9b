/** Puts messages for webhooks in line, in the transaction of what they tell; where nobody subscribes that is one look at one index. */

import { randomUUID } from 'node:crypto';
import {
  applicationBody,
  type BatchNews,
  batchBody,
  type CertificateNews,
  certificateBody,
  publishedEvent,
  subscriptionsTo,
  type WebhookEvent,
  webhookPayload,
} from '../domain/webhook-event.ts';
import type { ChunkRow } from './chunks.ts';
import type { NewEvent } from './events.ts';
import type { Tx } from './open.ts';

export const webhookChannel = 'chancery_webhooks';

/** Wakes the senders of every process at commit. */
export async function wakeWebhooks(tx: Tx): Promise<void> {
  await tx.query('select pg_notify($1, $2)', [webhookChannel, '']);
}

export interface Subscriber {
  id: string;
  events: string[];
  /** The database's clock, `YYYY-MM-DDTHH:mm:ssZ`. */
  at: string;
}

const now = `to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;

/** Enabled endpoints of the organization $1 that subscribe to any of $2. */
export const selectSubscribers = `select id, events, ${now} as at
  from webhook_endpoint where organization_id = $1 and status = 'enabled' and events && $2::text[]`;

type Told = Pick<NewEvent, 'kind' | 'subjectId' | 'data'>;

const publishedOf = (events: readonly Told[]) => new Set(events.flatMap(({ kind }) => publishedEvent(kind) ?? []));

/** By any of which somebody gets to hear of one of the events. */
export function subscriptionsToAny(events: readonly Told[]): string[] {
  return [...new Set([...publishedOf(events)].flatMap(subscriptionsTo))];
}

const subscribe = ({ events }: Subscriber, event: WebhookEvent) =>
  subscriptionsTo(event).some((one) => events.includes(one));

/** Tells events of the audit trail to those of the subscribers who subscribe to them; of specimens nobody is told. */
export async function announceEvents(
  tx: Tx,
  organizationId: string,
  events: readonly Told[],
  subscribers: readonly Subscriber[],
): Promise<void> {
  for (const event of publishedOf(events)) {
    const listening = subscribers.filter((one) => subscribe(one, event));
    const at = listening[0]?.at;
    if (at === undefined) continue;
    const told = events.filter(({ kind }) => publishedEvent(kind) === event);
    await insertMessages(tx, organizationId, event, listening, await bodiesOf(tx, organizationId, event, told, at));
  }
}

async function bodiesOf(
  tx: Tx,
  organizationId: string,
  event: WebhookEvent,
  told: readonly Told[],
  at: string,
): Promise<object[]> {
  if (event.startsWith('certificate_application.'))
    return (await withoutTests(tx, organizationId, told)).map((one) => applicationBody(event, one.subjectId, one.data));
  const ids = told.map(({ subjectId }) => subjectId);
  if (event.startsWith('batch.'))
    return (await readBatchNews(tx, organizationId, ids)).map((batch) => batchBody(event, at, batch));
  const news = await readCertificateNews(tx, 'item.organization_id = $1 and item.id = any($2)', [organizationId, ids]);
  return news.map((item) => certificateBody(event, item));
}

/**
 * Tells which of the chunk's items this very transaction has issued or failed, each in its own message; call it after they are written.
 * The transaction's own rows are known by their xmin, so that neither a retry nor a chunk set aside tells of an item twice.
 */
export async function announceItems(tx: Tx, chunk: ChunkRow): Promise<void> {
  const { organizationId, batchId } = chunk;
  const outcomes = { issued: 'certificate.generated', failed: 'certificate.failed' } as const;
  const wanted = Object.values(outcomes).flatMap(subscriptionsTo);
  const { rows: subscribers } = await tx.query<Subscriber>(selectSubscribers, [organizationId, wanted]);
  if (subscribers.length === 0) return;
  const last = chunk.retry ? 2 ** 31 - 1 : chunk.firstSeq + chunk.count - 1;
  for (const [status, event] of Object.entries(outcomes)) {
    const told = subscribers.filter((one) => subscribe(one, event));
    if (told.length === 0) continue;
    const news = await readCertificateNews(
      tx,
      `item.organization_id = $1 and item.batch_id = $2 and item.chunk_id = $3 and item.seq between $4 and $5
         and item.status = $6 and item.xmin = pg_current_xact_id()::xid`,
      [organizationId, batchId, chunk.id, chunk.firstSeq, last, status],
    );
    const bodies = news.map((item) => certificateBody(event, item));
    await insertMessages(tx, organizationId, event, told, bodies);
  }
}

/** Puts a message in line for one endpoint, whatever it subscribes to; its id. */
export async function announceTest(tx: Tx, organizationId: string, endpointId: string): Promise<string> {
  const { rows } = await tx.query<{ id: string; at: string }>(`select $1::uuid as id, ${now} as at`, [endpointId]);
  const [id] = await insertMessages(tx, organizationId, 'webhook.test', rows, [{ message: 'This is a test.' }]);
  return id as string;
}

/** One row for each subscriber and body, in one statement. */
async function insertMessages(
  tx: Tx,
  organizationId: string,
  event: WebhookEvent,
  subscribers: Pick<Subscriber, 'id' | 'at'>[],
  bodies: object[],
): Promise<string[]> {
  if (bodies.length === 0) return [];
  const rows = subscribers.flatMap(({ id: endpoint, at }) =>
    bodies.map((body) => ({ id: randomUUID(), endpoint, payload: webhookPayload(event, endpoint, at, body) })),
  );
  await tx.query(
    `insert into webhook_delivery (id, organization_id, endpoint_id, event, payload)
     select id, $1, endpoint, $2, payload from jsonb_to_recordset($3::jsonb) as new(id uuid, endpoint uuid, payload text)`,
    [organizationId, event, JSON.stringify(rows)],
  );
  await wakeWebhooks(tx);
  return rows.map(({ id }) => id);
}

/** Of vault certificates, which have no item yet when they are created. */
async function withoutTests<E extends { subjectId: string }>(
  tx: Tx,
  organizationId: string,
  told: readonly E[],
): Promise<E[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select v.item_id as id from vault_certificate v join batch on batch.id = v.batch_id
     where v.organization_id = $1 and v.item_id = any($2) and batch.test`,
    [organizationId, told.map(({ subjectId }) => subjectId)],
  );
  const tests = new Set(rows.map(({ id }) => id));
  return told.filter(({ subjectId }) => !tests.has(subjectId));
}

async function readBatchNews(tx: Tx, organizationId: string, ids: string[]): Promise<BatchNews[]> {
  const { rows } = await tx.query<BatchNews>(
    `select id, name, template_id as "templateId", total, created_at as "createdAt", counted.issued, counted.failed
     from batch join lateral (select coalesce(sum(issued), 0)::int as issued, coalesce(sum(failed), 0)::int as failed
       from chunk where chunk.batch_id = batch.id) counted on true
     where organization_id = $1 and id = any($2) and not batch.test`,
    [organizationId, ids],
  );
  return rows;
}

async function readCertificateNews(tx: Tx, where: string, values: unknown[]): Promise<CertificateNews[]> {
  const { rows } = await tx.query<CertificateNews>(
    `select item.id, item.reference_id as "referenceId", item.batch_id as "batchId", item.row_number as "rowNumber", item.name, item.email,
       to_char(item.issue_date, 'YYYY-MM-DD') as "issueDate", item.issues, item.issued_at as "issuedAt", item.revoked_at as "revokedAt",
       item.revocation_reason as "revocationReason", batch.public_url as "publicUrl", batch.hidden
     from item join batch on batch.id = item.batch_id where ${where} and not batch.test order by item.seq`,
    values,
  );
  return rows;
}
