/** Makes a webhook endpoint; its secret exists in plain only in the answer. */

import { randomUUID } from 'node:crypto';
import type { App } from '../../app.ts';
import { encryptKey } from '../../credential/keys.ts';
import { recordEvent } from '../../db/events.ts';
import {
  countWebhookEndpoints,
  findWebhookEndpoint,
  insertWebhookEndpoint,
  type WebhookEndpointRow,
} from '../../db/webhook-endpoints.ts';
import { newWebhookSecret } from '../../deliver/webhook/signature.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { webhookSecretContext } from '../../domain/webhook-secret.ts';
import { ChanceryError } from '../../errors.ts';
import { settleClaim } from '../idempotency/settle-claim.ts';
import { checkWebhook, type WebhookInput } from './webhook-rules.ts';

/** Throws `invalid_input`, or `conflict` when the organization has as many as it may. */
export async function createWebhook(
  app: App,
  actor: Actor,
  input: WebhookInput & { url: string },
): Promise<{ endpoint: WebhookEndpointRow; secret: string }> {
  requirePermission(actor, 'webhooks:create');
  const { url, description = '', events = ['*'], secret = newWebhookSecret() } = checkWebhook(app, input);
  const { organizationId } = actor;
  const id = randomUUID();
  return app.db.organization(organizationId, async (tx) => {
    const max = app.config.WEBHOOK_ENDPOINTS;
    if ((await countWebhookEndpoints(tx, organizationId)) >= max)
      throw new ChanceryError('conflict', 'the organization has as many webhook endpoints as it may', {
        details: { max },
      });
    const sealed = sealSecret(app, id, secret);
    await insertWebhookEndpoint(tx, { id, organizationId, url, description, secret: sealed, events });
    await recordEvent(tx, {
      organizationId,
      subject: 'webhook_endpoint',
      subjectId: id,
      kind: 'webhook_endpoint.created',
      actor: actor.label,
      data: { events },
    });
    const made = { endpoint: (await findWebhookEndpoint(tx, organizationId, id)) as WebhookEndpointRow, secret };
    await settleClaim(app, tx, actor, made);
    return made;
  });
}

export function sealSecret(app: App, id: string, secret: string): Uint8Array {
  return encryptKey(app.masterKey, Buffer.from(secret, 'utf8'), webhookSecretContext(id));
}
