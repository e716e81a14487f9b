/** The log of an endpoint's messages, and what people ask of it: send one again, send again all that was given up, send a test. */

import type { App } from '../../app.ts';
import { announceTest, wakeWebhooks } from '../../db/announce.ts';
import type { Tx } from '../../db/open.ts';
import {
  findWebhookDelivery,
  listWebhookDeliveries as readDeliveries,
  requeueFailedWebhooks,
  requeueWebhookDelivery,
  type WebhookDeliveryDetail,
  type WebhookDeliveryFilter,
  type WebhookDeliveryRow,
} from '../../db/webhook-deliveries.ts';
import type { Actor } from '../../domain/permissions.ts';
import { isUuid } from '../../domain/uuid.ts';
import { ChanceryError, notFound } from '../../errors.ts';
import { getWebhook } from './get-webhook.ts';

/** Newest first. */
export async function listWebhookDeliveries(
  app: App,
  actor: Actor,
  endpointId: string,
  filter: WebhookDeliveryFilter,
): Promise<WebhookDeliveryRow[]> {
  await getWebhook(app, actor, endpointId);
  const { organizationId } = actor;
  return app.db.organization(organizationId, (tx) => readDeliveries(tx, organizationId, endpointId, filter));
}

export async function getWebhookDelivery(
  app: App,
  actor: Actor,
  endpointId: string,
  id: string,
): Promise<WebhookDeliveryDetail> {
  await getWebhook(app, actor, endpointId);
  const { organizationId } = actor;
  return app.db.organization(organizationId, (tx) => found(tx, organizationId, endpointId, id));
}

/** The same message again, with the same id and bytes. Throws `illegal_transition` while it is in line or being sent. */
export async function redeliverWebhook(
  app: App,
  actor: Actor,
  endpointId: string,
  id: string,
): Promise<WebhookDeliveryRow> {
  await requireEnabled(app, actor, endpointId);
  const { organizationId } = actor;
  return app.db.organization(organizationId, async (tx) => {
    const { status } = await found(tx, organizationId, endpointId, id);
    if (!(await requeueWebhookDelivery(tx, organizationId, endpointId, id)))
      throw new ChanceryError('illegal_transition', `this message is ${status}: it is sent anyway`);
    await wakeWebhooks(tx);
    return found(tx, organizationId, endpointId, id);
  });
}

/** All messages since then that were given up; how many. */
export async function redeliverFailed(app: App, actor: Actor, endpointId: string, since: Date): Promise<number> {
  await requireEnabled(app, actor, endpointId);
  const { organizationId } = actor;
  return app.db.organization(organizationId, async (tx) => {
    const count = await requeueFailedWebhooks(tx, organizationId, endpointId, since);
    await wakeWebhooks(tx);
    return count;
  });
}

/** Puts a `webhook.test` in line. */
export async function testWebhook(app: App, actor: Actor, endpointId: string): Promise<WebhookDeliveryRow> {
  await requireEnabled(app, actor, endpointId);
  const { organizationId } = actor;
  return app.db.organization(organizationId, async (tx) =>
    found(tx, organizationId, endpointId, await announceTest(tx, organizationId, endpointId)),
  );
}

async function requireEnabled(app: App, actor: Actor, endpointId: string): Promise<void> {
  const { status } = await getWebhook(app, actor, endpointId, 'webhooks:update');
  if (status === 'disabled')
    throw new ChanceryError('illegal_transition', 'this webhook endpoint is disabled: enable it first');
}

async function found(tx: Tx, organizationId: string, endpointId: string, id: string): Promise<WebhookDeliveryDetail> {
  const delivery = isUuid(id) ? await findWebhookDelivery(tx, organizationId, endpointId, id) : undefined;
  if (!delivery) throw notFound('webhook message', id);
  return delivery;
}
