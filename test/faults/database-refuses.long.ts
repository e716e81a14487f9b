/** PostgreSQL that refuses one statement, has no connection left, or makes everyone wait: what cannot be done is tried again or answered 503, the rest goes on, and nothing is half done. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { useMortalServer } from '../support/mortal-server.ts';
import type { Tenant, TestApp } from '../support/open-test-app.ts';
import { openTestServer } from '../support/open-test-server.ts';
import { ask, assertPatient } from '../support/polling-client.ts';
import { goodRows, header } from '../support/sample-template.ts';

const owned = new AsyncDisposableStack();
after(() => owned.disposeAsync());
owned.use(await useMortalServer({ max_connections: '40' }));
const doors = owned.use(await openTestServer({ environment: { DATABASE_POOL: '4', SMTP_CONNECTIONS: '1' } }));
const { test: belt, url } = doors;
const tenant = await belt.addTenant();
const headers = { authorization: `Bearer ${await doors.key(tenant)}` };
await belt.startBelt();

let rows = 0;
const next = (count: number) => {
  rows += count;
  return rows;
};
const handIn = (count: number, channels = ['email']) =>
  belt.createBatch(tenant, csv([header, ...goodRows(count, next(count))]), { channels });
const look = (id: string) =>
  ask({ name: 'status', url: `${url}/chancery/v1/batches/${id}`, init: () => ({ headers }) });

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 60_000; !(await isSo()); await sleep(50))
    assert.ok(performance.now() < deadline, `${what}: not within a minute`);
}

interface Counted {
  issued: number;
  mailed: number;
  copies: number;
}

/** The batch is complete, each of its rows is issued once and mailed at most `copies` times more than once. */
async function assertComplete({ sql, waitForBatch }: TestApp, of: Tenant, id: string, count: number, mails: number) {
  const { status } = await waitForBatch(of, id);
  assert.equal(status, 'completed');
  const [counted] = await sql<Counted>(
    `select (select count(*)::int from item where batch_id = $1 and status = 'issued') as issued,
       count(distinct message_id)::int as mailed, count(*)::int as copies from caught_mail
     where message_id in (select message_id from delivery where batch_id = $1 and status = 'sent')`,
    [id],
  );
  assert.deepEqual({ issued: counted?.issued, mailed: counted?.mailed }, { issued: count, mailed: mails });
  assert.ok((counted?.copies ?? 0) - mails <= 3, `${counted?.copies} mails were sent for ${mails}`);
  await assertInvariants(belt.database);
}

const hurry = `update pgboss.job set start_after = clock_timestamp() where state in ('created', 'retry')`;

for (const [table, when, isMarked] of [
  ['item', 'insert', 'new.chunk_id = $chunk and new.seq = 3'],
  ['item', 'update', 'new.chunk_id = $chunk and new.seq = 3'],
  ['ledger_entry', 'insert', `new.chunk_id = $chunk`],
  ['delivery', 'insert', 'new.chunk_id = $chunk and new.seq = 3'],
  ['delivery', 'update', `new.chunk_id = $chunk and new.seq = 3 and new.status = 'sent'`],
  ['chunk', 'update', `new.id = $chunk and new.status = 'produced'`],
  ['event', 'insert', 'new.subject_id = $batch'],
] as const)
  test(`F7: one ${when} of ${table} fails: its chunk is whole or not begun, the rest goes on, and all of it ends well`, async () => {
    const channels = table === 'delivery' ? ['email'] : [];
    const id = await handIn(503, channels);
    const [chunk] = await belt.sql<{ id: string }>('select id from chunk where batch_id = $1 order by seq limit 1', [
      id,
    ]);
    const condition = isMarked.replace('$chunk', `'${chunk?.id}'`).replace('$batch', `'${id}'`);
    await belt.sql(`create function refuse() returns trigger language plpgsql as $$
      begin if ${condition} then perform nextval('refused'); raise exception 'refused by the test'; end if; return new; end $$`);
    await belt.sql(`create sequence refused; grant usage on sequence refused to public;
      create trigger refuse before ${when} on ${table} for each row execute function refuse()`);
    const refused = async () =>
      Number(
        (await belt.sql<{ n: string }>('select case when is_called then last_value else 0 end as n from refused'))[0]
          ?.n,
      );
    const other = await handIn(2);
    await assertComplete(belt, tenant, other, 2, 2);
    await until('it is refused twice', async () => {
      await belt.sql(hurry);
      await belt.sql(`update delivery set next_attempt_at = clock_timestamp() where status = 'unknown'`);
      return (await refused()) >= 2;
    });
    await until('the other chunk is delivered', async () => {
      const [left] = await belt.sql<{ n: number }>(
        `select count(*)::int as n from chunk where batch_id = $1 and id <> $2 and status <> 'delivered'`,
        [id, chunk?.id],
      );
      // The batch itself ends with its last chunk, which is then the one that is refused.
      return table === 'event' || left?.n === 0;
    });
    const [half] = await belt.sql<{ n: number; mails: number }>(
      `select count(*) filter (where status = 'issued')::int as n,
         (select count(*)::int from delivery where delivery.chunk_id = $1) as mails from item where chunk_id = $1`,
      [chunk?.id],
    );
    if (table !== 'event') assert.ok([0, 500].includes(half?.n as number), `${half?.n} of 500 are issued`);
    if (table === 'delivery') assert.equal(half?.mails, half?.n, 'a mail for each that is issued');
    await assertInvariants(belt.database);
    await belt.sql(`drop trigger refuse on ${table}; drop function refuse; drop sequence refused`);
    await belt.sql(hurry);
    await belt.sql(`update delivery set next_attempt_at = clock_timestamp() where status = 'unknown'`);
    await assertComplete(belt, tenant, id, 503, channels.length * 503);
  });

for (const code of ['40001', '40P01'])
  test(`F6: ${code} three times in a row is tried again unseen; always, it is answered 503 and done afterwards`, async () => {
    await belt.sql(`create sequence collided; grant usage on sequence collided to public;
      create function collide() returns trigger language plpgsql as $$
      begin if nextval('collided') <= 3 then raise exception 'forced' using errcode = '${code}'; end if; return new; end $$;
      create trigger collide before insert on item for each statement execute function collide()`);
    await belt.sql(`create function collide_always() returns trigger language plpgsql as $$
      begin raise exception 'forced' using errcode = '${code}'; end $$`);
    await assertComplete(belt, tenant, await handIn(2), 2, 2);
    await belt.sql('create trigger always before insert on batch for each row execute function collide_always()');
    const body = () => {
      const form = new FormData();
      for (const [name, value] of Object.entries({ name: 'x', template_id: tenant.templateId, deliver: 'none' }))
        form.set(name, value);
      form.set('file', new Blob([csv([header, ...goodRows(1, next(1))])], { type: 'text/csv' }), 'a.csv');
      return form;
    };
    const init = () => ({ method: 'POST', headers: { ...headers, 'idempotency-key': `again-${code}` }, body: body() });
    const post = () => ask({ name: 'hand-in', url: `${url}/chancery/v1/batches`, init });
    const answer = await post();
    assert.equal(answer.status, 503, answer.text);
    assertPatient(answer, []);
    await belt.sql(`drop trigger always on batch; drop trigger collide on item;
      drop function collide, collide_always; drop sequence collided`);
    assert.equal((await post()).status, 201);
    await assertInvariants(belt.database);
  });

test('F6: a lock on a batch is held: its status is read all the while, a cancellation is answered 503 after some seconds, the belt waits, and the batch ends', async () => {
  const holder = new pg.Client(belt.app.config.DATABASE_URL);
  await holder.connect();
  const id = await handIn(600, []);
  await holder.query('begin');
  await holder.query('select from batch where id = $1 for update', [id]);
  const waiting = `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and pg_blocking_pids(pid) <> '{}'`;
  await until('the belt waits', async () => (await belt.sql(waiting)).length >= 1);
  const cancel = ask({
    name: 'cancel',
    url: `${url}/chancery/v1/batches/${id}/cancel`,
    init: () => ({ method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: '{}' }),
  });
  for (let round = 0; round < 5; round++) assert.equal((await look(id)).status, 200);
  const answer = await cancel;
  assert.equal(answer.status, 503, answer.text);
  assertPatient(answer, []);
  assert.ok((await belt.sql(waiting)).length >= 1, 'the belt waits on');
  await holder.query('rollback');
  await holder.end();
  await assertComplete(belt, tenant, id, 600, 0);
});

test('F6: a client holds every connection of the server: doors answer 503, the batch waits, and goes on when it lets go', async () => {
  const id = await handIn(600, []);
  const keeper = new pg.Client(belt.app.config.DATABASE_URL);
  await keeper.connect();
  const held: pg.Client[] = [];
  const hold = async () => {
    for (;;) {
      const one = new pg.Client(belt.app.config.DATABASE_URL);
      one.on('error', () => {});
      if (
        !(await one.connect().then(
          () => true,
          () => false,
        ))
      )
        return;
      held.push(one);
    }
  };
  for (let round = 0; round < 5; round++) {
    await hold();
    const pids = held.map((one) => (one as unknown as { processID: number }).processID);
    await keeper.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() and pid <> all ($1)`,
      [pids],
    );
    await hold();
  }
  assert.ok(held.length >= 20, `only ${held.length} are held`);
  for (let round = 0; round < 5; round++) assertPatient(await look(id), []);
  await Promise.all(held.map((one) => one.end()));
  await until('the doors answer', async () => (await look(id)).status === 200);
  await keeper.end();
  await assertComplete(belt, tenant, id, 600, 0);
});
