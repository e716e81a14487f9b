/** Every database session of a working server ended again and again: no process dies, nothing is lost, nothing is set aside. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { readOutcome } from '../support/outcome.ts';
import { goodRows, header } from '../support/sample-template.ts';
import { hostSession, openPlace, untilQuiet } from '../support/snapshot.ts';
import { startHost } from '../support/test-host.ts';

/** For a machine that is busy with other things. */
const limit = { timeout: 300_000 };

const snapshot = await (async () => {
  const belt = await openTestApp();
  const tenant = await belt.addTenant();
  await belt.createBatch(tenant, csv([header, ...goodRows(6_000)]), { channels: [] });
  await belt.createBatch(tenant, csv([header, ...goodRows(300)]));
  return belt.intoSnapshot();
})();
after(() => snapshot.end());

test(
  'five times in the middle of a batch all its sessions are terminated; the server lives and completes the batch',
  limit,
  async () => {
    await using undisturbed = await openPlace(snapshot);
    {
      await using host = startHost('serve', undisturbed);
      await host.ready;
      await untilQuiet(undisturbed);
    }
    await using place = await openPlace(snapshot);
    await using host = startHost('serve', place);
    const { url } = (await host.ready) as { url: string };
    let terminated = 0;
    for (let round = 0; round < 5; round++) {
      await sleep(700);
      const ended = await place.sql(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = $1',
        [hostSession],
      );
      terminated += ended.length;
    }
    assert.ok(terminated >= 10, `${terminated} sessions were terminated`);
    await Promise.race([untilQuiet(place), host.ended.then(() => assert.fail(host.log()))]);
    assert.equal((await fetch(`${url}/readyz`)).status, 200);
    const [outcome, reference] = [await readOutcome(place), await readOutcome(undisturbed)];
    assert.deepEqual(outcome.items, reference.items);
    assert.deepEqual(outcome.mails, reference.mails);
    const copies = [...outcome.doubles.values()].reduce((sum, count) => sum + count, 0);
    assert.ok(copies <= 5 * 5, `${copies} mails went out twice`);
    await assertInvariants(place.database);
    assert.equal(await host.stop(), 0);
  },
);
