/** The connection to the database cut, silent, slow and cut at COMMIT, in the middle of a batch: no process ends, everything is done once. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { csv } from '../support/csv-text.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { type Outcome, readOutcome } from '../support/outcome.ts';
import { goodRows, header } from '../support/sample-template.ts';
import { openTestHost, type TestHost } from '../support/test-host.ts';

const connections = 2;
const environment = { SMTP_CONNECTIONS: String(connections), DATABASE_POOL: '4' };

const snapshot = await (async () => {
  const belt = await openTestApp();
  const tenant = await belt.addTenant();
  await belt.createBatch(tenant, csv([header, ...goodRows(1_500)]), { channels: [] });
  await belt.createBatch(tenant, csv([header, ...goodRows(100, 5_000)]));
  return belt.intoSnapshot();
})();
after(() => snapshot.end());

const reference = await (async () => {
  await using host = await openTestHost({ snapshot, environment });
  await host.start('serve').ready;
  await host.untilQuiet();
  return readOutcome(host.place);
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
