/** Kill -9 around the sending of a webhook: nothing is lost, a double has the same id and bytes, and no log has the secret. */

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { createWebhook } from '../../src/usecases/webhooks/create-webhook.ts';
import { testWebhook } from '../../src/usecases/webhooks/webhook-deliveries.ts';
import { openTestApp, type Snapshot } from '../support/open-test-app.ts';
import { openPlace } from '../support/snapshot.ts';
import { startHost } from '../support/test-host.ts';
import { openSink, verifyStandard, type WebhookSink } from '../support/webhook-sink.ts';
import { webhookEnvironment } from '../support/webhook-tenant.ts';
import { pointsOf } from './kill-points.ts';

let sink: WebhookSink;
let snapshot: Snapshot;
let secret: string;

before(async () => {
  sink = await openSink(200);
  const belt = await openTestApp({ environment: webhookEnvironment });
  const tenant = await belt.addTenant();
  const made = await createWebhook(belt.app, tenant.actor, { url: sink.url });
  secret = made.secret;
  for (let count = 0; count < 3; count++) await testWebhook(belt.app, tenant.actor, made.endpoint.id);
  snapshot = await belt.intoSnapshot();
});
after(async () => {
  await snapshot?.end();
  await sink?.[Symbol.asyncDispose]();
});

const settings = { ...webhookEnvironment, LOG_LEVEL: 'debug' };

for (const point of pointsOf('webhook-crash.long.ts'))
  test(`killed at ${point}: every message arrives, at least once, each with its one id and body`, async () => {
    await using place = await openPlace(snapshot);
    sink.received.length = 0;
    const first = startHost('worker', place, { ...settings, FAULTS: `${point}:kill` });
    assert.equal((await first.ended).signal, 'SIGKILL');
    assert.ok(sink.received.length >= (point === 'webhook-after-send' ? 1 : 0));
    const claimed = await place.sql(`select id from webhook_delivery where status = 'sending'`);
    assert.ok(claimed.length > 0, 'what was claimed stays claimed');
    // The lease is half a minute; its end comes by a row here.
    await place.sql(`update webhook_delivery set next_attempt_at = clock_timestamp() where status = 'sending'`);
    await using second = startHost('worker', place, settings);
    await second.ready;
    const open = `select 1 from webhook_delivery where status <> 'delivered' limit 1`;
    for (const deadline = performance.now() + 20_000; (await place.sql(open)).length > 0; )
      assert.ok(performance.now() < deadline, second.log());
    assert.equal(await second.stop(), 0);
    const bodies = new Map<string, Set<string>>();
    for (const message of sink.received) {
      assert.ok(verifyStandard(message, secret));
      const id = String(message.headers['webhook-id']);
      bodies.set(id, (bodies.get(id) ?? new Set()).add(message.body));
    }
    assert.equal(bodies.size, 3);
    for (const [id, seen] of bodies) assert.equal(seen.size, 1, id);
    if (point === 'webhook-after-send') assert.ok(sink.received.length > 3, 'the one that was sent came twice');
    const log = first.log() + second.log();
    assert.match(log, /webhook sent/);
    for (const part of [secret, secret.slice(6), Buffer.from(secret.slice(6), 'base64').toString('hex')])
      assert.ok(!log.includes(part), 'the secret is in the log');
  });
