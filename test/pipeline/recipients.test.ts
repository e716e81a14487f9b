/** Recipients who are members: their items are theirs from the first moment or from the moment they join, in every way of joining. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { linkItems } from '../../src/db/recipients.ts';
import type { RawRow } from '../../src/domain/item.ts';
import type { ColumnPlan } from '../../src/ingest/columns.ts';
import { acceptChunk } from '../../src/pipeline/accept-chunk.ts';
import { retryFailed } from '../../src/usecases/batches/retry-failed.ts';
import { addMember, changeMember } from '../../src/usecases/members/change-member.ts';
import { fillProfiles } from '../../src/usecases/members/fill-profiles.ts';
import { createMember } from '../../src/usecases/organizations/create-member.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import type { Tenant } from '../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../support/open-test-server.ts';
import { longTest } from '../support/rounds.ts';
import { goodRow, goodRows, header } from '../support/sample-template.ts';

let doors: TestDoors;
before(async () => {
  doors = await openTestServer();
});
after(() => doors?.[Symbol.asyncDispose]());

const person = (number: number) => ({
  firstName: `Person`,
  lastName: `${number}`,
  email: `person${number}@example.com`,
});

const memberOf = async (tenant: Tenant, email: string) =>
  (
    await doors.test.sql<{ memberId: string | null }>(
      'select member_id as "memberId" from item where organization_id = $1 and email_key = $2 order by created_at, seq',
      [tenant.organizationId, email],
    )
  ).map(({ memberId }) => memberId);

const linkEvents = (memberId: string) =>
  doors.test.sql<{ actor: string; data: { count: number } }>(
    `select actor, data from event where subject_id = $1 and kind = 'member.items_linked' order by id`,
    [memberId],
  );

async function issued(tenant: Tenant, rows: string[][]): Promise<string> {
  const stop = await doors.test.startBelt();
  const id = await doors.test.createBatch(tenant, csv([header, ...rows]));
  await doors.test.waitForBatch(tenant, id);
  await stop();
  return id;
}

test('rows of members are theirs when they are accepted, whatever the case of the address, and are counted when they are produced', async () => {
  const tenant = await doors.test.addTenant();
  const other = await doors.test.addTenant();
  const ids = [];
  for (const number of [1, 2, 3]) ids.push(await addMember(doors.test.app, tenant.actor, person(number)));
  await changeMember(doors.test.app, tenant.actor, ids[2] as string, { isArchived: true });
  const foreign = await addMember(doors.test.app, other.actor, person(4));
  const shouted = goodRow(1).map((cell, at) => (at === 1 ? cell.toUpperCase() : cell));
  const bad = ['Person 2', 'person2@example.com', '', ''];
  const batch = await issued(tenant, [shouted, ...goodRows(3, 2), bad]);
  assert.deepEqual(await memberOf(tenant, 'person1@example.com'), [ids[0]]);
  assert.deepEqual(await memberOf(tenant, 'person2@example.com'), [ids[1], ids[1]]);
  assert.deepEqual(await memberOf(tenant, 'person3@example.com'), [null], 'an archived member is none');
  assert.deepEqual(await memberOf(tenant, 'person4@example.com'), [null], `another organization's member is none`);
  assert.deepEqual(await doors.test.sql('select issued, failed, internal from chunk where batch_id = $1', [batch]), [
    { issued: 4, failed: 1, internal: 2 },
  ]);
  assert.deepEqual(await linkEvents(foreign), []);
  await assertInvariants(doors.test.database);
});

longTest('of two members with one address the first one gets the items', async () => {
  const tenant = await doors.test.addTenant();
  const first = await addMember(doors.test.app, tenant.actor, person(1));
  // Only rows from before addresses were compared in lower case can be so.
  await doors.test.sql(
    `insert into member (id, organization_id, first_name, last_name, email, email_key) values ($1, $2, 'A', 'B', 'Person1@example.com', 'person1@example.com')`,
    [randomUUID(), tenant.organizationId],
  );
  await issued(tenant, goodRows(1));
  assert.deepEqual(await memberOf(tenant, 'person1@example.com'), [first]);
});

longTest('a retry chunk counts its own members', async () => {
  const tenant = await doors.test.addTenant();
  await addMember(doors.test.app, tenant.actor, person(1));
  const batch = await issued(tenant, goodRows(2));
  await doors.test.sql(
    `update item set status = 'failed', issued_at = null, issues = '[{"path": "row", "code": "produce_failed", "params": {"reason": "-"}}]' where batch_id = $1`,
    [batch],
  );
  await doors.test.sql(`update chunk set issued = 0, internal = 0, failed = 2 where batch_id = $1`, [batch]);
  await doors.test.sql(`update batch set status = 'failed' where id = $1`, [batch]);
  await doors.test.sql('delete from delivery where batch_id = $1', [batch]);
  const stop = await doors.test.startBelt();
  await retryFailed(doors.test.app, tenant.actor, batch);
  await doors.test.waitForBatch(tenant, batch);
  await stop();
  assert.deepEqual(
    await doors.test.sql('select retry, issued, internal from chunk where batch_id = $1 order by seq', [batch]),
    [
      { retry: false, issued: 0, internal: 0 },
      { retry: true, issued: 2, internal: 1 },
    ],
  );
});

test('who is added gets what was issued to the address before, and nobody else’s', async () => {
  const tenant = await doors.test.addTenant();
  const other = await doors.test.addTenant();
  await issued(tenant, [...goodRows(2), goodRow(1)]);
  await issued(other, goodRows(1));
  const token = await doors.key(tenant);
  const response = await fetch(`${doors.url}/chancery/v1/members`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...person(1), email: 'Person1@Example.com' }),
  });
  assert.equal(response.status, 201);
  const { id } = (await response.json()) as { id: string };
  assert.deepEqual(await memberOf(tenant, 'person1@example.com'), [id, id]);
  assert.deepEqual(await memberOf(tenant, 'person2@example.com'), [null]);
  assert.deepEqual(await memberOf(other, 'person1@example.com'), [null]);
  const [event, ...more] = await linkEvents(id);
  assert.deepEqual([event?.data, more.length], [{ count: 2 }, 0]);
  assert.match(event?.actor ?? '', /^api_key:/);
});

test('who takes an address gets what nobody has of it, keeps what they have, and takes nothing from another', async () => {
  const tenant = await doors.test.addTenant();
  const { app } = doors.test;
  const ada = await addMember(app, tenant.actor, person(1));
  await issued(tenant, goodRows(2));
  await changeMember(app, tenant.actor, ada, { email: 'person2@example.com' });
  assert.deepEqual(await memberOf(tenant, 'person1@example.com'), [ada], 'what was issued to them stays theirs');
  assert.deepEqual(await memberOf(tenant, 'person2@example.com'), [ada]);
  const ben = await addMember(app, tenant.actor, person(1));
  assert.deepEqual(
    await memberOf(tenant, 'person1@example.com'),
    [ada],
    'the new owner of an address gets no one else’s',
  );
  await issued(tenant, goodRows(1));
  assert.deepEqual(await memberOf(tenant, 'person1@example.com'), [ada, ben]);
  assert.deepEqual(
    (await linkEvents(ada)).map(({ data }) => data),
    [{ count: 1 }],
  );
  await changeMember(app, tenant.actor, ada, { phone: '+44 20 7946 0000' });
  assert.equal((await linkEvents(ada)).length, 1);
});

test('an archived member gets nothing until they are a member again', async () => {
  const tenant = await doors.test.addTenant();
  const { app } = doors.test;
  const id = await addMember(app, tenant.actor, person(1));
  await changeMember(app, tenant.actor, id, { isArchived: true });
  await issued(tenant, goodRows(1));
  await changeMember(app, tenant.actor, id, { email: 'person1@example.com' });
  assert.deepEqual(await memberOf(tenant, 'person1@example.com'), [null]);
  await changeMember(app, tenant.actor, id, { isArchived: false });
  assert.deepEqual(await memberOf(tenant, 'person1@example.com'), [id]);
  const made = await createMember(app, tenant.organizationId, person(2));
  assert.deepEqual(await linkEvents(made), []);
});

test('whoever joins while a chunk is being accepted misses nothing', async () => {
  const tenant = await doors.test.addTenant();
  const batchId = await doors.test.createBatch(tenant, csv([header, ...goodRows(1)]));
  const [chunk] = await doors.test.sql<{ id: string }>('select id from chunk where batch_id = $1', [batchId]);
  const job = { stage: 'accept', organizationId: tenant.organizationId, chunkId: chunk?.id as string };
  const id = randomUUID();
  const isWaiting = () => doors.test.sql(`select 1 from pg_locks where locktype = 'advisory' and not granted`);
  const accepting = await doors.test.database.organization(tenant.organizationId, async (tx) => {
    await tx.query(
      `insert into member (id, organization_id, first_name, last_name, email, email_key) values ($1, $2, 'A', 'B', $3, $3)`,
      [id, tenant.organizationId, 'person1@example.com'],
    );
    assert.equal(await linkItems(tx, tenant.organizationId, id), 0);
    const work = acceptChunk(doors.test.app, job);
    while ((await isWaiting()).length === 0) await sleep(5);
    return { work };
  });
  await accepting.work;
  assert.deepEqual(await memberOf(tenant, 'person1@example.com'), [id]);
});

const plan: ColumnPlan = {
  header: ['recipient_name', 'email', 'role', 'credits_earned', 'issue_date', 'note'],
  targets: [
    { to: 'name' },
    { to: 'email' },
    { to: 'field', field: 'Rolle' },
    { to: 'field', field: 'Punkte' },
    { to: 'issueDate' },
    { to: 'ignored' },
  ],
  dateFormat: 'YYYY-MM-DD',
};

async function fill(tenant: Tenant, ...blocks: string[][][]): Promise<string[][][]> {
  let row = 0;
  async function* rows(): AsyncGenerator<RawRow[]> {
    for (const block of blocks) yield block.map((cells) => ({ row: ++row, cells }));
  }
  const filled: string[][][] = [];
  let next = 0;
  for await (const block of fillProfiles(doors.test.app, tenant.organizationId, plan, rows())) {
    for (const one of block) assert.equal(one.row, ++next);
    filled.push(block.map(({ cells }) => cells));
  }
  return filled;
}

test('a profile fills what a row about a member leaves out, by wire name first, and nothing else', async () => {
  const tenant = await doors.test.addTenant();
  const other = await doors.test.addTenant();
  const { app } = doors.test;
  const profile = {
    role: 'Tutor',
    Rolle: 'Leiterin',
    Punkte: '1.5',
    issue_date: '2020-01-01',
    email: 'x@example.com',
    note: 'n',
  };
  const id = await addMember(app, tenant.actor, { ...person(1), profile });
  await addMember(app, other.actor, { ...person(2), profile });
  const gap = (email: string) => ['', email, '', '', '', ''];
  assert.deepEqual(
    await fill(
      tenant,
      [
        gap('person1@example.com'),
        gap(' PERSON1@example.com '),
        gap('person2@example.com'),
        gap(''),
        gap('no\0address'),
      ],
      [],
      [
        ['Ada', 'person1@example.com', 'Guest', ' ', '2026-01-01', ''],
        ['', 'person1@example.com'],
      ],
    ),
    [
      [
        ['Person 1', 'person1@example.com', 'Tutor', '1.5', '', ''],
        ['Person 1', ' PERSON1@example.com ', 'Tutor', '1.5', '', ''],
        gap('person2@example.com'),
        gap(''),
        gap('no\0address'),
      ],
      [],
      [
        ['Ada', 'person1@example.com', 'Guest', '1.5', '2026-01-01', ''],
        ['', 'person1@example.com'],
      ],
    ],
  );
  await changeMember(app, tenant.actor, id, { isArchived: true });
  assert.deepEqual(await fill(tenant, [gap('person1@example.com')]), [[gap('person1@example.com')]]);
});
