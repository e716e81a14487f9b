/** Mail held at the end of a quarantine: however many chunks of however many organizations, their sums are right, and it is put in line a few chunks at a time. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openCatcher } from '../../src/deliver/email/catcher.ts';
import { beginQuarantine, endQuarantine, sendHeldMail } from '../../src/usecases/instance/end-quarantine.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp, type Tenant, type TestApp } from '../support/open-test-app.ts';
import { goodRows, header } from '../support/sample-template.ts';

let belt: TestApp;
const sent: string[] = [];
const batches: [Tenant, string][] = [];
before(async () => {
  belt = await openTestApp();
  belt.app.channels.email = openCatcher('email', async ({ messageId }) => void sent.push(messageId));
  const stopBelt = await belt.startBelt();
  for (const tenant of [await belt.addTenant(), await belt.addTenant()])
    for (let at = 0; at < 2; at++)
      batches.push([tenant, await belt.createBatch(tenant, csv([header, ...goodRows(3, 1 + 3 * at)]))]);
  for (const [tenant, id] of batches) await belt.waitForBatch(tenant, id);
  await stopBelt();
});
after(() => belt?.[Symbol.asyncDispose]());

const held = async () =>
  (await belt.sql<{ chunks: number; mails: number }>(
    `select count(distinct chunk_id)::int as chunks, count(*)::int as mails from delivery where status = 'held'`,
  )) as [{ chunks: number; mails: number }];

test('held mail of four chunks is counted as not sent, and sent again chunk by chunk with the Message-IDs it had', async () => {
  assert.equal(sent.length, 12);
  const { app, sql } = belt;
  // As a backup has it that was made before two of each three had left.
  await sql(`update delivery set status = 'queued', sent_at = null, attempts = 0, run = null where seq > 0`);
  await sql(`update chunk set status = 'produced'`);
  await beginQuarantine(app);
  await endQuarantine(app, 'hold');
  assert.deepEqual(await held(), [{ chunks: 4, mails: 8 }]);
  assert.deepEqual(
    await sql('select mails_sent as sent, mails_failed as "notSent", status from chunk'),
    Array(4).fill({ sent: 1, notSent: 2, status: 'delivered' }),
  );
  await assertInvariants(belt.database, 'while it is held');
  await app.db.owner(app.instance.look);
  assert.equal(await sendHeldMail(app, 3), 8);
  assert.equal(await sendHeldMail(app), 0);
  assert.deepEqual(await held(), [{ chunks: 0, mails: 0 }]);
  await belt.startBelt();
  for (const [tenant, id] of batches) await belt.waitForBatch(tenant, id);
  assert.equal(sent.length, 20);
  assert.equal(new Set(sent).size, 12);
  await assertInvariants(belt.database);
});
