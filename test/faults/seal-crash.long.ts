/** Kill -9 while events are given their numbers, and two processes that do so at once: one chain, whole, that the command writes out and checks. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp, type Snapshot } from '../support/open-test-app.ts';
import { runCommand } from '../support/run-command.ts';
import { openPlace, type Place } from '../support/snapshot.ts';
import { startHost } from '../support/test-host.ts';
import { pointsOf } from './kill-points.ts';

let snapshot: Snapshot;
before(async () => {
  const belt = await openTestApp();
  await belt.addTenant();
  await belt.sql(`insert into event (organization_id, subject, subject_id, kind, actor, data)
    select id, 'test', id, 'test.' || n, 'cli', jsonb_build_object('text', 'line ' || n || E'\\n', 'é', 1.50) from organization, generate_series(1, 2500) n`);
  snapshot = await belt.intoSnapshot();
});
after(() => snapshot?.end());

const counted = async (place: Place) =>
  (
    await place.sql<{ events: number; seals: number }>(
      'select (select count(*)::int from event) as events, (select count(*)::int from event_seal) as seals',
    )
  )[0] as { events: number; seals: number };

for (const point of pointsOf('seal-crash.long.ts'))
  test(`killed at the second ${point}: whole pages are sealed, and two others go on behind them with one chain`, async () => {
    await using place = await openPlace(snapshot);
    const first = startHost('worker', place, { FAULTS: `${point}:kill@2` });
    assert.equal((await first.ended).signal, 'SIGKILL', first.log());
    assert.equal((await counted(place)).seals, point === 'seal-after-commit' ? 2_000 : 1_000);
    await assertInvariants(place.database, `after ${point}`);
    await using second = startHost('worker', place);
    await using third = startHost('worker', place);
    await Promise.all([second.ready, third.ready]);
    for (const deadline = performance.now() + 60_000; ; await sleep(50)) {
      const { events, seals } = await counted(place);
      if (seals === events) break;
      assert.ok(performance.now() < deadline, second.log() + third.log());
    }
    assert.deepEqual([await second.stop(), await third.stop()], [0, 0]);
    await assertInvariants(place.database);
    if (!point.startsWith('seal-after')) return;
    const written = await runCommand(place, 'events', 'export');
    const head = /the chain ends with (\S+)/.exec(written.err)?.[1] as string;
    const [file, short] = [join(place.dataDirectory, 'events.txt'), join(place.dataDirectory, 'short.txt')];
    await writeFile(file, written.out);
    await writeFile(short, written.out.slice(0, written.out.trimEnd().lastIndexOf('\n') + 1));
    const good = await runCommand(place, 'events', 'check', file, '--head', head);
    assert.deepEqual(
      [good.code, good.out],
      [0, `as it was sealed: events 1 to ${head.split(':')[0]}, ending with ${head}\n`],
    );
    const bad = await runCommand(place, 'events', 'check', short, '--head', head);
    assert.deepEqual([bad.code, /the end is missing/.test(bad.out)], [1, true]);
  });
