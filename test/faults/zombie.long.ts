/** A worker that stands still until it is taken for dead, and then goes on: what it does too late has no effect. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { failedStages } from '../support/chunk-log.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { readOutcome } from '../support/outcome.ts';
import { goodRows, header } from '../support/sample-template.ts';
import { openPlace, type Place, untilQuiet } from '../support/snapshot.ts';
import { type Host, startHost } from '../support/test-host.ts';

/** For a machine that is busy with other things. */
const limit = { timeout: 300_000 };

/** Longer than a heartbeat may be missed. */
const stillSeconds = 15;
/** How a late result ends; a transaction that stood open for a minute the database has ended itself. */
const refused = /another (attempt holds the chunk|run holds the deliveries)|the database (went away|is not available)/;
const settings = { LOG_LEVEL: 'info', SMTP_CONNECTIONS: '2' };

const snapshotOf = async (rows: number, channels: string[]) => {
  const belt = await openTestApp();
  await belt.createBatch(await belt.addTenant(), csv([header, ...goodRows(rows)]), { channels });
  return belt.intoSnapshot();
};

/** Freezes the process at a moment at which `isHeld` is true and stays true. */
async function freezeWhile(host: Host, isHeld: () => Promise<boolean>): Promise<void> {
  for (;;) {
    while (!(await isHeld())) await sleep(5);
    host.freeze();
    // What it had sent before it froze may still be carried out.
    await sleep(300);
    if (await isHeld()) return;
    host.thaw();
  }
}

const has = async (place: Place, sql: string) => (await place.sql(sql)).length > 0;

test(
  'a worker frozen in the middle of a chunk: another does it, the late result is refused, and the documents are the same',
  limit,
  async () => {
    const snapshot = await snapshotOf(2_500, []);
    after(() => snapshot.end());
    await using undisturbed = await openPlace(snapshot);
    {
      await using host = startHost('serve', undisturbed, settings);
      await host.ready;
      await untilQuiet(undisturbed);
    }
    await using place = await openPlace(snapshot);
    await using zombie = startHost('worker', place, settings);
    const producing = `select 1 from chunk where status = 'accepted' and attempt = 2`;
    await freezeWhile(zombie, () => has(place, producing));
    const held = (await place.sql<{ id: string }>(producing.replace('1', 'id'))).map(({ id }) => id);
    await using server = startHost('serve', place, settings);
    await server.ready;
    await sleep(stillSeconds * 1_000);
    await untilQuiet(place);
    const before = await readOutcome(place);
    const attempts = await place.sql('select id from chunk where attempt > 2 and id = any($1)', [held]);
    assert.equal(attempts.length, held.length);
    zombie.thaw();
    while (failedStages(zombie).length < held.length) await sleep(50);
    for (const reason of failedStages(zombie)) assert.match(reason, refused);
    assert.deepEqual(await readOutcome(place), before);
    assert.deepEqual(before.items, (await readOutcome(undisturbed)).items);
    await assertInvariants(place.database);
    assert.equal(await zombie.stop(), 0);
  },
);

test(
  'a worker frozen while it sends mail: another sends the rest, and at most one mail for each connection goes out twice',
  limit,
  async () => {
    const snapshot = await snapshotOf(300, ['email']);
    after(() => snapshot.end());
    await using place = await openPlace(snapshot);
    await using zombie = startHost('worker', place, settings);
    await freezeWhile(zombie, () => has(place, `select 1 from delivery where status = 'sending' having count(*) > 20`));
    await using server = startHost('serve', place, settings);
    await server.ready;
    await sleep(stillSeconds * 1_000);
    await untilQuiet(place);
    zombie.thaw();
    while (failedStages(zombie).length === 0) await sleep(50);
    await sleep(1_000);
    for (const reason of failedStages(zombie)) assert.match(reason, refused);
    const { mails, doubles } = await readOutcome(place);
    assert.equal(mails.size, 300);
    const copies = [...doubles.values()].reduce((sum, count) => sum + count, 0);
    assert.ok(copies <= Number(settings.SMTP_CONNECTIONS), `${copies} mails went out twice`);
    await assertInvariants(place.database);
  },
);
