/** Webhook endpoints: their addresses, sealed secrets and health. */

import type { Status } from '../domain/lifecycle.ts';
import { failurePauseHours } from '../domain/webhook-schedule.ts';
import type { Tx } from './open.ts';
import { tryTransition } from './transition.ts';

/** Why an endpoint is disabled: by its owner, by an answer 410, or after days of nothing but failure. */
export type DisabledReason = 'by_hand' | 'gone' | 'failing';

export interface WebhookEndpointRow {
  id: string;
  organizationId: string;
  url: string;
  description: string;
  events: string[];
  status: Status<'webhook_endpoint'>;
  disabledReason: DisabledReason | null;
  failingSince: Date | null;
  previousSecretUntil: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

const columns = `id, organization_id as "organizationId", url, description, events, status, disabled_reason as "disabledReason",
  failing_since as "failingSince", previous_secret_until as "previousSecretUntil", created_at as "createdAt", updated_at as "updatedAt"`;

/** How many the organization has; whoever counts first holds the others up until it commits, so that the limit holds. */
export async function countWebhookEndpoints(tx: Tx, organizationId: string): Promise<number> {
  await tx.query('select 1 from organization where id = $1 for no key update', [organizationId]);
  const { rows } = await tx.query<{ count: number }>(
    'select count(*)::int as count from webhook_endpoint where organization_id = $1',
    [organizationId],
  );
  return rows[0]?.count ?? 0;
}

export interface NewWebhookEndpoint {
  id: string;
  organizationId: string;
  url: string;
  description: string;
  /** Sealed. */
  secret: Uint8Array;
  events: string[];
}

export async function insertWebhookEndpoint(tx: Tx, endpoint: NewWebhookEndpoint): Promise<void> {
  const { id, organizationId, url, description, secret, events } = endpoint;
  await tx.query(
    'insert into webhook_endpoint (id, organization_id, url, description, secret, events) values ($1, $2, $3, $4, $5, $6)',
    [id, organizationId, url, description, secret, events],
  );
}

export async function findWebhookEndpoint(
  tx: Tx,
  organizationId: string,
  id: string,
): Promise<WebhookEndpointRow | undefined> {
  const { rows } = await tx.query<WebhookEndpointRow>(
    `select ${columns} from webhook_endpoint where organization_id = $1 and id = $2`,
    [organizationId, id],
  );
  return rows[0];
}

/** Oldest first. */
export async function listWebhookEndpoints(tx: Tx, organizationId: string): Promise<WebhookEndpointRow[]> {
  const { rows } = await tx.query<WebhookEndpointRow>(
    `select ${columns} from webhook_endpoint where organization_id = $1 order by created_at, id`,
    [organizationId],
  );
  return rows;
}

/** What is undefined stays. Another address begins with a clean record. */
export async function updateWebhookEndpoint(
  tx: Tx,
  organizationId: string,
  id: string,
  change: { url?: string; description?: string; events?: string[] },
): Promise<void> {
  await tx.query(
    `update webhook_endpoint set failing_since = case when url is distinct from coalesce($3, url) then null else failing_since end,
       url = coalesce($3, url), description = coalesce($4, description), events = coalesce($5, events), updated_at = clock_timestamp()
     where organization_id = $1 and id = $2`,
    [organizationId, id, change.url ?? null, change.description ?? null, change.events ?? null],
  );
}

export async function deleteWebhookEndpoint(tx: Tx, organizationId: string, id: string): Promise<boolean> {
  const { rowCount } = await tx.query('delete from webhook_endpoint where organization_id = $1 and id = $2', [
    organizationId,
    id,
  ]);
  return rowCount === 1;
}

/** The old secret goes on signing beside the new one for so long. */
export async function replaceWebhookSecret(
  tx: Tx,
  organizationId: string,
  id: string,
  secret: Uint8Array,
  overlapSeconds: number,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update webhook_endpoint set previous_secret = case when $4 > 0 then secret end,
       previous_secret_until = case when $4 > 0 then clock_timestamp() + make_interval(secs => $4) end,
       secret = $3, updated_at = clock_timestamp()
     where organization_id = $1 and id = $2`,
    [organizationId, id, secret, overlapSeconds],
  );
  return rowCount === 1;
}

/** Turns it on or off; false when it already was so. */
export async function switchWebhookEndpoint(
  tx: Tx,
  organizationId: string,
  id: string,
  to: Status<'webhook_endpoint'>,
  actor: string,
  reason: DisabledReason | null,
): Promise<boolean> {
  const data = reason === null ? {} : { reason };
  const moved = await tryTransition(tx, { organizationId, subject: 'webhook_endpoint', id, to, actor, data });
  if (moved)
    await tx.query(
      `update webhook_endpoint set disabled_reason = $3, failing_since = case when $3::text is null then null else failing_since end
       where organization_id = $1 and id = $2`,
      [organizationId, id, reason],
    );
  return moved;
}

export async function noteWebhookSuccess(tx: Tx, organizationId: string, id: string): Promise<void> {
  await tx.query(
    `update webhook_endpoint set failing_since = null, last_failed_at = null
     where organization_id = $1 and id = $2 and failing_since is not null`,
    [organizationId, id],
  );
}

/** True when there has been nothing but failure for `days`. A long pause between two failures begins the count anew. */
export async function noteWebhookFailure(tx: Tx, organizationId: string, id: string, days: number): Promise<boolean> {
  const { rows } = await tx.query<{ overdue: boolean }>(
    `update webhook_endpoint set last_failed_at = clock_timestamp(), failing_since = case
         when failing_since is null or last_failed_at < clock_timestamp() - make_interval(hours => $3) then clock_timestamp()
         else failing_since end
     where organization_id = $1 and id = $2
     returning failing_since < clock_timestamp() - make_interval(days => $4) as overdue`,
    [organizationId, id, failurePauseHours, days],
  );
  return rows[0]?.overdue ?? false;
}
