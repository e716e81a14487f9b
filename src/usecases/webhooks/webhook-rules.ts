/** What an endpoint may say of itself: rules for what it subscribes to, its description and a secret brought along; all that is wrong is told at once. */

import type { App } from '../../app.ts';
import { endpointUrl } from '../../deliver/webhook/reachable.ts';
import { secretFault } from '../../deliver/webhook/signature.ts';
import type { Issue } from '../../domain/issue.ts';
import { isSubscription } from '../../domain/webhook-event.ts';
import { type ChanceryError, invalidInput } from '../../errors.ts';

export interface WebhookInput {
  url?: string;
  description?: string;
  /** Names of events, `batch.*`, or `*`. */
  events?: string[];
  /** Brought along from elsewhere; default: a new one. */
  secret?: string;
}

const longestDescription = 500;

/** The input with its address normalised and each subscription once; throws `invalid_input`. */
export function checkWebhook<T extends WebhookInput>(app: App, input: T): T {
  const issues: Issue[] = [];
  const refuse = (path: string, reason: string) => issues.push({ path, code: 'invalid', params: { reason } });
  let { url, events } = input;
  try {
    if (url !== undefined) url = endpointUrl(url, app.webhooks.reachable).href;
  } catch (error) {
    issues.push(...(error as ChanceryError).issues);
  }
  if (events) {
    events = [...new Set(events)];
    if (events.length === 0) refuse('events', 'name at least one event, or * for all');
    const unknown = events.filter((one) => !isSubscription(one)).map((one) => one.slice(0, 80));
    if (unknown.length > 0) refuse('events', `there is no event ${unknown.slice(0, 5).join(', ')}`);
  }
  if (input.description !== undefined && input.description.length > longestDescription)
    issues.push({
      path: 'description',
      code: 'too_long',
      params: { length: input.description.length, max: longestDescription },
    });
  if (/[^\P{Cc}\n]|\p{Cs}/u.test(input.description ?? '')) refuse('description', 'it contains control characters');
  const fault = input.secret === undefined ? undefined : secretFault(input.secret);
  if (fault) refuse('secret', fault);
  if (issues.length > 0) throw invalidInput('the webhook endpoint is not valid', issues);
  return { ...input, url, events };
}
