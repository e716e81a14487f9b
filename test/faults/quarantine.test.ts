/** A database that is put back under running doors: nothing changes and nothing leaves before an operator says so, and no number is given out twice. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCatcher } from '../../src/deliver/email/catcher.ts';
import { issueNow } from '../../src/usecases/credentials/issue-now.ts';
import { beginQuarantine, endQuarantine, sendHeldMail } from '../../src/usecases/instance/end-quarantine.ts';
import { readMark } from '../../src/usecases/instance/instance-mark.ts';
import { keepMarked } from '../../src/usecases/instance/keep-marked.ts';
import { reconcile } from '../../src/usecases/instance/reconcile.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { requestFor } from '../support/issue-request.ts';
import { openTestServer } from '../support/open-test-server.ts';
import { goodRow, goodRows, header } from '../support/sample-template.ts';

const doors = await openTestServer();
const { test: belt, url } = doors;
const { app, sql } = belt;
const stopMarking = await keepMarked(app);
after(async () => {
  await stopMarking();
  await doors[Symbol.asyncDispose]();
});

const tenant = await belt.addTenant();
const key = await doors.key(tenant);
const sent: string[] = [];
app.channels.email = openCatcher('email', async ({ messageId }) => void sent.push(messageId));
await belt.startBelt();

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 30_000; !(await holds()); await sleep(20))
    assert.ok(performance.now() < deadline, `in vain: ${holds}`);
}

/** As a backup would have it that was made so many epochs ago; whoever puts one back ends all sessions. */
async function putBack(epochs: number): Promise<void> {
  await sql('update instance set epoch = epoch - $1', [epochs]);
  await sql(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
  );
}

const ask = (method: string, path: string, body?: object) =>
  fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });

const first = await belt.createBatch(tenant, csv([header, ...goodRows(3)]));
await belt.waitForBatch(tenant, first);

test('a database put back under a running server is noticed by its first connection; reads are answered, all else is refused', async () => {
  assert.equal(sent.length, 3);
  assert.equal(app.instance.halt, undefined);
  const second = await belt.createBatch(tenant, csv([header, ...goodRows(2)]), { channels: [] });
  await belt.waitForBatch(tenant, second);
  await putBack(1);
  await until(() => app.instance.halt?.kind === 'quarantine');
  const [{ id }] = (await sql<{ id: string }>('select id from item limit 1')) as [{ id: string }];
  for (const [method, path] of [
    ['POST', '/chancery/v1/members'],
    ['POST', '/business/batches'],
    ['POST', '/api/v1/credentials/issue'],
    ['POST', '/molpro/jobs'],
    ['POST', '/wallet'],
    ['DELETE', `/chancery/v1/webhooks/${id}`],
  ] as const) {
    const answer = await ask(method, path, {});
    assert.equal(answer.status, 503, `${method} ${path}`);
    assert.ok(Number(answer.headers.get('retry-after')) > 0, `${method} ${path}`);
  }
  assert.match(await (await ask('POST', '/chancery/v1/members', {})).text(), /quarantine after a backup was restored/);
  for (const path of [`/credential/${id}`, '/chancery/v1/credits', `/chancery/v1/batches/${first}`])
    assert.equal((await ask('GET', path)).status, 200, path);
  const ready = await ask('GET', '/readyz');
  assert.deepEqual([ready.status, ((await ready.json()) as { status: string }).status], [200, 'quarantine']);
  assert.match(await (await ask('GET', '/metrics')).text(), /^chancery_quarantine 1$/m);
  await assert.rejects(belt.createBatch(tenant, csv([header, ...goodRows(1)])), { code: 'not_ready' });
});

test('in quarantine no job is begun, no message claimed and no epoch given; the report says what would leave', async () => {
  await sql(`update delivery set status = 'queued' where batch_id = $1 and seq = 0`, [first]);
  const chunks = await sql<{ id: string; organization: string }>(
    'select id, organization_id as organization from chunk where batch_id = $1',
    [first],
  );
  const [{ id: chunkId, organization: organizationId }] = chunks as [{ id: string; organization: string }];
  await sql(`update chunk set status = 'produced' where id = $1`, [chunkId]);
  await app.db.owner((tx) =>
    app.queue.enqueue(tx, 'deliver', [
      {
        stage: 'deliver',
        organizationId,
        chunkId,
        part: { batchId: first, channel: 'email', fromSeq: 0, toSeq: 2 },
      },
    ]),
  );
  const before = await readMark(app);
  await sleep(2_500);
  assert.equal(sent.length, 3);
  assert.deepEqual(await readMark(app), before);
  const report = await reconcile(app);
  assert.equal(report.quarantine?.reason, 'behind');
  assert.deepEqual(report.outstanding.mails, { queued: 1 });
  assert.equal(report.documents?.epoch, report.database.epoch + 1);
});

test('its end passes over every number that was given out, holds the mail, and lets new work go on', async () => {
  const mark = await readMark(app);
  assert.ok(typeof mark === 'object');
  const numbers = 'select max(number) as number from batch';
  const [{ number }] = (await sql<{ number: number }>(numbers)) as [{ number: number }];
  await endQuarantine(app, 'hold');
  await until(() => app.instance.halt === undefined);
  await assert.rejects(endQuarantine(app, 'hold'), { code: 'conflict' });
  const third = await belt.createBatch(tenant, csv([header, ...goodRows(2)]));
  await belt.waitForBatch(tenant, third);
  assert.equal(sent.length, 5, 'only the new mail went out');
  const [facts] = await sql<{ first: number; lists: { id: string }[]; number: number }>(
    'select first_reference as first, status_lists as lists, number from batch where id = $1',
    [third],
  );
  assert.ok((facts?.first as number) > mark.nextReference + 1_000_000);
  assert.ok((facts?.number as number) > number + 100_000);
  const [lists] = (await sql<{ count: number }>('select count(*)::int as count from status_list')) as [
    { count: number },
  ];
  assert.equal(lists.count, 2, 'a new status list was opened');
  assert.deepEqual(await sql('select count(*)::int as held from delivery where status = $1', ['held']), [{ held: 1 }]);
  const after = await readMark(app);
  assert.ok(typeof after === 'object' && after.epoch > mark.epoch);
  await assertInvariants(belt.database);
});

test('held mail is sent when the operator says so, with the Message-ID it had', async () => {
  assert.equal(await sendHeldMail(app), 1);
  await until(() => sent.length === 6);
  assert.equal(sent.filter((id) => id === sent[5]).length, 2);
  await belt.waitForBatch(tenant, first);
  await assertInvariants(belt.database);
});

test('what was taken ahead for certificates issued at once is not used after a quarantine', async () => {
  const issue = async (row: number) => {
    const outcome = await issueNow(app, tenant.actor, requestFor(tenant, goodRow(row)));
    assert.ok('issued' in outcome);
    const [facts] = await sql<{ first: number; list: string }>(
      `select first_reference as first, status_lists -> 0 ->> 'id' as list from batch join item on item.batch_id = batch.id where item.id = $1`,
      [outcome.issued.id],
    );
    return facts as { first: number; list: string };
  };
  // The second takes two positions, the third leaves one of them unused.
  const taken = [await issue(11), await issue(12)] as const;
  assert.ok(await beginQuarantine(app));
  await until(() => app.instance.halt !== undefined);
  assert.equal(await beginQuarantine(app), false);
  await assert.rejects(issue(13), { code: 'not_ready' });
  await endQuarantine(app, 'send');
  await until(() => app.instance.halt === undefined);
  const next = await issue(13);
  assert.ok(next.first > taken[1].first + 1_000_000);
  assert.notEqual(next.list, taken[1].list);
  await assertInvariants(belt.database);
});

test('a database that a newer release has migrated: this program does nothing any more, and says why', async () => {
  await sql(`insert into chancery_migration (number, name, checksum) values (9999, '9999_newer.sql', '')`);
  await sql(`select pg_notify('chancery_instance', 'migrated')`);
  await until(() => app.instance.halt?.kind === 'outdated');
  for (const path of ['/chancery/v1/credits', '/readyz']) assert.equal((await ask('GET', path)).status, 503, path);
  assert.match(await (await ask('GET', '/readyz')).text(), /newer release/);
  assert.equal((await ask('GET', '/livez')).status, 200);
  await sql('delete from chancery_migration where number = 9999');
  await sql(`select pg_notify('chancery_instance', 'migrated')`);
  await until(() => app.instance.halt === undefined);
});
