/** Webhook messages: claimed with a lease before they are sent, settled after; the log people read is the same rows. */

import type { Status } from '../domain/lifecycle.ts';
import type { Tx } from './open.ts';
import { mayBecome } from './transition.ts';

/** One attempt as it is kept with the message. */
export interface WebhookAttempt {
  at: string;
  durationMs: number;
  /** The HTTP status, or null when there was no answer. */
  status: number | null;
  /** Why it failed, in words for the endpoint's owner; null for a success. */
  error: string | null;
  /** Beginning of the answer's body. */
  response: string;
}

export interface WebhookDeliveryRow {
  id: string;
  endpointId: string;
  event: string;
  status: Status<'webhook_delivery'>;
  attempts: number;
  nextAttemptAt: Date | null;
  responseStatus: number | null;
  createdAt: Date;
  deliveredAt: Date | null;
}

const columns = `id, endpoint_id as "endpointId", event, status, attempts, next_attempt_at as "nextAttemptAt",
  response_status as "responseStatus", created_at as "createdAt", delivered_at as "deliveredAt"`;

export interface WebhookDeliveryFilter {
  status?: Status<'webhook_delivery'>;
  event?: string;
  /** Id of a message: only what is older. */
  before?: string;
  limit: number;
}

/** Newest first. */
export async function listWebhookDeliveries(
  tx: Tx,
  organizationId: string,
  endpointId: string,
  { status, event, before, limit }: WebhookDeliveryFilter,
): Promise<WebhookDeliveryRow[]> {
  const { rows } = await tx.query<WebhookDeliveryRow>(
    `select ${columns} from webhook_delivery where organization_id = $1 and endpoint_id = $2
       and ($3::text is null or status = $3) and ($4::text is null or event = $4)
       and ($5::uuid is null or (created_at, id) < (select created_at, id from webhook_delivery where organization_id = $1 and endpoint_id = $2 and id = $5))
     order by created_at desc, id desc limit $6`,
    [organizationId, endpointId, status ?? null, event ?? null, before ?? null, limit],
  );
  return rows;
}

export type WebhookDeliveryDetail = WebhookDeliveryRow & { payload: string; attemptLog: WebhookAttempt[] };

export async function findWebhookDelivery(
  tx: Tx,
  organizationId: string,
  endpointId: string,
  id: string,
): Promise<WebhookDeliveryDetail | undefined> {
  const { rows } = await tx.query<WebhookDeliveryDetail>(
    `select ${columns}, payload, attempt_log as "attemptLog" from webhook_delivery where organization_id = $1 and endpoint_id = $2 and id = $3`,
    [organizationId, endpointId, id],
  );
  return rows[0];
}

/** Puts one message in line again, whatever became of it; false while it is in line or being sent. */
export async function requeueWebhookDelivery(
  tx: Tx,
  organizationId: string,
  endpointId: string,
  id: string,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update webhook_delivery set status = 'queued', step = 0, next_attempt_at = clock_timestamp(), updated_at = clock_timestamp()
     where organization_id = $1 and endpoint_id = $2 and id = $3 and ${mayBecome('webhook_delivery', 'queued')}`,
    [organizationId, endpointId, id],
  );
  return rowCount === 1;
}

/** Puts in line again what was given up since then; how many. */
export async function requeueFailedWebhooks(
  tx: Tx,
  organizationId: string,
  endpointId: string,
  since: Date,
): Promise<number> {
  const { rowCount } = await tx.query(
    `update webhook_delivery set status = 'queued', step = 0, next_attempt_at = clock_timestamp(), updated_at = clock_timestamp()
     where organization_id = $1 and endpoint_id = $2 and created_at >= $3 and status = 'failed'`,
    [organizationId, endpointId, since],
  );
  return rowCount;
}

export interface ClaimedMessage {
  id: string;
  organizationId: string;
  endpointId: string;
  event: string;
  payload: string;
  /** Names this attempt. */
  attempts: number;
  step: number;
  url: string;
  /** Sealed; the second one only as long as it still signs. */
  secret: Buffer;
  previousSecret: Buffer | null;
  /** Whether the endpoint's last attempt failed. */
  isFailing: boolean;
}

/** What is being sent by this process, by id of endpoint and of organization, and how much there may be. */
export interface SendingLimits {
  perEndpoint: number;
  perOrganization: number;
  free: number;
  atEndpoints: Record<string, number>;
  atOrganizations: Record<string, number>;
}

/**
 * Claims what is due, longest due first, over all organizations: as owner. An endpoint that fails gets one at a time, so that those that
 * do not answer hold few lanes. A message whose process died is due when its lease runs out.
 */
export async function claimWebhookDeliveries(
  tx: Tx,
  limits: SendingLimits,
  leaseSeconds: number,
): Promise<ClaimedMessage[]> {
  const { rows } = await tx.query<ClaimedMessage>(
    `with room as (
       select id, organization_id, case when failing_since is null then $1::int else 1 end - coalesce(($2::jsonb ->> id::text)::int, 0) as free
       from webhook_endpoint where status = 'enabled'),
     due as (
       select message.id, message.next_attempt_at, coalesce(($3::jsonb ->> room.organization_id::text)::int, 0)
         + row_number() over (partition by room.organization_id order by message.next_attempt_at) as place
       from room cross join lateral (
         select id, next_attempt_at from webhook_delivery
         where endpoint_id = room.id and status in ('queued', 'sending', 'deferred') and next_attempt_at <= clock_timestamp()
         order by next_attempt_at limit greatest(room.free, 0) for update skip locked) message),
     chosen as (select id from due where place <= $4 order by next_attempt_at limit $5)
     update webhook_delivery message set status = 'sending', attempts = message.attempts + 1, step = message.step + 1,
       next_attempt_at = clock_timestamp() + make_interval(secs => $6), updated_at = clock_timestamp()
     from chosen, webhook_endpoint endpoint
     where message.id = chosen.id and endpoint.id = message.endpoint_id and message.${mayBecome('webhook_delivery', 'sending')}
     returning message.id, message.organization_id as "organizationId", message.endpoint_id as "endpointId", message.event, message.payload,
       message.attempts, message.step, endpoint.url, endpoint.secret, endpoint.failing_since is not null as "isFailing",
       case when endpoint.previous_secret_until > clock_timestamp() then endpoint.previous_secret end as "previousSecret"`,
    [
      limits.perEndpoint,
      JSON.stringify(limits.atEndpoints),
      JSON.stringify(limits.atOrganizations),
      limits.perOrganization,
      limits.free,
      leaseSeconds,
    ],
  );
  return rows;
}

/** Attempts kept with a message. */
const attemptsKept = 30;

/** Settles a claimed message; false when another attempt holds it by now. */
export async function settleWebhookDelivery(
  tx: Tx,
  message: Pick<ClaimedMessage, 'id' | 'organizationId' | 'attempts'>,
  to: Extract<Status<'webhook_delivery'>, 'delivered' | 'deferred' | 'failed'>,
  attempt: WebhookAttempt,
  retryInSeconds: number | null,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update webhook_delivery set status = $4, response_status = $5, next_attempt_at = clock_timestamp() + make_interval(secs => $6),
       attempt_log = case when jsonb_array_length(attempt_log) >= ${attemptsKept} then attempt_log - 0 else attempt_log end || $7::jsonb,
       delivered_at = case when $4 = 'delivered' then clock_timestamp() else delivered_at end, updated_at = clock_timestamp()
     where organization_id = $1 and id = $2 and attempts = $3 and ${mayBecome('webhook_delivery', to)}`,
    [
      message.organizationId,
      message.id,
      message.attempts,
      to,
      attempt.status,
      retryInSeconds,
      JSON.stringify([attempt]),
    ],
  );
  return rowCount === 1;
}

/** Deletes from the log what is older than `days` and open nowhere, at most `limit` of each endpoint, over all organizations: as owner. */
export async function pruneWebhookDeliveries(tx: Tx, days: number, limit: number): Promise<number> {
  const { rowCount } = await tx.query(
    `delete from webhook_delivery using webhook_endpoint endpoint cross join lateral (
       select id from webhook_delivery where endpoint_id = endpoint.id and created_at < clock_timestamp() - make_interval(days => $1)
         and (status in ('delivered', 'failed') or endpoint.status = 'disabled')
       order by created_at limit $2) old
     where webhook_delivery.id = old.id`,
    [days, limit],
  );
  return rowCount;
}
