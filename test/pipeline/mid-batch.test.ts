/** F25: what happens to a batch while it is under way has a defined end: certificates revoked as their mails leave, credits that run out. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCatcher } from '../../src/deliver/email/catcher.ts';
import { revokeCredential } from '../../src/usecases/credentials/revoke-credential.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp, type TestApp } from '../support/open-test-app.ts';
import { goodRows, header } from '../support/sample-template.ts';

let belt: TestApp;
const sent: string[] = [];
/** Runs before a mail is taken. */
let taking = async (_: string) => {};
before(async () => {
  const email = openCatcher('email', async ({ to }) => {
    await taking(to);
    sent.push(to);
  });
  belt = await openTestApp({ environment: { SMTP_CONNECTIONS: '1' }, overrides: { channels: { email } } });
  await belt.startBelt();
});
after(() => belt?.[Symbol.asyncDispose]());

test('F25: certificates revoked while their chunk is being mailed: the mail under way arrives, the others are not sent any more', async () => {
  const tenant = await belt.addTenant({ credits: 3 });
  const rows = goodRows(3);
  const revokeAll = async (batchId: string) => {
    const items = await belt.sql<{ id: string }>('select id from item where batch_id = $1 order by seq limit 2', [
      batchId,
    ]);
    for (const { id } of items) await revokeCredential(belt.app, tenant.actor, id, 'issued by mistake');
  };
  let first: string | undefined;
  taking = async (recipient) => {
    if (first !== undefined) return;
    first = recipient;
    const [batch] = await belt.sql<{ id: string }>('select id from batch where organization_id = $1', [
      tenant.organizationId,
    ]);
    await revokeAll(batch?.id as string);
    // A relay that takes its time: longer than a claim is believed in.
    await sleep(1_100);
  };
  const id = await belt.createBatch(tenant, csv([header, ...rows]));
  const batch = await belt.waitForBatch(tenant, id);
  const wanted = await belt.sql<{ email: string; item: string; delivery: string }>(
    `select item.email, item.status as item, delivery.status as delivery from item join delivery on delivery.batch_id = item.batch_id and delivery.seq = item.seq
     where item.batch_id = $1 order by item.seq`,
    [id],
  );
  assert.deepEqual(
    wanted.map(({ item, delivery }) => [item, delivery]),
    [
      ['revoked', 'sent'],
      ['revoked', 'cancelled'],
      ['issued', 'sent'],
    ],
  );
  assert.deepEqual(sent, [wanted[0]?.email, wanted[2]?.email]);
  assert.deepEqual([batch.mailsSent, batch.mailsFailed], [2, 1]);
  assert.deepEqual(await belt.balance(tenant), { available: 0, reserved: 0, spent: 3 });
  await assertInvariants(belt.database);
});

test('F25: credits that are gone while a batch is under way: it has its own, the next one is refused, and the books agree', async () => {
  const tenant = await belt.addTenant({ credits: 3 });
  let refused: Promise<void> | undefined;
  taking = async () => {
    refused ??= assert.rejects(belt.createBatch(tenant, csv([header, ...goodRows(1)])), {
      code: 'limit_exceeded',
      details: { limit: 'credits', needed: 1, available: 0 },
    });
    await refused;
  };
  const id = await belt.createBatch(tenant, csv([header, ...goodRows(3)]));
  const batch = await belt.waitForBatch(tenant, id);
  assert.ok(refused, 'nobody asked meanwhile');
  await refused;
  assert.deepEqual([batch.status, batch.issued, batch.mailsSent], ['completed', 3, 3]);
  assert.deepEqual(await belt.balance(tenant), { available: 0, reserved: 0, spent: 3 });
  await assertInvariants(belt.database);
});
