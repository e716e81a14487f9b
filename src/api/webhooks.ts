/** Webhook endpoints and their messages over our own API. */

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { App } from '../app.ts';
import type { WebhookDeliveryRow } from '../db/webhook-deliveries.ts';
import type { WebhookEndpointRow } from '../db/webhook-endpoints.ts';
import { lifecycle, type Status } from '../domain/lifecycle.ts';
import { type WebhookEvent, webhookEvents } from '../domain/webhook-event.ts';
import { createOnce } from '../http/create-once.ts';
import { createWebhook } from '../usecases/webhooks/create-webhook.ts';
import { getWebhook, listWebhooks } from '../usecases/webhooks/get-webhook.ts';
import { deleteWebhook, rotateWebhookSecret, updateWebhook } from '../usecases/webhooks/update-webhook.ts';
import {
  getWebhookDelivery,
  listWebhookDeliveries,
  redeliverFailed,
  redeliverWebhook,
  testWebhook,
} from '../usecases/webhooks/webhook-deliveries.ts';
import { readBody } from './read-body.ts';

interface WithId {
  Params: { id: string };
}
interface WithDelivery {
  Params: { id: string; deliveryId: string };
}

const subscriptions = z.array(z.string()).max(50);
const newEndpoint = z.strictObject({
  url: z.string(),
  events: subscriptions.optional(),
  description: z.string().optional(),
  secret: z.string().optional(),
});
const changedEndpoint = z.strictObject({
  url: z.string().optional(),
  events: subscriptions.optional(),
  description: z.string().optional(),
  enabled: z.boolean().optional(),
});
/** A day gives time to bring the new secret to where it is checked. */
const rotation = z.strictObject({
  overlapHours: z.number().min(0).max(168).default(24),
  secret: z.string().optional(),
});
const again = z.strictObject({ since: z.iso.datetime({ offset: true }) });
const statuses = Object.keys(lifecycle.webhook_delivery) as [Status<'webhook_delivery'>];
const logQuery = z.object({
  status: z.enum(statuses).optional(),
  event: z.enum(Object.keys(webhookEvents) as [WebhookEvent]).optional(),
  before: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

export function registerWebhooks(server: FastifyInstance, app: App): void {
  server.get('/webhooks', async (request) => ({
    webhooks: (await listWebhooks(app, request.actor)).map(endpointWire),
  }));

  server.post('/webhooks', async (request, reply) => {
    const input = readBody(newEndpoint, request.body);
    return createOnce(app, request, reply, {
      create: (actor) => createWebhook(app, actor, input),
      answer: ({ endpoint, secret }) => ({ ...endpointWire(endpoint), secret }),
    });
  });

  server.get<WithId>('/webhooks/:id', async (request) =>
    endpointWire(await getWebhook(app, request.actor, request.params.id)),
  );

  server.patch<WithId>('/webhooks/:id', async (request) => {
    const change = readBody(changedEndpoint, request.body);
    return endpointWire(await updateWebhook(app, request.actor, request.params.id, change));
  });

  server.delete<WithId>('/webhooks/:id', async (request, reply) => {
    await deleteWebhook(app, request.actor, request.params.id);
    return reply.code(204).send();
  });

  server.post<WithId>('/webhooks/:id/rotate-secret', async (request) => {
    const { overlapHours, secret: wanted } = readBody(rotation, request.body);
    const input = { overlapSeconds: overlapHours * 3_600, secret: wanted };
    const { endpoint, secret } = await rotateWebhookSecret(app, request.actor, request.params.id, input);
    return { ...endpointWire(endpoint), secret };
  });

  server.post<WithId>('/webhooks/:id/test', async (request, reply) =>
    reply.code(202).send(deliveryWire(await testWebhook(app, request.actor, request.params.id))),
  );

  registerDeliveries(server, app);
}

function registerDeliveries(server: FastifyInstance, app: App): void {
  server.get<WithId>('/webhooks/:id/deliveries', async (request) => {
    const filter = readBody(logQuery, request.query);
    const deliveries = await listWebhookDeliveries(app, request.actor, request.params.id, filter);
    const isFull = deliveries.length === filter.limit;
    return { deliveries: deliveries.map(deliveryWire), next: isFull ? (deliveries.at(-1)?.id ?? null) : null };
  });

  server.get<WithDelivery>('/webhooks/:id/deliveries/:deliveryId', async (request) => {
    const { id, deliveryId } = request.params;
    const delivery = await getWebhookDelivery(app, request.actor, id, deliveryId);
    return { ...deliveryWire(delivery), payload: delivery.payload, attemptLog: delivery.attemptLog };
  });

  server.post<WithDelivery>('/webhooks/:id/deliveries/:deliveryId/redeliver', async (request, reply) => {
    const { id, deliveryId } = request.params;
    return reply.code(202).send(deliveryWire(await redeliverWebhook(app, request.actor, id, deliveryId)));
  });

  server.post<WithId>('/webhooks/:id/redeliver', async (request, reply) => {
    const { since } = readBody(again, request.body);
    const redelivered = await redeliverFailed(app, request.actor, request.params.id, new Date(since));
    return reply.code(202).send({ redelivered });
  });
}

function endpointWire(endpoint: WebhookEndpointRow) {
  const { organizationId: _, ...shown } = endpoint;
  return shown;
}

function deliveryWire(delivery: WebhookDeliveryRow) {
  const { id, endpointId, event, status, attempts, nextAttemptAt, responseStatus, createdAt, deliveredAt } = delivery;
  return {
    id,
    webhookId: endpointId,
    event,
    status,
    attempts,
    nextAttemptAt: status === 'sending' ? null : nextAttemptAt,
    responseStatus,
    createdAt,
    deliveredAt,
  };
}
