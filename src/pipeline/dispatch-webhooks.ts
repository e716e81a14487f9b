/** The senders of webhooks: claims what is due, sends side by side, and lets no endpoint and no organization hold up the others. */

import type { App } from '../app.ts';
import { webhookChannel } from '../db/announce.ts';
import { type ClaimedMessage, claimWebhookDeliveries, pruneWebhookDeliveries } from '../db/webhook-deliveries.ts';
import { patient } from './patient.ts';
import { sendWebhook } from './send-webhook.ts';

/** At once, in one process. */
const lanes = { all: 200, perOrganization: 20, perEndpoint: 5 };
/** Longer than an attempt may take: a message whose process is gone is sent again after it. */
const leaseSeconds = 30;
const pollMilliseconds = 1_000;
const pruneMilliseconds = 600_000;
const pruneAtOnce = 5_000;

export interface Dispatching {
  /** Claims nothing more and waits for what is being sent, at most `graceSeconds`. */
  stop(graceSeconds: number): Promise<void>;
}

export async function dispatchWebhooks(given: App): Promise<Dispatching> {
  const app = patient(given);
  const sending = new Map<Promise<void>, ClaimedMessage>();
  const bell = openBell();
  const stopListening = await app.db.listen(webhookChannel, bell.ring);
  let isStopping = false;
  const start = (message: ClaimedMessage) => {
    const { organizationId, endpointId, id } = message;
    const sent = sendWebhook(app, message)
      .catch((error: Error) =>
        // It stays claimed and is sent again when its lease has run out.
        app.log.error({ organizationId, endpointId, message: id, error: error.message }, 'webhook not settled'),
      )
      .finally(() => {
        sending.delete(sent);
        bell.ring();
      });
    sending.set(sent, message);
  };
  const run = async () => {
    while (!isStopping) {
      const claimed = await claim(app, [...sending.values()]).catch((error: Error) => {
        app.log.warn({ error: error.message }, 'webhooks cannot be claimed');
        return [];
      });
      for (const message of claimed) start(message);
      // All that may be sent now is claimed; there is more when a lane is free, when something is put in line, or later.
      if (!isStopping) await bell.wait(pollMilliseconds);
    }
  };
  const running = run();
  const pruning = setInterval(() => {
    prune(app).catch((error: Error) => app.log.warn({ error: error.message }, 'pruning the webhook log'));
  }, pruneMilliseconds);
  return {
    async stop(graceSeconds) {
      isStopping = true;
      clearInterval(pruning);
      bell.ring();
      await running;
      const patience = new Promise<void>((resolve) => setTimeout(resolve, graceSeconds * 1_000).unref());
      await Promise.race([Promise.all(sending.keys()), patience]);
      await stopListening();
    },
  };
}

async function claim(app: App, underWay: ClaimedMessage[]): Promise<ClaimedMessage[]> {
  const free = lanes.all - underWay.length;
  if (free <= 0 || app.instance.halt) return [];
  const limits = {
    perEndpoint: lanes.perEndpoint,
    perOrganization: lanes.perOrganization,
    free,
    atEndpoints: countBy(underWay, 'endpointId'),
    atOrganizations: countBy(underWay, 'organizationId'),
  };
  return app.db.owner(async (tx) => {
    app.instance.refuse();
    return claimWebhookDeliveries(tx, limits, leaseSeconds);
  });
}

function countBy(messages: ClaimedMessage[], key: 'endpointId' | 'organizationId'): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const message of messages) counts[message[key]] = (counts[message[key]] ?? 0) + 1;
  return counts;
}

/** The log is kept for WEBHOOK_LOG_DAYS. */
export async function prune(app: App): Promise<void> {
  for (let removed = 1; removed > 0; )
    removed = await app.db.owner((tx) => pruneWebhookDeliveries(tx, app.config.WEBHOOK_LOG_DAYS, pruneAtOnce));
}

/** Lets the loop sleep until something is there; a ring while it is awake is not lost. */
function openBell(): { ring(): void; wait(milliseconds: number): Promise<void> } {
  let hasRung = false;
  let wake = () => {};
  return {
    ring() {
      hasRung = true;
      wake();
    },
    async wait(milliseconds) {
      if (!hasRung)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, milliseconds);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      hasRung = false;
    },
  };
}
