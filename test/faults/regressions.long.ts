/** Failures that other systems are known for, by the names of their reports: mailings marked as done when they were fetched, begun again from the start, ended half-way. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { csv } from '../support/csv-text.ts';
import { type Client, clientOf } from '../support/hand-in.ts';
import { assertInvariants } from '../support/invariants.ts';
import { MailGap } from '../support/mail-gap.ts';
import { openTestApp, type Snapshot } from '../support/open-test-app.ts';
import { passTimeOften } from '../support/pass-time.ts';
import { watchProgress } from '../support/progress-watch.ts';
import { goodRows, header, sampleTemplate } from '../support/sample-template.ts';
import { openSmtpSink, type SmtpScript } from '../support/smtp-sink.ts';
import { openPlace, type Place, untilQuiet } from '../support/snapshot.ts';
import { startHost } from '../support/test-host.ts';

const owned = new AsyncDisposableStack();
after(() => owned.disposeAsync());

const addressesOf = (rows: readonly string[][]) => rows.map(([, address]) => address as string);

interface Stored {
  snapshot: Snapshot;
  client: Client;
  batch: string;
}

/** One batch that was handed in and not looked at yet. */
async function storeBatch(rows: readonly string[][]): Promise<Stored> {
  const belt = await openTestApp();
  const plain = sampleTemplate();
  const tenant = await belt.addTenant({
    template: { ...plain, elements: plain.elements.filter(({ type }) => type !== 'qr') },
  });
  const client = await clientOf(belt, tenant);
  const batch = await belt.createBatch(tenant, csv([header, ...rows]));
  const snapshot = await belt.intoSnapshot();
  owned.defer(() => snapshot.end());
  return { snapshot, client, batch };
}

async function openWorld({ snapshot }: Stored, connections: number, script: SmtpScript = {}) {
  await using opening = new AsyncDisposableStack();
  const sink = opening.use(await openSmtpSink(script));
  const environment = { SMTP_URL: sink.url, SMTP_CONNECTIONS: String(connections), CHUNK_DEATHS: '100' };
  const place = opening.use(await openPlace(snapshot));
  opening.use(passTimeOften(place));
  const gap = new MailGap(sink, place);
  const world = opening.move();
  const start = (more: Record<string, string> = {}) => {
    const server = startHost('serve', place, { ...environment, ...more });
    world.use(server);
    return server;
  };
  return { sink, place, gap, start, [Symbol.asyncDispose]: () => world.disposeAsync() };
}

async function until(what: string, holds: () => Promise<boolean> | boolean, seconds = 240): Promise<void> {
  for (const deadline = performance.now() + seconds * 1_000; !(await holds()); await sleep(10))
    assert.ok(performance.now() < deadline, `in vain: ${what}`);
}

const countOf = async (place: Place, what: string): Promise<number> =>
  (await place.sql<{ count: number }>(`select count(*)::int as count from ${what}`))[0]?.count as number;

/** By the sum that people are shown. */
const shownAsSent = async (place: Place): Promise<number> =>
  (await place.sql<{ sum: number }>('select coalesce(sum(mails_sent), 0)::int as sum from chunk'))[0]?.sum as number;

test('T-LISTMONK-3022: killed between the fetching of mails and their sending, again and again: everybody gets exactly one', async () => {
  const rows = goodRows(400);
  const connections = 2;
  await using world = await openWorld(await storeBatch(rows), connections);
  const { place, sink, gap } = world;
  const kills = ['deliver-after-claim:kill@1', 'deliver-before-send:kill@50', 'deliver-after-claim:kill@3'];
  let inDoubt = 0;
  for (const [round, faults] of kills.entries()) {
    const { signal } = await world.start({ FAULTS: faults }).ended;
    assert.equal(signal, 'SIGKILL', faults);
    const doubts = await gap.noteDeath();
    assert.ok(doubts <= connections, `${doubts} in doubt after ${faults}`);
    inDoubt += doubts;
    assert.ok((await countOf(place, `delivery where status = 'sending'`)) >= 100, 'a part was fetched');
    if (round === 0) assert.equal(sink.mails.length, 0, 'and nothing of it sent');
    const taken = new Set(sink.recipients).size;
    assert.ok(taken < rows.length, 'there is something left to lose');
    assert.ok((await shownAsSent(place)) <= taken, 'nothing counts as sent that was only fetched');
  }
  const last = world.start();
  await last.ready;
  await untilQuiet(place);
  gap.assertOnce(addressesOf(rows));
  assert.ok(sink.mails.length - rows.length <= inDoubt);
  assert.equal(await shownAsSent(place), rows.length);
  await assertInvariants(place.database);
  assert.equal(await last.stop(), 0);
});

/** When, how it ends, and with which other settings it begins again. */
const starts: [mails: number, how: 'kill' | 'stop', then: Record<string, string>][] = [
  [300, 'kill', { SMTP_CONNECTIONS: '7' }],
  [1_500, 'stop', { THREADS: '1', DATABASE_POOL: '6' }],
  [4_000, 'kill', { MAIL_DOMAIN: 'elsewhere.example' }],
  [7_000, 'stop', { SMTP_CONNECTIONS: '3' }],
  [10_000, 'kill', { CHUNK_DEATHS: '50' }],
];

/** Closes the connection on which the next mail would come after every 250. */
function closingRelay() {
  let since = 0;
  const relay = { closed: 0 };
  const script: SmtpScript = {
    dot: () => {
      since += 1;
      return undefined;
    },
    MAIL: () => {
      if (since < 250) return undefined;
      since = 0;
      relay.closed += 1;
      return { cut: true };
    },
  };
  return { relay, script };
}

test('12,000 recipients, a relay that closes, and five new starts with other settings', {
  timeout: 600_000,
}, async (t) => {
  const good = goodRows(12_000);
  const rows = good.flatMap((row, at) => (at % 400 ? [row] : [['Bad Address', `not-an-address-${at}`, '', ''], row]));
  const stored = await storeBatch(rows);
  const { relay, script } = closingRelay();
  await using world = await openWorld(stored, 5, script);
  const { place, sink, gap } = world;
  let url: string | undefined;
  const begin = async (settings: Record<string, string> = {}) => {
    const server = world.start({ THREADS: '2', ...settings });
    url = ((await server.ready) as { url: string }).url;
    return server;
  };
  const watch = watchProgress(() => url, stored.client, stored.batch);
  let server = await begin();
  let inMidBatch = 0;
  for (const [mails, how, then] of starts) {
    await sink.until(mails, 300);
    inMidBatch += await countOf(place, 'batch where completed_at is null');
    url = undefined;
    await server[how]();
    const doubts = await gap.noteDeath();
    assert.ok(doubts <= (how === 'stop' ? 0 : 7), `${doubts} in doubt after ${how} at ${mails}`);
    server = await begin(then);
  }
  await sink.until(good.length, 300);
  await untilQuiet(place);
  // Both doors are asked once more.
  const asked = watch.count();
  await until('the last answers', () => watch.count() > asked + 2);
  const told = await watch.stop();
  assert.equal(await server.stop(), 0);

  await t.test(
    'T-2313: whom the relay had closed on, and whom a start found half done, has one mail, and one only',
    async () => {
      gap.assertOnce(addressesOf(good));
      assert.ok(relay.closed >= 40, `the relay closed ${relay.closed} connections`);
      assert.equal(await countOf(place, `delivery where status = 'sent'`), good.length);
      assert.equal(await shownAsSent(place), good.length);
      await assertInvariants(place.database);
    },
  );

  await t.test('T-2168: started anew in the middle, the batch never counts as ended before all of it is', () => {
    assert.ok(inMidBatch >= 2, `${inMidBatch} of the starts came in the middle of it`);
    assert.ok(new Set(told.map(({ status }) => status)).size >= 2, JSON.stringify(told.at(-1)));
    const end = { total: rows.length, issued: good.length, failed: rows.length - good.length };
    for (const door of new Set(told.map((one) => one.door)))
      assert.deepEqual(
        told.findLast((one) => one.door === door),
        { door, status: 'partially_completed', ...end },
      );
  });
});
