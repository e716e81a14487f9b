/** An organization with a webhook endpoint at a sink of this machine, and the senders running. */

import { setTimeout as sleep } from 'node:timers/promises';
import { dispatchWebhooks } from '../../src/pipeline/dispatch-webhooks.ts';
import { createWebhook } from '../../src/usecases/webhooks/create-webhook.ts';
import type { WebhookInput } from '../../src/usecases/webhooks/webhook-rules.ts';
import { openTestApp, type Tenant, type TestApp } from './open-test-app.ts';

/** The sinks of the tests are on 127.0.0.1, which is closed otherwise. */
export const webhookEnvironment = { WEBHOOK_ALLOW_PRIVATE: '127.0.0.1/32' };

export interface MessageRow {
  id: string;
  event: string;
  status: string;
  attempts: number;
  /** Seconds from now. */
  due: number | null;
  responseStatus: number | null;
  payload: string;
  attemptLog: { status: number | null; error: string | null; response: string }[];
}

export interface WebhookTest extends AsyncDisposable {
  test: TestApp;
  startSending(): Promise<void>;
  stopSending(): Promise<void>;
  addEndpoint(tenant: Tenant, url: string, input?: WebhookInput): Promise<{ id: string; secret: string }>;
  /** The endpoint's messages in the order in which they were put in line. */
  messages(endpointId: string): Promise<MessageRow[]>;
  /** Waits until every message of the endpoint is in one of the statuses; throws after 20 s. */
  untilSettled(endpointId: string, ...statuses: string[]): Promise<MessageRow[]>;
  /** What is tried again later is due now. */
  hurry(): Promise<void>;
}

export async function openWebhookTest(): Promise<WebhookTest> {
  const test = await openTestApp({ environment: webhookEnvironment });
  let stopSending = async () => {};
  const messages = (endpointId: string) =>
    test.sql<MessageRow>(
      `select id, event, status, attempts, extract(epoch from next_attempt_at - clock_timestamp())::float8 as due,
         response_status as "responseStatus", payload, attempt_log as "attemptLog"
       from webhook_delivery where endpoint_id = $1 order by created_at, id`,
      [endpointId],
    );
  return {
    test,
    async startSending() {
      const dispatching = await dispatchWebhooks(test.app);
      stopSending = () => dispatching.stop(20);
    },
    stopSending: () => stopSending(),
    async addEndpoint({ actor }, url, input = {}) {
      const { endpoint, secret } = await createWebhook(test.app, actor, { url, ...input });
      return { id: endpoint.id, secret };
    },
    messages,
    async untilSettled(endpointId, ...statuses) {
      for (const deadline = performance.now() + 20_000; ; await sleep(10)) {
        const rows = await messages(endpointId);
        if (rows.length > 0 && rows.every(({ status }) => statuses.includes(status))) return rows;
        if (performance.now() > deadline) throw new Error(JSON.stringify(rows.map(({ status }) => status)));
      }
    },
    hurry: async () => {
      await test.sql(
        `update webhook_delivery set next_attempt_at = clock_timestamp() where status in ('deferred', 'sending')`,
      );
      await test.sql(`select pg_notify('chancery_webhooks', '')`);
    },
    async [Symbol.asyncDispose]() {
      await stopSending();
      await test[Symbol.asyncDispose]();
    },
  };
}
