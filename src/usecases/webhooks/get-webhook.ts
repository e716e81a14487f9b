/** The organization's webhook endpoints, one or all; never their secrets. */

import type { App } from '../../app.ts';
import {
  findWebhookEndpoint,
  listWebhookEndpoints as readEndpoints,
  type WebhookEndpointRow,
} from '../../db/webhook-endpoints.ts';
import { type Actor, type Permission, requirePermission } from '../../domain/permissions.ts';
import { isUuid } from '../../domain/uuid.ts';
import { notFound } from '../../errors.ts';

export async function listWebhooks(app: App, actor: Actor): Promise<WebhookEndpointRow[]> {
  requirePermission(actor, 'webhooks:list');
  return app.db.organization(actor.organizationId, (tx) => readEndpoints(tx, actor.organizationId));
}

/** Throws `not_found` for an unknown, malformed or foreign id alike. */
export async function getWebhook(
  app: App,
  actor: Actor,
  id: string,
  permission: Permission = 'webhooks:view',
): Promise<WebhookEndpointRow> {
  requirePermission(actor, permission);
  const { organizationId } = actor;
  const endpoint = isUuid(id)
    ? await app.db.organization(organizationId, (tx) => findWebhookEndpoint(tx, organizationId, id))
    : undefined;
  if (!endpoint) throw notFound('webhook endpoint', id);
  return endpoint;
}
