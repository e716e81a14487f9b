/** A message is sent until it is taken: with the same id and bytes, on the schedule, and no endpoint holds up another. Time passes by rows, not by waiting. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { recordEvent } from '../../src/db/events.ts';
import { openConnector, type WebhookConnector } from '../../src/deliver/webhook/connector.ts';
import { nextAttemptIn, webhookSchedule } from '../../src/domain/webhook-schedule.ts';
import { prune } from '../../src/pipeline/dispatch-webhooks.ts';
import { rotateWebhookSecret, updateWebhook } from '../../src/usecases/webhooks/update-webhook.ts';
import { redeliverFailed, redeliverWebhook } from '../../src/usecases/webhooks/webhook-deliveries.ts';
import type { Tenant } from '../support/open-test-app.ts';
import { longTest } from '../support/rounds.ts';
import { type Answer, openSink, verifyStandard, verifyVec, type WebhookSink } from '../support/webhook-sink.ts';
import { openWebhookTest, type WebhookTest, webhookEnvironment } from '../support/webhook-tenant.ts';

let hooks: WebhookTest;
let tenant: Tenant;
const sinks: WebhookSink[] = [];

async function sinkAnswering(answer: Answer): Promise<WebhookSink> {
  const sink = await openSink(answer);
  sinks.push(sink);
  return sink;
}

before(async () => {
  hooks = await openWebhookTest();
  // As the product's, but nobody waits fifteen seconds here.
  const options = { allowPrivate: webhookEnvironment.WEBHOOK_ALLOW_PRIVATE, nameServers: '' };
  hooks.test.app.webhooks = openConnector(options, { connect: 1_000, total: 4_000, bodyBytes: 65_536 });
  await hooks.startSending();
  tenant = await hooks.test.addTenant();
});
after(async () => {
  await hooks?.[Symbol.asyncDispose]();
  for (const sink of sinks) await sink[Symbol.asyncDispose]();
});

/** Something happens, so many times. */
async function happen(times = 1, { organizationId } = tenant): Promise<void> {
  await hooks.test.app.db.organization(organizationId, async (tx) => {
    for (let number = 1; number <= times; number++)
      await recordEvent(tx, {
        organizationId,
        subject: 'item',
        subjectId: organizationId,
        kind: 'vault.created',
        actor: 'system',
        data: { number, title: 'Diploma', email: 'ada@example.com', source: 'vault', trigger: 'bulk_upload' },
      });
  });
}

/** An endpoint of a tenant of its own, whose sink answers so. */
async function endpointAnswering(answer: Answer) {
  const sink = await sinkAnswering(answer);
  const owner = await hooks.test.addTenant();
  const { id, secret } = await hooks.addEndpoint(owner, sink.url);
  return { sink, owner, id, secret, happen: (times = 1) => happen(times, owner) };
}

const endpointRow = async (id: string) =>
  (
    await hooks.test.sql<{ status: string; reason: string | null; failing: boolean }>(
      'select status, disabled_reason as reason, failing_since is not null as failing from webhook_endpoint where id = $1',
      [id],
    )
  )[0];

test('what fails is tried again with the same id and the same bytes, newly signed, until it is taken', async () => {
  const place = await endpointAnswering((_, response, nth) =>
    response.writeHead(nth < 3 ? 500 : 200).end(nth < 3 ? 'out of order' : 'thanks'),
  );
  await place.happen();
  const [first] = await hooks.untilSettled(place.id, 'deferred');
  assert.ok(first?.due && first.due > 4 && first.due <= 5.5, `due in ${first?.due} s`);
  assert.equal((await endpointRow(place.id))?.failing, true);
  await hooks.hurry();
  await place.sink.until(2);
  const [second] = await hooks.untilSettled(place.id, 'deferred');
  assert.ok(second?.due && second.due > 299 && second.due <= 330, `due in ${second?.due} s`);
  await hooks.hurry();
  const [done] = await hooks.untilSettled(place.id, 'delivered');
  assert.equal(done?.attempts, 3);
  assert.deepEqual(
    done?.attemptLog.map(({ status, error, response }) => [status, error, response]),
    [
      [500, 'the endpoint answered 500', 'out of order'],
      [500, 'the endpoint answered 500', 'out of order'],
      [200, null, 'thanks'],
    ],
  );
  const { received } = place.sink;
  assert.equal(received.length, 3);
  assert.equal(new Set(received.map(({ headers }) => headers['webhook-id'])).size, 1);
  assert.equal(new Set(received.map(({ body }) => body)).size, 1);
  for (const message of received) assert.ok(verifyStandard(message, place.secret) && verifyVec(message, place.secret));
  assert.deepEqual(await endpointRow(place.id), { status: 'enabled', reason: null, failing: false });
});

test('the schedule is that of Standard Webhooks; after its last attempt a message is given up, and can be sent again by hand', async () => {
  assert.deepEqual(webhookSchedule, [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]);
  assert.equal(nextAttemptIn(1, null, 0), 5);
  assert.equal(nextAttemptIn(9, null, 0), 86_400);
  assert.ok((nextAttemptIn(9, null, 0.999) as number) < 95_040);
  assert.equal(nextAttemptIn(10, 5), null);
  let status = 500;
  const place = await endpointAnswering((_, response) => response.writeHead(status).end());
  await place.happen();
  await hooks.untilSettled(place.id, 'deferred');
  await hooks.test.sql('update webhook_delivery set step = 9 where endpoint_id = $1', [place.id]);
  await hooks.hurry();
  const [given] = await hooks.untilSettled(place.id, 'failed');
  assert.equal(given?.due, null);
  status = 200;
  await redeliverWebhook(hooks.test.app, place.owner.actor, place.id, given?.id as string);
  const [taken] = await hooks.untilSettled(place.id, 'delivered');
  assert.equal(taken?.attempts, 3);
  await redeliverWebhook(hooks.test.app, place.owner.actor, place.id, given?.id as string);
  await place.sink.until(4);
  assert.equal(new Set(place.sink.received.map(({ headers }) => headers['webhook-id'])).size, 1);
});

longTest('all that was given up since a time is sent again', async () => {
  let status = 500;
  const place = await endpointAnswering((_, response) => response.writeHead(status).end());
  await place.happen(4);
  const rows = await hooks.untilSettled(place.id, 'deferred');
  await hooks.test.sql(`update webhook_delivery set status = 'failed', next_attempt_at = null where endpoint_id = $1`, [
    place.id,
  ]);
  await hooks.test.sql(`update webhook_delivery set created_at = now() - interval '2 days' where id = $1`, [
    rows[0]?.id,
  ]);
  status = 204;
  const since = new Date(Date.now() - 86_400_000);
  assert.equal(await redeliverFailed(hooks.test.app, place.owner.actor, place.id, since), 3);
  const after = await hooks.untilSettled(place.id, 'delivered', 'failed');
  assert.deepEqual(after.map((row) => row.status).sort(), ['delivered', 'delivered', 'delivered', 'failed']);
});

test('a receiver that asks for patience by 429 or 503 gets it, within reason', async () => {
  for (const [status, retryAfter, least, most] of [
    [503, '600', 590, 600],
    [429, '99999999', 86_000, 86_400],
    [429, new Date(Date.now() + 3_600_000).toUTCString(), 3_500, 3_600],
    [503, 'soon', 4, 5.5],
    [503, '1', 4, 5.5],
    [500, '600', 4, 5.5],
  ] as const) {
    const place = await endpointAnswering((_, response) =>
      response.writeHead(status, { 'retry-after': retryAfter }).end(),
    );
    await place.happen();
    const [row] = await hooks.untilSettled(place.id, 'deferred');
    assert.ok(row?.due && row.due > least && row.due <= most, `${status} ${retryAfter}: due in ${row?.due} s`);
  }
});

const auditOf = (id: string) =>
  hooks.test.sql<{ kind: string; actor: string; data: object }>(
    `select kind, actor, data from event where subject_id = $1 and kind like 'webhook_endpoint.%abled' order by id`,
    [id],
  );

test('410 Gone disables the endpoint at once; what waits for it rests until it is enabled', async () => {
  const place = await endpointAnswering((_, response, nth) => response.writeHead(nth === 1 ? 410 : 200).end());
  await place.happen();
  const [gone] = await hooks.untilSettled(place.id, 'failed');
  assert.equal(gone?.responseStatus, 410);
  assert.deepEqual(await endpointRow(place.id), { status: 'disabled', reason: 'gone', failing: true });
  assert.deepEqual(await auditOf(place.id), [
    { kind: 'webhook_endpoint.disabled', actor: 'system', data: { reason: 'gone' } },
  ]);
  await place.happen();
  assert.equal((await hooks.messages(place.id)).length, 1, 'nothing is put in line for it');
  await assert.rejects(
    redeliverWebhook(hooks.test.app, place.owner.actor, place.id, gone?.id as string),
    /is disabled: enable it first/,
  );
  const enabled = await updateWebhook(hooks.test.app, place.owner.actor, place.id, { enabled: true });
  assert.deepEqual([enabled.status, enabled.disabledReason, enabled.failingSince], ['enabled', null, null]);
  await place.happen();
  await place.sink.until(2);
});

longTest(
  'after five days of nothing but failure an endpoint is disabled; a pause or a success begins the count anew',
  async () => {
    const failFor = async (failing: string, last: string) => {
      const place = await endpointAnswering(500);
      await hooks.test.sql(
        'update webhook_endpoint set failing_since = now() - $2::interval, last_failed_at = now() - $3::interval where id = $1',
        [place.id, failing, last],
      );
      await place.happen();
      await hooks.untilSettled(place.id, 'deferred');
      return place;
    };
    const long = await failFor('121 hours', '20 hours');
    assert.deepEqual(await endpointRow(long.id), { status: 'disabled', reason: 'failing', failing: true });
    assert.deepEqual(await auditOf(long.id), [
      { kind: 'webhook_endpoint.disabled', actor: 'system', data: { reason: 'failing' } },
    ]);
    const seen = long.sink.received.length;
    await hooks.hurry();
    assert.equal((await endpointRow((await failFor('119 hours', '1 hour')).id))?.status, 'enabled');
    assert.equal((await endpointRow((await failFor('400 hours', '40 hours')).id))?.status, 'enabled');
    assert.equal(long.sink.received.length, seen, 'nothing is sent to a disabled endpoint');
  },
);

test('an endpoint that never answers holds up no other, not even of the same organization', async () => {
  const stuck = await sinkAnswering(() => {});
  const { id: stuckId } = await hooks.addEndpoint(tenant, stuck.url);
  const swift = await sinkAnswering(200);
  const { id } = await hooks.addEndpoint(tenant, swift.url);
  await happen(60);
  await swift.until(60);
  await hooks.untilSettled(id, 'delivered');
  assert.ok(stuck.received.length <= 10, `${stuck.received.length} at the one that does not answer`);
  const rows = await hooks.messages(stuckId);
  assert.ok(rows.filter(({ status }) => status === 'sending').length <= 5);
  for (let patience = 200; !(await endpointRow(stuckId))?.failing && patience > 0; patience--) await sleep(50);
  await sleep(500);
  const sending = (await hooks.messages(stuckId)).filter(({ status }) => status === 'sending').length;
  assert.ok(sending <= 5, 'and soon it gets one at a time');
  await updateWebhook(hooks.test.app, tenant.actor, stuckId, { enabled: false });
});

test('a message whose process is gone is sent again when its lease runs out; the late result of the first changes nothing', async () => {
  let release = () => {};
  const place = await endpointAnswering((_, response, nth) => {
    if (nth === 1) release = () => response.writeHead(500).end();
    else response.writeHead(200).end();
  });
  await place.happen();
  await place.sink.until(1);
  await hooks.hurry();
  await place.sink.until(2);
  await hooks.untilSettled(place.id, 'delivered');
  release();
  await hooks.stopSending();
  const [row] = await hooks.messages(place.id);
  assert.deepEqual([row?.status, row?.attempts, row?.attemptLog.length], ['delivered', 2, 1]);
  const [first, second] = place.sink.received;
  assert.equal(first?.headers['webhook-id'], second?.headers['webhook-id']);
  await hooks.startSending();
});

test('stopping waits for what is being sent', async () => {
  const place = await endpointAnswering((_, response) => void setTimeout(() => response.writeHead(200).end(), 700));
  await place.happen();
  await place.sink.until(1);
  await hooks.stopSending();
  assert.equal((await hooks.messages(place.id))[0]?.status, 'delivered');
  await place.happen();
  await sleep(200);
  assert.equal(place.sink.received.length, 1, 'and sends nothing more');
  await hooks.startSending();
  await place.sink.until(2);
});

test('after a rotation both secrets sign for the agreed time, then only the new one', async () => {
  const place = await endpointAnswering(200);
  const input = { overlapSeconds: 3_600 };
  const { secret } = await rotateWebhookSecret(hooks.test.app, place.owner.actor, place.id, input);
  await place.happen();
  const [both] = await place.sink.until(1);
  assert.ok(both && verifyStandard(both, place.secret) && verifyStandard(both, secret));
  assert.ok(verifyVec(both, secret));
  await hooks.test.sql('update webhook_endpoint set previous_secret_until = now() where id = $1', [place.id]);
  await place.happen();
  const [, one] = await place.sink.until(2);
  assert.ok(one && verifyStandard(one, secret) && !verifyStandard(one, place.secret));
});

test('an endpoint that was allowed once is not reached when the installation no longer allows it', async () => {
  const place = await endpointAnswering(200);
  const { webhooks } = hooks.test.app;
  const sendBy = async (connector: WebhookConnector) => {
    await hooks.stopSending();
    hooks.test.app.webhooks = connector;
    await hooks.startSending();
  };
  await sendBy(openConnector({ allowPrivate: '', nameServers: '' }));
  await place.happen();
  const [row] = await hooks.untilSettled(place.id, 'deferred');
  await sendBy(webhooks);
  assert.equal(row?.attemptLog[0]?.error, 'it is a private or reserved address');
  assert.equal(place.sink.connections, 0);
});

longTest('the log forgets what is older than its days, and nothing that is still to be sent', async () => {
  const place = await endpointAnswering((_, response, nth) => response.writeHead(nth === 3 ? 500 : 200).end());
  for (let count = 1; count <= 4; count++) {
    await place.happen();
    await place.sink.until(count);
    await hooks.untilSettled(place.id, 'delivered', 'deferred');
  }
  const rows = await hooks.messages(place.id);
  await hooks.test.sql(
    `update webhook_delivery set created_at = now() - interval '31 days' where endpoint_id = $1 and id <> $2`,
    [place.id, rows[3]?.id],
  );
  await prune(hooks.test.app);
  assert.deepEqual(
    (await hooks.messages(place.id)).map(({ status }) => status),
    ['deferred', 'delivered'],
  );
});

test('a secret that can no longer be opened is a fault of the endpoint, in words, and a rotation mends it', async () => {
  const place = await endpointAnswering(200);
  await hooks.test.sql(`update webhook_endpoint set secret = '\\x01' where id = $1`, [place.id]);
  await place.happen();
  const [row] = await hooks.untilSettled(place.id, 'deferred');
  assert.equal(row?.attemptLog[0]?.error, 'the secret of this endpoint cannot be opened: rotate it');
  await rotateWebhookSecret(hooks.test.app, place.owner.actor, place.id, { overlapSeconds: 0 });
  await hooks.hurry();
  await hooks.untilSettled(place.id, 'delivered');
});
