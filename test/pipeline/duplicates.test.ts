/** `duplicates=allow|skip|deny`: the same person with the same values, earlier in the file, under way, or issued for the template. */

import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import test, { after } from 'node:test';
import { ChanceryError } from '../../src/errors.ts';
import { exportFailedRows, listFailedRows } from '../../src/usecases/batches/failed-rows.ts';
import { revokeCredential } from '../../src/usecases/credentials/revoke-credential.ts';
import { createTemplate } from '../../src/usecases/templates/create-template.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { rounds } from '../support/rounds.ts';
import { sampleTemplate } from '../support/sample-template.ts';

const belt = await openTestApp();
after(() => belt[Symbol.asyncDispose]());

const header = 'name,email,Course,Held on';
const row = (name: string, email: string, course = 'Engines') => `${name},${email},${course},2026-01-05`;
const ada = row('Ada Lovelace', 'ada@example.com');
const bob = row('Bob Kahn', 'bob@example.com');
const none = { channels: [] };
const csv = (lines: string[]) => `${lines.join('\n')}\n`;

const isDenied = (count: number) => (error: unknown) => {
  assert.ok(error instanceof ChanceryError && error.code === 'invalid_input', String(error));
  assert.deepEqual(error.issues[0], { path: 'file', code: 'duplicate_rows', params: { count } });
  return true;
};

test('within a file: the address in any case, the name and the values make a duplicate; issue dates do not', async () => {
  const tenant = await belt.addTenant();
  const file = csv([
    `${header},issue_date`,
    `${ada},2026-02-01`,
    `${row('Ada Lovelace', 'ADA@Example.com')},2026-02-02`,
    `${row('Ada King', 'ada@example.com')},`,
    `${row('Ada Lovelace', 'ada@example.com', 'Poetry')},`,
    `${ada},`,
  ]);
  await assert.rejects(belt.createBatch(tenant, file, { duplicates: 'deny' }), (error: ChanceryError) => {
    assert.deepEqual(error.issues, [
      { path: 'file', code: 'duplicate_rows', params: { count: 2 } },
      { path: 'file', code: 'duplicate_row', params: { row: 3, repeats: 'row 2' } },
      { path: 'file', code: 'duplicate_row', params: { row: 6, repeats: 'row 2' } },
    ]);
    return true;
  });
  assert.deepEqual(await belt.sql('select 1 from batch'), []);
  assert.deepEqual(await belt.blobFiles('sources'), []);
  assert.deepEqual(await belt.balance(tenant), { available: 100_000, reserved: 0, spent: 0 });
  assert.ok(await belt.createBatch(tenant, file), 'allowed unless something else is said');
});

test('skip: duplicates are left out with a reason, cost nothing, and come back in the file of failed rows', async () => {
  const tenant = await belt.addTenant({ credits: 3 });
  const stop = await belt.startBelt();
  const first = await belt.createBatch(tenant, csv([header, ada]), none);
  await belt.waitForBatch(tenant, first);
  const [{ reference }] = (await belt.sql('select reference_id as reference from item where batch_id = $1', [
    first,
  ])) as [{ reference: string }];
  // Two credits are left, for Bob and the bad row.
  const file = csv([header, ada, bob, 'Bad,not an address,Engines,2026-01-05', bob, ada]);
  const id = await belt.createBatch(tenant, file, { ...none, duplicates: 'skip' });
  await assertInvariants(belt.database, 'while it is under way');
  const batch = await belt.waitForBatch(tenant, id);
  await stop();
  assert.deepEqual([batch.status, batch.total, batch.issued, batch.failed], ['partially_completed', 5, 1, 4]);
  const failed = await listFailedRows(belt.app, tenant.actor, id, -1, 100);
  assert.deepEqual(
    failed.map(({ row: number, issues: [issue], retryable }) => [
      number,
      issue?.code,
      issue?.params?.repeats,
      retryable,
    ]),
    [
      [2, 'duplicate', reference, false],
      [4, 'not_an_email', undefined, false],
      [5, 'duplicate', 'row 3', false],
      [6, 'duplicate', 'row 2', false],
    ],
  );
  const again = await text(Readable.from(await exportFailedRows(belt.app, tenant.actor, id)));
  assert.match(again, new RegExp(`Ada Lovelace.*repeats ${reference} and was left out`));
  assert.deepEqual(await belt.balance(tenant), { available: 1, reserved: 0, spent: 2 });
  await assertInvariants(belt.database);
});

test('rows under way count before anybody has looked at them, those of a skipped batch too', async () => {
  const tenant = await belt.addTenant();
  await belt.createBatch(tenant, csv([header, ada, ada]), { ...none, duplicates: 'skip' });
  await assert.rejects(belt.createBatch(tenant, csv([header, bob, ada]), { duplicates: 'deny' }), isDenied(1));
  const id = await belt.createBatch(tenant, csv([header, bob, ada]), { ...none, duplicates: 'skip' });
  const [chunk] = await belt.sql<{ duplicates: [number, string][] }>(
    'select duplicates from chunk where batch_id = $1',
    [id],
  );
  const stop = await belt.startBelt();
  await belt.waitForBatch(tenant, id);
  await stop();
  const [issued] = await belt.sql<{ reference: string }>(
    `select reference_id as reference from item where organization_id = $1 and name = 'Ada Lovelace' and status = 'issued'`,
    [tenant.organizationId],
  );
  assert.deepEqual(chunk?.duplicates, [[1, issued?.reference]], 'named by the reference id it will have');
  await assertInvariants(belt.database);
});

test('another template, another organization, a revoked certificate and a failed row repeat nothing', async () => {
  const tenant = await belt.addTenant();
  const stop = await belt.startBelt();
  const bad = 'Ada Lovelace,not an address,Engines,2026-01-05';
  const first = await belt.createBatch(tenant, csv([header, ada, bad, bad]), { ...none, duplicates: 'deny' });
  await belt.waitForBatch(tenant, first);
  const deny = { ...none, duplicates: 'deny' } as const;
  const stranger = await belt.addTenant();
  await belt.createBatch(stranger, csv([header, ada]), deny);
  const other = await createTemplate(belt.app, tenant.actor, { content: sampleTemplate() });
  await belt.createBatch(tenant, csv([header, ada]), { ...deny, templateId: other.id });
  await assert.rejects(belt.createBatch(tenant, csv([header, ada]), deny), isDenied(1));
  const version = { content: sampleTemplate(), templateId: tenant.templateId };
  await createTemplate(belt.app, tenant.actor, version);
  await assert.rejects(
    belt.createBatch(tenant, csv([header, ada]), deny),
    isDenied(1),
    'a new version is the same template',
  );
  const [item] = await belt.sql<{ id: string }>(`select id from item where batch_id = $1 and status = 'issued'`, [
    first,
  ]);
  await revokeCredential(belt.app, tenant.actor, item?.id as string, 'made in error');
  await belt.createBatch(tenant, csv([header, ada]), deny);
  await stop();
});

const times = rounds(4, 10);

test(`of ${times} batches of the same people at the same instant, deny takes one and skip issues each person once`, async () => {
  const file = csv([header, ada, bob]);
  const tenant = await belt.addTenant();
  const ends = await Promise.allSettled(
    Array.from({ length: times }, () => belt.createBatch(tenant, file, { ...none, duplicates: 'deny' })),
  );
  assert.equal(ends.filter(({ status }) => status === 'fulfilled').length, 1);
  for (const end of ends) if (end.status === 'rejected') isDenied(2)(end.reason);
  const other = await belt.addTenant();
  const ids = await Promise.all(
    Array.from({ length: times / 2 }, () => belt.createBatch(other, file, { ...none, duplicates: 'skip' })),
  );
  const stop = await belt.startBelt();
  for (const id of ids) await belt.waitForBatch(other, id);
  await stop();
  const issued = await belt.sql(
    `select name from item where organization_id = $1 and status = 'issued' order by name`,
    [other.organizationId],
  );
  assert.deepEqual(issued, [{ name: 'Ada Lovelace' }, { name: 'Bob Kahn' }]);
  await assertInvariants(belt.database);
});

test('a file of nothing but duplicates is a failed batch that costs nothing', async () => {
  const tenant = await belt.addTenant({ credits: 1 });
  const stop = await belt.startBelt();
  await belt.waitForBatch(tenant, await belt.createBatch(tenant, csv([header, ada]), none));
  const id = await belt.createBatch(tenant, csv([header, ada, ada]), { ...none, duplicates: 'skip' });
  const { status, issued, failed } = await belt.waitForBatch(tenant, id);
  await stop();
  assert.deepEqual([status, issued, failed], ['failed', 0, 2]);
  assert.deepEqual(await belt.balance(tenant), { available: 0, reserved: 0, spent: 1 });
  await assertInvariants(belt.database);
});
