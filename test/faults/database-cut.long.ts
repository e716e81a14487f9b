/** The connection to the database cut, silent, slow and cut at COMMIT, in the middle of a batch: no process ends, everything is done once. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { csv } from '../support/csv-text.ts';
import { clientOf, handIn } from '../support/hand-in.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { type Outcome, readOutcome } from '../support/outcome.ts';
import { goodRows, header } from '../support/sample-template.ts';
import { openTestHost, type TestHost } from '../support/test-host.ts';

const connections = 2;
const environment = { SMTP_CONNECTIONS: String(connections), DATABASE_POOL: '4' };

const { snapshot, client } = await (async () => {
  const belt = await openTestApp();
  const tenant = await belt.addTenant();
  const client = await clientOf(belt, tenant);
  await belt.createBatch(tenant, csv([header, ...goodRows(1_500)]), { channels: [] });
  await belt.createBatch(tenant, csv([header, ...goodRows(100, 5_000)]));
  return { snapshot: await belt.intoSnapshot(), client };
})();
after(() => snapshot.end());

const reference = await (async () => {
  await using host = await openTestHost({ snapshot, environment });
  await host.start('serve').ready;
  await host.untilQuiet();
  return await readOutcome(host.place);
})();

/** Every row and mail is that of an undisturbed run; at most so many mails went out twice. */
async function assertSame(host: TestHost, mailsInDoubt: number): Promise<Outcome> {
  const outcome = await readOutcome(host.place);
  assert.deepEqual(outcome.items, reference.items);
  assert.deepEqual(outcome.mails, reference.mails);
  const copies = [...outcome.doubles.values()].reduce((sum, count) => sum + count, 0);
  assert.ok(copies <= mailsInDoubt, `${copies} mails went out twice, at most ${mailsInDoubt} were in doubt`);
  await host.assertInvariants();
  return outcome;
}

test('F4: every connection is reset ten times in a batch; no process ends, nothing is lost, nothing is done twice', async () => {
  await using host = await openTestHost({ snapshot, environment });
  const process = host.start('serve');
  await process.ready;
  let reset = 0;
  for (let round = 0; round < 10; round++) {
    await sleep(300);
    reset += host.cut();
  }
  assert.ok(reset >= 10, `${reset} connections were reset`);
  await host.untilQuiet();
  await assertSame(host, 10 * connections);
  assert.equal(await process.stop(), 0);
});

test('F5: every connection falls silent for ever; the work goes on over new ones, and late results count for nothing', async () => {
  await using host = await openTestHost({ snapshot, environment });
  await host.start('serve').ready;
  await sleep(500);
  assert.ok(host.database.open > 2);
  host.database.strand();
  await host.untilQuiet();
  await assertSame(host, connections);
});

test('F29: the network is away for twelve seconds, one way and both; nobody is told, and all of it goes on when it is back', async () => {
  await using host = await openTestHost({ snapshot, environment });
  await host.start('serve').ready;
  for (const direction of ['toClient', undefined] as const) {
    await sleep(300);
    host.database.blackHole(direction);
    await sleep(6_000);
    host.database.heal();
  }
  await host.untilQuiet();
  await assertSame(host, 2 * connections);
});

test('F9: the connection is cut at COMMIT, before or after it arrives; a client that repeats its key has one batch', async () => {
  await using host = await openTestHost({ snapshot, environment });
  const { url } = (await host.start('serve').ready) as { url: string };
  const rounds = [1, 2, 3].flatMap((at) => [true, false].map((forward) => ({ at, forward })));
  const ids = new Set<string>();
  for (const [round, rule] of rounds.entries()) {
    const met = host.database.cutOn({ pattern: 'commit\0', ...rule });
    const again = () =>
      handIn(url, client, csv([header, ...goodRows(2, round)]), 'none', `key-${round}`).catch((error: Error) => {
        assert.match(error.message, /answered (503|409)/);
        return undefined;
      });
    let id: string | undefined;
    for (let tries = 0; id === undefined; tries++) {
      assert.ok(tries < 1_000, 'it is never answered');
      id = await again();
      if (id === undefined) await sleep(100);
    }
    assert.equal(await again(), id, 'the same key is answered the same');
    await met;
    ids.add(id);
  }
  assert.equal(ids.size, rounds.length);
  await host.untilQuiet();
  const [count] = await host.place.sql<{ count: number }>('select count(*)::int as count from batch');
  assert.equal(count?.count, 2 + rounds.length, 'one batch for each key');
  await host.assertInvariants();
});
