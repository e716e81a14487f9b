/** Sends one claimed webhook message and settles it: delivered, to be tried again, or given up; and judges its endpoint by it. */

import type { App } from '../app.ts';
import { decryptKey } from '../credential/keys.ts';
import type { Tx } from '../db/open.ts';
import { type ClaimedMessage, settleWebhookDelivery, type WebhookAttempt } from '../db/webhook-deliveries.ts';
import {
  type DisabledReason,
  noteWebhookFailure,
  noteWebhookSuccess,
  switchWebhookEndpoint,
} from '../db/webhook-endpoints.ts';
import type { WebhookOutcome } from '../deliver/webhook/connector.ts';
import { endpointUrl } from '../deliver/webhook/reachable.ts';
import { bodySignature, standardSignature } from '../deliver/webhook/signature.ts';
import { nextAttemptIn } from '../domain/webhook-schedule.ts';
import { webhookSecretContext } from '../domain/webhook-secret.ts';
import type { ChanceryError } from '../errors.ts';
import { fault } from '../fault.ts';

export async function sendWebhook(app: App, message: ClaimedMessage): Promise<void> {
  await fault('webhook-after-claim');
  const { organizationId, endpointId } = message;
  const at = new Date();
  const started = performance.now();
  const outcome = await post(app, message, at);
  await fault('webhook-after-send');
  const durationMs = Math.round(performance.now() - started);
  const attempt = { at: at.toISOString(), durationMs, ...describe(outcome) };
  const disabled = await app.db.organization(organizationId, (tx) => settle(app, tx, message, outcome, attempt));
  const facts = { organizationId, endpointId, message: message.id, event: message.event, attempt: message.attempts };
  app.log.info({ ...facts, status: attempt.status, ms: durationMs }, 'webhook sent');
  if (disabled) app.log.warn({ organizationId, endpointId, reason: disabled }, 'webhook endpoint disabled');
}

async function post(app: App, message: ClaimedMessage, at: Date): Promise<WebhookOutcome> {
  let url: URL;
  try {
    // Again: the rules may have become stricter since the endpoint was made.
    url = endpointUrl(message.url, app.webhooks.reachable);
  } catch (error) {
    return { fault: (error as ChanceryError).issues[0]?.params?.reason as string };
  }
  const body = Buffer.from(message.payload, 'utf8');
  let headers: Record<string, string>;
  try {
    headers = headersOf(app, message, body, at);
  } catch {
    // After another master key has taken the place of the one it was sealed under.
    return { fault: 'the secret of this endpoint cannot be opened: rotate it' };
  }
  return app.webhooks.post(url, headers, body);
}

function headersOf(app: App, message: ClaimedMessage, body: Buffer, at: Date): Record<string, string> {
  const { id, endpointId, event, secret, previousSecret } = message;
  const open = (sealed: Buffer) =>
    Buffer.from(decryptKey(app.masterKey, sealed, webhookSecretContext(endpointId))).toString('utf8');
  const secrets = [open(secret), ...(previousSecret ? [open(previousSecret)] : [])];
  const timestamp = Math.floor(at.getTime() / 1_000);
  return {
    'content-type': 'application/json',
    'user-agent': 'Chancery-Webhooks/1',
    'x-webhook-signature': bodySignature(secrets[0] as string, body),
    'x-webhook-event': event,
    'x-webhook-id': endpointId,
    'x-webhook-timestamp': `${at.toISOString().slice(0, 19)}Z`,
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': standardSignature(secrets, id, timestamp, body),
  };
}

function describe(outcome: WebhookOutcome): Pick<WebhookAttempt, 'status' | 'error' | 'response'> {
  if ('fault' in outcome) return { status: null, error: outcome.fault, response: '' };
  const { status, excerpt } = outcome.answer;
  return { status, error: isTaken(outcome) ? null : sentenceOf(status), response: excerpt };
}

function sentenceOf(status: number): string {
  if (status === 410) return 'the endpoint is gone (410): it is disabled and nothing is sent again';
  return status >= 300 && status < 400
    ? `the endpoint answered ${status}; redirects are not followed`
    : `the endpoint answered ${status}`;
}

const isTaken = (outcome: WebhookOutcome): boolean =>
  'answer' in outcome && outcome.answer.status >= 200 && outcome.answer.status < 300;

/** Gives the reason when this attempt has disabled the endpoint. */
async function settle(
  app: App,
  tx: Tx,
  message: ClaimedMessage,
  outcome: WebhookOutcome,
  attempt: WebhookAttempt,
): Promise<DisabledReason | null> {
  const { organizationId, endpointId } = message;
  if (isTaken(outcome)) {
    const held = await settleWebhookDelivery(tx, message, 'delivered', attempt, null);
    if (held && message.isFailing) await noteWebhookSuccess(tx, organizationId, endpointId);
    return null;
  }
  const isGone = attempt.status === 410;
  const mayWait = attempt.status === 429 || attempt.status === 503;
  const patience = 'answer' in outcome && mayWait ? outcome.answer.retryAfterSeconds : null;
  const retryIn = isGone ? null : nextAttemptIn(message.step, patience);
  if (!(await settleWebhookDelivery(tx, message, retryIn === null ? 'failed' : 'deferred', attempt, retryIn)))
    return null;
  const days = app.config.WEBHOOK_DISABLE_DAYS;
  const isOverdue = await noteWebhookFailure(tx, organizationId, endpointId, days);
  const reason = isGone ? 'gone' : isOverdue ? 'failing' : null;
  if (reason === null) return null;
  const moved = await switchWebhookEndpoint(tx, organizationId, endpointId, 'disabled', 'system', reason);
  return moved ? reason : null;
}
