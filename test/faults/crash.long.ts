/** Kill -9 at every step of the belt and at random times: every row ends once, every byte is that of an undisturbed run, every recipient has their mail. */

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultPoint } from '../../src/fault.ts';
import { createTemplate } from '../../src/usecases/templates/create-template.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp, type Snapshot } from '../support/open-test-app.ts';
import { type Outcome, readGap, readOutcome } from '../support/outcome.ts';
import { goodRow, goodRows, header, overflowingName, sampleTemplate } from '../support/sample-template.ts';
import { printedSeed, seeded } from '../support/seeded.ts';
import { openPlace, type Place, untilQuiet, untilSessionsEnd } from '../support/snapshot.ts';
import { startHost } from '../support/test-host.ts';
import { pointsOf } from './kill-points.ts';

const random = seeded(printedSeed());
const smtpConnections = 5;
const settings = { CHUNK_DEATHS: '1000', SMTP_CONNECTIONS: String(smtpConnections) };

/** Enough chunks for a death at the third of them in each of the nine steps before the mail. */
const mailings = 24;
const rowsOfEach = 10;

/** Handed in and not begun: a batch of three chunks, and many small ones with mail, every third with the document attached; some rows of each are bad. */
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
  await belt.createBatch(tenant, csv([header, ...withBad(1_010, 1)]), { channels: [] });
  for (let at = 1; at <= mailings; at++) {
    const batch = at % 3 === 0 ? { ...tenant, templateId: attached } : tenant;
    await belt.createBatch(batch, csv([header, ...withBad(rowsOfEach, 1_000 + 100 * at)]));
  }
  return belt.intoSnapshot();
}

/** Milliseconds from the start of a process, or the passage of a fault point. */
type Kill = { after: number } | { point: FaultPoint; passage: number };

const describeKill = (kill: Kill) =>
  'point' in kill ? `${kill.point}@${kill.passage}` : `${Math.round(kill.after)} ms`;

const isWorkLeft = async ({ sql }: Place) =>
  (await sql(`select 1 from chunk where status not in ('delivered', 'set_aside') limit 1`)).length > 0;

/** Kills that found something still to do. */
let killsAtWork = 0;

/** Work that one process after the other dies at. */
class Run implements AsyncDisposable {
  readonly #place: Place;
  /** Message-IDs that were in the gap at a kill; once for each. */
  readonly #gap: string[] = [];

  private constructor(place: Place) {
    this.#place = place;
  }

  static async begin(): Promise<Run> {
    return new Run(await openPlace(snapshot));
  }

  /** False when all work was done before it was time to die. */
  async die(kill: Kill): Promise<boolean> {
    const stop = new AbortController();
    const faults: Record<string, string> = 'point' in kill ? { FAULTS: `${kill.point}:kill@${kill.passage}` } : {};
    {
      await using host = startHost('serve', this.#place, { ...settings, ...faults });
      const time = 'after' in kill ? sleep(kill.after, undefined, { signal: stop.signal }).catch(() => {}) : host.ended;
      await Promise.race([host.ended, time, untilQuiet(this.#place, stop.signal)]);
      stop.abort();
      if ('point' in kill) {
        const died = await Promise.race([host.ended, sleep(2_000)]);
        if (!died) return false;
        assert.equal(died.signal, 'SIGKILL', host.log());
      }
    }
    await untilSessionsEnd(this.#place);
    const atWork = await isWorkLeft(this.#place);
    if (atWork) killsAtWork += 1;
    const open = await readGap(this.#place);
    assert.ok(open.length <= smtpConnections, `${open.length} mails were in the gap at once`);
    this.#gap.push(...open);
    await assertInvariants(this.#place.database, `after the kill at ${describeKill(kill)}`);
    return 'point' in kill || atWork;
  }

  /** In a process that does not die. */
  async finish(stopInOrder = false): Promise<Outcome> {
    await using host = startHost('serve', this.#place, settings);
    const early = host.ended.then(() => Promise.reject(new Error(`it ended by itself: ${host.log()}`)));
    await Promise.race([untilQuiet(this.#place), early]);
    // In order, so that later processes find its compiled code.
    if (stopInOrder) assert.equal(await host.stop(), 0);
    await assertInvariants(this.#place.database, 'at the end');
    return readOutcome(this.#place);
  }

  /** Finishes, and compares with a run in which nobody died. */
  async proveSame(): Promise<void> {
    const run = await this.finish();
    assert.deepEqual(run.items, reference.items);
    assert.deepEqual(run.mails, reference.mails);
    for (const [id, copies] of run.doubles) {
      const deaths = this.#gap.filter((one) => one === id).length;
      assert.ok(
        copies <= deaths,
        `${id} was sent ${copies} times more than once and was in the gap at ${deaths} kills`,
      );
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#place[Symbol.asyncDispose]();
  }
}

let snapshot: Snapshot;
let reference: Outcome;
/** Milliseconds of an undisturbed run, from the start of its process. */
let duration = 0;

async function undisturbedRun(): Promise<Outcome> {
  await using run = await Run.begin();
  const started = performance.now();
  const outcome = await run.finish(true);
  duration = performance.now() - started;
  return outcome;
}

before(async () => {
  snapshot = await handInBatches();
  reference = await undisturbedRun();
});
after(() => snapshot?.end());

test('an undisturbed run issues every good row, mails it once, and a second one gives the same bytes', async () => {
  const rows = 1_010 + mailings * rowsOfEach;
  assert.equal(reference.items.length, rows);
  const issued = reference.items.filter((line) => line.split(' ')[2] === 'issued').length;
  assert.equal(issued, rows - 3 * (1 + mailings));
  assert.equal(reference.mails.size, mailings * (rowsOfEach - 3));
  assert.equal(reference.doubles.size, 0);
  assert.deepEqual(await undisturbedRun(), reference);
  process.stderr.write(`undisturbed run: ${Math.round(duration)} ms\n`);
});

/** Does the same work once more, whenever it is done before it was time to die. */
async function dieAt(kills: readonly Kill[]): Promise<void> {
  let run = await Run.begin();
  try {
    let isFresh = true;
    for (const kill of kills) {
      if (await run.die(kill)) {
        isFresh = false;
        continue;
      }
      // A fault point that is not passed would make the test prove nothing.
      if ('point' in kill) assert.ok(!isFresh, `${describeKill(kill)} is not passed`);
      await run.proveSame();
      await run[Symbol.asyncDispose]();
      run = await Run.begin();
      isFresh = true;
      if ('point' in kill) assert.ok(await run.die(kill), `${describeKill(kill)} is not passed`);
    }
    await run.proveSame();
  } finally {
    await run[Symbol.asyncDispose]();
  }
}

/** Of 27 chunks, 24 of them with mail, and 168 mails. */
const middle = (point: FaultPoint) => (/send|result/.test(point) ? 9 : point.startsWith('deliver') ? 2 : 3);

/** Nobody signs these batches; what people decide is killed in approval-crash.long.ts. */
const stages = pointsOf('crash.long.ts');

test('killed at every step, at its first passage: everything goes on and ends the same', () =>
  dieAt(stages.map((point) => ({ point, passage: 1 }))));

test('killed at every step, in the middle of it: everything goes on and ends the same', () =>
  dieAt(stages.map((point) => ({ point, passage: middle(point) }))));

test('killed at any time, again and again, until thirty-six kills have found something still to do: it ends the same', async () => {
  for (let rounds = 0; killsAtWork < 36 && rounds < 10; rounds++)
    // Most come while the belt is at work, some while the process still starts.
    await dieAt(Array.from({ length: 4 }, () => ({ after: duration * (0.2 + 0.5 * random()) })));
  process.stderr.write(`kills at work: ${killsAtWork}\n`);
  assert.ok(killsAtWork >= 36, `${killsAtWork} kills`);
});
