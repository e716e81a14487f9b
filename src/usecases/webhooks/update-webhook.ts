/** Changes a webhook endpoint, turns it on or off, exchanges its secret, or deletes it with all its messages. */

import type { App } from '../../app.ts';
import { recordEvent } from '../../db/events.ts';
import type { Tx } from '../../db/open.ts';
import {
  deleteWebhookEndpoint,
  findWebhookEndpoint,
  replaceWebhookSecret,
  switchWebhookEndpoint,
  updateWebhookEndpoint,
  type WebhookEndpointRow,
} from '../../db/webhook-endpoints.ts';
import { newWebhookSecret } from '../../deliver/webhook/signature.ts';
import type { Actor } from '../../domain/permissions.ts';
import { notFound } from '../../errors.ts';
import { sealSecret } from './create-webhook.ts';
import { getWebhook } from './get-webhook.ts';
import { checkWebhook, type WebhookInput } from './webhook-rules.ts';

export type WebhookChange = Omit<WebhookInput, 'secret'> & { enabled?: boolean };

/** What is undefined stays as it is. */
export async function updateWebhook(
  app: App,
  actor: Actor,
  id: string,
  input: WebhookChange,
): Promise<WebhookEndpointRow> {
  await getWebhook(app, actor, id, 'webhooks:update');
  const { enabled, ...change } = checkWebhook(app, input);
  const { organizationId, label } = actor;
  return app.db.organization(organizationId, async (tx) => {
    const changed = Object.entries(change).flatMap(([name, value]) => (value === undefined ? [] : [name]));
    if (changed.length > 0) {
      await updateWebhookEndpoint(tx, organizationId, id, change);
      await note(tx, actor, id, 'webhook_endpoint.updated', { changed });
    }
    if (enabled === true) await switchWebhookEndpoint(tx, organizationId, id, 'enabled', label, null);
    if (enabled === false) await switchWebhookEndpoint(tx, organizationId, id, 'disabled', label, 'by_hand');
    return found(await findWebhookEndpoint(tx, organizationId, id), id);
  });
}

/** The old secret signs beside the new one for `overlapSeconds`. */
export async function rotateWebhookSecret(
  app: App,
  actor: Actor,
  id: string,
  input: { overlapSeconds: number; secret?: string },
): Promise<{ endpoint: WebhookEndpointRow; secret: string }> {
  await getWebhook(app, actor, id, 'webhooks:update');
  const { secret = newWebhookSecret() } = checkWebhook(app, { secret: input.secret });
  const { organizationId } = actor;
  const endpoint = await app.db.organization(organizationId, async (tx) => {
    await replaceWebhookSecret(tx, organizationId, id, sealSecret(app, id, secret), input.overlapSeconds);
    await note(tx, actor, id, 'webhook_endpoint.secret_rotated', {});
    return found(await findWebhookEndpoint(tx, organizationId, id), id);
  });
  return { endpoint, secret };
}

export async function deleteWebhook(app: App, actor: Actor, id: string): Promise<void> {
  await getWebhook(app, actor, id, 'webhooks:delete');
  await app.db.organization(actor.organizationId, async (tx) => {
    if (await deleteWebhookEndpoint(tx, actor.organizationId, id))
      await note(tx, actor, id, 'webhook_endpoint.deleted', {});
  });
}

function note(tx: Tx, actor: Actor, id: string, kind: string, data: Record<string, unknown>): Promise<void> {
  const { organizationId, label } = actor;
  return recordEvent(tx, { organizationId, subject: 'webhook_endpoint', subjectId: id, kind, actor: label, data });
}

/** Somebody may delete it meanwhile. */
function found(endpoint: WebhookEndpointRow | undefined, id: string): WebhookEndpointRow {
  if (!endpoint) throw notFound('webhook endpoint', id);
  return endpoint;
}
