/** Mail relays that refuse, stall, lie and cut the line, at each step of a mail's way (F2, F11 to F14): the outcome never claims more than is known, and nobody else's mail waits. */

import assert from 'node:assert/strict';
import test, { after, beforeEach } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSmtp } from '../../src/deliver/email/smtp.ts';
import { wakeChannel } from '../../src/queue/open-queue.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { header } from '../support/sample-template.ts';
import { byLocalPart, openSmtpSink, type SmtpScript } from '../support/smtp-sink.ts';

const connections = 3;
const sink = await openSmtpSink();
const channel = openSmtp(sink.url, {
  timeoutMs: 400,
  deadlineMs: 1_500,
  answerMs: 600,
  maxConnections: connections,
});
const belt = await openTestApp({
  overrides: { channels: { email: channel } },
  environment: { SMTP_CONNECTIONS: String(connections) },
});
after(async () => {
  await belt[Symbol.asyncDispose]();
  await sink[Symbol.asyncDispose]();
});
const tenant = await belt.addTenant();

beforeEach(() => {
  sink.script = {};
  sink.mails.length = 0;
  sink.commands.length = 0;
});

const batchTo = (locals: readonly string[]) =>
  belt.createBatch(tenant, csv([header, ...locals.map((local) => ['A Person', `${local}@example.com`, 'Botany', ''])]));

interface State {
  status: string;
  attempts: number;
  response: string | null;
}

async function statesOf(id: string): Promise<Record<string, State>> {
  const rows = await belt.sql<State & { local: string }>(
    `select split_part(email, '@', 1) as local, delivery.status, attempts, response
     from delivery join item using (batch_id, seq) where batch_id = $1 order by seq`,
    [id],
  );
  return Object.fromEntries(rows.map(({ local, ...state }) => [local, state]));
}

/** Waits until so many deliveries have an outcome of so many attempts, or are at their end. */
async function untilTried(id: string, count: number, attempts: number): Promise<Record<string, State>> {
  for (const deadline = performance.now() + 60_000; ; await sleep(10)) {
    const states = await statesOf(id);
    const tried = Object.values(states).filter(
      ({ status, attempts: tries }) => /^(sent|failed)$/.test(status) || (status !== 'sending' && tries >= attempts),
    );
    if (tried.length === count) return states;
    assert.ok(performance.now() < deadline, JSON.stringify(states));
  }
}

/** Lets the time pass until the next attempt. */
async function passTime(): Promise<void> {
  const open = `select 1 from pgboss.job where name = 'deliver' and state = 'active'`;
  while ((await belt.sql(open)).length > 0) await sleep(5);
  await belt.sql('update delivery set next_attempt_at = clock_timestamp() where next_attempt_at is not null');
  await belt.sql(`update pgboss.job set start_after = clock_timestamp() where name = 'deliver' and state < 'active'`);
  await belt.sql('select pg_notify($1, $2)', [wakeChannel, 'deliver']);
}

const statuses = (states: Record<string, State>) =>
  Object.fromEntries(Object.entries(states).map(([local, { status, attempts }]) => [local, `${status} ${attempts}`]));

const copiesOf = (local: string) => sink.mails.filter(({ recipient }) => recipient === `${local}@example.com`);

test('F11, F12, F13: each recipient has their own outcome, a refusal for now is tried again with the same Message-ID, and nobody waits for another', async () => {
  const afterFirst = {
    'ok-1': 'sent 1',
    '450-rcpt.1x': 'deferred 1',
    '452-rcpt': 'deferred 1',
    '421-rcpt': 'deferred 1',
    '550-rcpt': 'failed 1',
    '451-data.1x': 'deferred 1',
    '554-data': 'failed 1',
    '452-dot.1x': 'deferred 1',
    '552-dot': 'failed 1',
    'cut-rcpt': 'deferred 1',
    'cut-data': 'deferred 1',
    'silent-rcpt.1x': 'deferred 1',
    'garbage-rcpt.1x': 'deferred 1',
    'long-rcpt.1x': 'deferred 1',
    'trickle-rcpt.1x': 'deferred 1',
    'cut-dot.1x': 'unknown 1',
    'silent-dot.1x': 'unknown 1',
    'garbage-dot.1x': 'unknown 1',
    'lost-dot.1x': 'unknown 1',
    'lost-dot': 'unknown 1',
    'mute-dot': 'unknown 1',
    'ok-2': 'sent 1',
  };
  const locals = Object.keys(afterFirst);
  sink.script = byLocalPart();
  const id = await batchTo(locals);
  const stop = await belt.startBelt();
  const first = await untilTried(id, locals.length, 1);
  assert.deepEqual(statuses(first), afterFirst);
  assert.match(String(first['long-rcpt.1x']?.response), /^451-go on and on.{400}/);
  assert.equal(first['silent-dot.1x']?.response, 'the relay was silent for 0.6 s');
  await passTime();
  const second = await untilTried(id, locals.length, 2);
  await stop();
  for (const [local, state] of Object.entries(second)) {
    const before = afterFirst[local as keyof typeof afterFirst];
    if (!/^(deferred|unknown)/.test(before)) assert.equal(`${state.status} ${state.attempts}`, before, local);
    else if (local.endsWith('.1x')) assert.equal(`${state.status} ${state.attempts}`, 'sent 2', local);
  }
  for (const local of ['452-rcpt', '421-rcpt', 'cut-rcpt', 'cut-data'])
    assert.equal(second[local]?.status, 'deferred', local);
  for (const local of ['lost-dot', 'mute-dot']) {
    assert.equal(second[local]?.status, 'failed', local);
    assert.match(
      String(second[local]?.response),
      /^sent in full twice and never answered; it may have arrived twice: /,
    );
  }
  // Whoever was refused before the final dot, or said no at it, has one copy at most; only a lost answer makes a second.
  for (const local of locals) {
    const copies = copiesOf(local);
    const expected = /^(lost|mute)-/.test(local) ? 2 : second[local]?.status === 'sent' ? 1 : 0;
    assert.equal(copies.length, expected, local);
    assert.ok(new Set(copies.map(({ messageId }) => messageId)).size <= 1, local);
    assert.equal(new Set(copies.map(({ text }) => text)).size, Math.min(1, expected), local);
  }
  await assertInvariants(belt.database);
});

/** What a relay does to the first mails, before it knows whom they are for. */
const outages: [string, SmtpScript][] = [
  ['421 at connect', { greeting: '421 too busy' }],
  ['554 at connect', { greeting: '554 no service' }],
  ['a line cut at connect', { greeting: { cut: true } }],
  ['silence at connect', { greeting: { silent: true } }],
  ['421 at EHLO', { EHLO: '421 go away' }],
  ['550 at EHLO', { EHLO: '550 never heard of you' }],
  ['a greeting that trickles', { greeting: { trickle: '220-a\r\n' } }],
  ['451 at MAIL', { MAIL: '451 later' }],
  ['a line cut at MAIL', { MAIL: { cut: true } }],
];

test('F11: a relay that is out of order before it hears of a mail harms none of a batch, however it is so', async () => {
  const locals = ['first', 'second', 'third', 'fourth'];
  const id = await batchTo(locals);
  for (const [attempt, [what, script]] of outages.entries()) {
    sink.script = script;
    if (attempt > 0) await passTime();
    const stop = await belt.startBelt();
    const states = await untilTried(id, locals.length, attempt + 1);
    await stop();
    assert.deepEqual(new Set(Object.values(states).map(({ status }) => status)), new Set(['deferred']), what);
    assert.equal(sink.mails.length, 0, what);
  }
  // Nine of ten attempts are used up; the tenth is the last, and it is enough.
  sink.script = {};
  await passTime();
  const stop = await belt.startBelt();
  const states = await untilTried(id, locals.length, outages.length + 1);
  await stop();
  assert.deepEqual(new Set(Object.values(states).map(({ status }) => status)), new Set(['sent']));
  for (const local of locals) assert.equal(copiesOf(local).length, 1);
  await assertInvariants(belt.database);
});

test('F14: a relay that cuts every connection after a few mails gets them all, each once', async () => {
  const locals = Array.from({ length: 60 }, (_, at) => `many-${at}`);
  sink.script = { MAIL: ({ nth }) => (nth > 4 ? { cut: true } : undefined) };
  const before = sink.connections;
  const id = await batchTo(locals);
  const stop = await belt.startBelt();
  // One that was cut off more often than there are connections waits for its next turn.
  for (let attempts = 1, open = true; open; attempts++) {
    const states = await untilTried(id, locals.length, attempts);
    open = Object.values(states).some(({ status }) => status === 'deferred');
    assert.deepEqual(
      Object.values(states).filter(({ status }) => !/^(sent|deferred)$/.test(status)),
      [],
    );
    assert.ok(attempts < 5);
    if (open) await passTime();
  }
  await stop();
  assert.equal(new Set(sink.recipients).size, locals.length);
  assert.equal(sink.mails.length, locals.length);
  // Those that were open before took a few.
  assert.ok(sink.connections - before >= locals.length / 4 - connections);
});

test('F2: whoever stops while a hundred mails wait for a slow relay leaves none unknown, and each is sent once', async () => {
  const locals = Array.from({ length: 100 }, (_, at) => `stopped-${at}`);
  const { promise: late, resolve } = Promise.withResolvers<void>();
  sink.script = { dot: ({ nth }) => (nth > 2 ? { late, reply: '250 queued' } : undefined) };
  const id = await batchTo(locals);
  const patient = openSmtp(sink.url, { maxConnections: connections });
  const stop = await belt.startBelt({ parts: { channels: { email: patient } } });
  await sink.until(3 * connections);
  const stopped = stop();
  resolve();
  await stopped;
  await patient.close();
  const states = Object.values(await statesOf(id));
  const counts = Object.groupBy(states, ({ status }) => status);
  assert.deepEqual(Object.keys(counts).sort(), ['queued', 'sent']);
  assert.deepEqual(new Set(counts.queued?.map(({ attempts }) => attempts)), new Set([0]));
  assert.equal(counts.sent?.length, sink.mails.length);
  await assertInvariants(belt.database, 'between two processes');
  await passTime();
  await belt.startBelt();
  const batch = await belt.waitForBatch(tenant, id);
  assert.equal(batch.mailsSent, locals.length);
  assert.equal(sink.mails.length, locals.length);
  assert.equal(new Set(sink.recipients).size, locals.length);
  await assertInvariants(belt.database, 'at the end');
});
