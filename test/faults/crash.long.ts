/** Kill -9 at every step of the belt and at random times: every row ends once, every byte is that of an undisturbed run, every recipient has their mail. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultPoint, faultPoints } from '../../src/fault.ts';
import { createTemplate } from '../../src/usecases/templates/create-template.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp, type Snapshot } from '../support/open-test-app.ts';
import { type Outcome, readGap, readOutcome } from '../support/outcome.ts';
import { goodRow, goodRows, header, overflowingName, sampleTemplate } from '../support/sample-template.ts';
import { printedSeed, seeded } from '../support/seeded.ts';
import { openPlace, type Place, untilQuiet, untilSessionsEnd } from '../support/snapshot.ts';
import { startHost } from '../support/test-host.ts';

const random = seeded(printedSeed());
const smtpConnections = 5;
const settings = { CHUNK_DEATHS: '1000', SMTP_CONNECTIONS: String(smtpConnections) };

/** Three batches, handed in and not begun: 1,500 rows in five chunks, some bad, two batches with mail, one of them with the document attached. */
async function handInBatches(): Promise<Snapshot> {
  const belt = await openTestApp();
  const tenant = await belt.addTenant();
  const { id: attached } = await createTemplate(belt.app, tenant.actor, {
    content: sampleTemplate({ attachPdf: true }),
  });
  const bad = [
    ['No Mail', 'nomail', 'Botany', ''],
    [overflowingName, 'wide@example.com', 'Botany', ''],
    ['No Course', 'nocourse@example.com', '', ''],
  ];
  const withBad = (count: number, from: number) => [...goodRows(count - 4, from), ...bad, goodRow(from + count)];
  await belt.createBatch(tenant, csv([header, ...withBad(1_310, 1)]), { channels: [] });
  await belt.createBatch(tenant, csv([header, ...withBad(130, 2_000)]));
  await belt.createBatch({ ...tenant, templateId: attached }, csv([header, ...withBad(60, 3_000)]));
  return belt.intoSnapshot();
}

/** Milliseconds from the start of a process, or the passage of a fault point. */
type Kill = { after: number } | { point: FaultPoint; passage: number };

const describeKill = (kill: Kill) =>
  'point' in kill ? `${kill.point}@${kill.passage}` : `${Math.round(kill.after)} ms`;

interface Run extends Outcome {
  /** Message-IDs that were in the gap at a kill; once for each. */
  gap: string[];
  /** Milliseconds of the last process, from its start to the end of all work. */
  lastTook: number;
}

/** Does all the work in processes that die as planned, then in one that does not. */
async function runWith(place: Place, kills: readonly Kill[]): Promise<Run> {
  const gap: string[] = [];
  for (const kill of kills) {
    await runUntilKilled(place, kill);
    await untilSessionsEnd(place);
    if (await isWorkLeft(place)) killsAtWork += 1;
    const open = await readGap(place);
    assert.ok(open.length <= smtpConnections, `${open.length} mails were in the gap at once`);
    gap.push(...open);
    await assertInvariants(place.database, `after the kill at ${describeKill(kill)}`);
  }
  const started = performance.now();
  await using host = startHost('serve', place, settings);
  const early = host.ended.then(() => Promise.reject(new Error(`it ended by itself: ${host.log()}`)));
  await Promise.race([untilQuiet(place), early]);
  const lastTook = performance.now() - started;
  // In order, so that later processes find its compiled code.
  if (kills.length === 0) assert.equal(await host.stop(), 0);
  return { gap, lastTook, ...(await readOutcome(place)) };
}

/** Kills that found something still to do. */
let killsAtWork = 0;

const isWorkLeft = async ({ sql }: Place) =>
  (await sql(`select 1 from chunk where status not in ('delivered', 'set_aside') limit 1`)).length > 0;

async function runUntilKilled(place: Place, kill: Kill): Promise<void> {
  const stop = new AbortController();
  const faults: Record<string, string> = 'point' in kill ? { FAULTS: `${kill.point}:kill@${kill.passage}` } : {};
  await using host = startHost('serve', place, { ...settings, ...faults });
  const time = 'after' in kill ? sleep(kill.after, undefined, { signal: stop.signal }).catch(() => {}) : host.ended;
  await Promise.race([host.ended, time, untilQuiet(place, stop.signal)]);
  stop.abort();
  // A fault point that is not passed would make the test prove nothing.
  if ('point' in kill) assert.equal((await Promise.race([host.ended, sleep(2_000)]))?.signal, 'SIGKILL', host.log());
}

const snapshot = await handInBatches();
after(() => snapshot.end());

async function undisturbedRun(): Promise<Run> {
  await using place = await openPlace(snapshot);
  const outcome = await runWith(place, []);
  await assertInvariants(place.database, 'of an undisturbed run');
  return outcome;
}

const reference = await undisturbedRun();
const second = await undisturbedRun();
const duration = Math.min(reference.lastTook, second.lastTook);
process.stderr.write(`undisturbed run: ${Math.round(duration)} ms\n`);

test('an undisturbed run issues every good row, mails it once, and a second one gives the same bytes', () => {
  assert.equal(reference.items.length, 1_500);
  assert.equal(reference.items.filter((line) => line.split(' ')[2] === 'issued').length, 1_500 - 9);
  assert.equal(reference.mails.size, 130 + 60 - 6);
  assert.equal(reference.doubles.size, 0);
  assert.deepEqual({ ...second, lastTook: 0 }, { ...reference, lastTook: 0 });
});

async function proveSame(kills: readonly Kill[]): Promise<void> {
  await using place = await openPlace(snapshot);
  const run = await runWith(place, kills);
  await assertInvariants(place.database, 'at the end');
  assert.deepEqual(run.items, reference.items);
  assert.deepEqual(run.mails, reference.mails);
  for (const [id, copies] of run.doubles) {
    const deaths = run.gap.filter((one) => one === id).length;
    assert.ok(copies <= deaths, `${id} was sent ${copies} times more than once and was in the gap at ${deaths} kills`);
  }
}

/** Most come while the belt is at work, some while the process still starts. */
const randomKill = (): Kill => ({ after: duration * (0.2 + 0.7 * random()) });
const more = () => Array.from({ length: Math.max(0, Math.floor(random() * 5) - 2) }, randomKill);

/** Passages in an undisturbed run: five chunks, three delivery jobs, 184 mails. */
const middle = (point: FaultPoint) => (/send|result/.test(point) ? 90 : point.startsWith('deliver') ? 2 : 3);

/** Nobody signs these batches; what people decide is killed in approval-crash.long.ts. */
const stages = faultPoints.filter((name) => /^(accept|produce|deliver)-/.test(name));
const plans: Kill[][] = [
  ...stages.flatMap((point) => [1, middle(point)].map((passage) => [{ point, passage }, ...more()])),
  ...Array.from({ length: 12 }, () => [randomKill(), ...more()]),
];

for (const kills of plans)
  test(`killed at ${kills.map(describeKill).join(', then at ')}: everything goes on and ends the same`, () =>
    proveSame(kills));

test('at least forty of the kills found something still to do', async () => {
  // On a busy machine some random times lie behind the end of the work; those do not count.
  for (let more = 0; killsAtWork < 40 && more < 40; more++) await proveSame([randomKill()]);
  process.stderr.write(`kills at work: ${killsAtWork}\n`);
  assert.ok(killsAtWork >= 40, `${killsAtWork} kills`);
});
