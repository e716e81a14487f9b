/** The two pools: who they are, what binds them, and that losing the server never ends the process. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { after, before } from 'node:test';
import { type ClonedDatabase, cloneDatabase } from '../../test/support/database.ts';
import { ChanceryError } from '../errors.ts';
import { openDatabase, type Tx } from './open.ts';
import { isTimeout, limitTime } from './time-limit.ts';

let clone: ClonedDatabase;
const [ours, theirs] = [randomUUID(), randomUUID()];

before(async () => {
  clone = await cloneDatabase();
  await clone.database.owner(async (tx) => {
    await tx.query('create table note (organization_id uuid not null, body text unique)');
    await tx.query('alter table note enable row level security, force row level security');
    await tx.query(
      `create policy own on note using (organization_id = nullif(current_setting('chancery.organization', true), '')::uuid)`,
    );
    await tx.query('grant select, insert on note to chancery_app');
    await tx.query('insert into note values ($1, $2), ($3, $4)', [ours, 'ours', theirs, 'theirs']);
  });
});
after(() => clone.drop());

const bodies = async (tx: Tx) =>
  (await tx.query<{ body: string }>('select body from note order by body')).rows.map((row) => row.body);

test('requests run as the application role although the login is a superuser, and see one organization only', async () => {
  const { database } = clone;
  const who = (tx: Tx) =>
    tx.query(
      'select current_user as role, (select rolsuper from pg_roles where rolname = session_user) as login_is_superuser',
    );
  assert.deepEqual((await database.organization(ours, who)).rows, [{ role: 'chancery_app', login_is_superuser: true }]);
  assert.deepEqual((await database.anonymous(who)).rows, [{ role: 'chancery_app', login_is_superuser: true }]);
  assert.deepEqual(await database.organization(ours, bodies), ['ours']);
  assert.deepEqual(await database.organization(theirs, bodies), ['theirs']);
  assert.deepEqual(await database.owner(bodies), ['ours', 'theirs']);
});

test('a row of another organization cannot be written, and the setting does not outlive its transaction', async () => {
  const { database } = clone;
  const foreign = database.organization(ours, (tx) => tx.query('insert into note values ($1, $2)', [theirs, 'x']));
  await assert.rejects(foreign, { code: '42501' });
  for (let round = 0; round < 10; round++) assert.deepEqual(await database.anonymous(bodies), []);
});

test('a prepared statement is planned once for a connection, and shows each organization its own rows only', async () => {
  const database = await openDatabase(clone.connection, { poolSize: 1, log: () => {} });
  try {
    const text = 'select body from note where body > $1 order by body';
    const prepared = (id: string, statement = text) =>
      database.organization(id, (tx) => tx.query<{ body: string }>(statement, ['']), { prepared: true });
    // PostgreSQL settles on one plan after five executions.
    for (let round = 0; round < 12; round++) {
      assert.deepEqual((await prepared(ours)).rows, [{ body: 'ours' }]);
      assert.deepEqual((await prepared(theirs)).rows, [{ body: 'theirs' }]);
    }
    const kept = await database.anonymousQuery(
      'select generic_plans::int from pg_prepared_statements where statement = $1',
      [text],
    );
    assert.equal(kept.rows.length, 1);
    await assert.rejects(prepared(ours, 'select nonsense where $1 = 1'), { code: '42703' });
    assert.deepEqual(
      (await prepared(ours)).rows,
      [{ body: 'ours' }],
      'a statement that failed leaves the connection usable',
    );
    await database.organization(ours, (tx) => tx.query('select 1 where $1 = 1', [1]));
    const after = await database.anonymousQuery('select count(*)::int as count from pg_prepared_statements');
    assert.deepEqual(after.rows, [{ count: 1 }], 'only where it is asked for');
  } finally {
    await database.close();
  }
});

test('what is not a UUID never reaches the statement that names the organization', async () => {
  for (const hostile of ["x'; drop table note; --", '', `${ours}' `, '00000000000000000000000000000000'])
    await assert.rejects(clone.database.organization(hostile, bodies), { code: 'invalid_input' });
});

test('a transaction is kept whole or not at all, also when an error inside it was ignored', async () => {
  const { database } = clone;
  const add = (tx: Tx, body: string) => tx.query('insert into note values ($1, $2)', [ours, body]);
  await assert.rejects(
    database.organization(ours, async (tx) => {
      await add(tx, 'half');
      throw new Error('changed my mind');
    }),
    /changed my mind/,
  );
  await assert.rejects(
    database.organization(ours, async (tx) => {
      await add(tx, 'half');
      await tx.query('select 1 / 0').catch(() => {});
    }),
    { code: 'internal' },
  );
  assert.deepEqual(await database.organization(ours, bodies), ['ours']);
});

test('statements sent at once in one transaction run one after the other, and none after its end', async () => {
  const { database } = clone;
  let escaped: Tx | undefined;
  const results = await database.anonymous((tx) => {
    escaped = tx;
    return Promise.all([1, 2, 3].map((n) => tx.query<{ n: number }>('select $1::int as n', [n])));
  });
  assert.deepEqual(
    results.map((result) => result.rows[0]?.n),
    [1, 2, 3],
  );
  await assert.rejects(async () => escaped?.query('select 1'), { code: 'internal' });
});

test('of statements sent at once the one that failed is what is told, whoever is heard first, and a collision is tried again', async () => {
  const { database } = clone;
  const failing = (code: string) => (tx: Tx) => {
    // What waits behind more promises is heard of later.
    const first = Promise.all([Promise.all([tx.query(`do $$ begin raise 'x' using errcode = '${code}'; end $$`)])]);
    return Promise.all([first, tx.query('select 1')]);
  };
  await assert.rejects(database.organization(ours, failing('22012')), { code: '22012' });
  let tries = 0;
  await database.organization(ours, async (tx) => {
    tries += 1;
    if (tries === 1) await failing('40P01')(tx);
  });
  assert.equal(tries, 2);
});

test('unique violations pass through unchanged', async () => {
  const again = clone.database.organization(ours, (tx) => tx.query('insert into note values ($1, $2)', [ours, 'ours']));
  await assert.rejects(again, { code: '23505', constraint: 'note_body_key' });
});

test('a serialization failure is tried again, five times at most', async () => {
  const { database } = clone;
  let tries = 0;
  const collide = (until: number) => (tx: Tx) => {
    tries += 1;
    return tries < until
      ? tx.query(`do $$ begin raise 'x' using errcode = '40001'; end $$`)
      : tx.query('select 1 as one');
  };
  assert.deepEqual((await database.organization(ours, collide(4))).rows, [{ one: 1 }]);
  assert.equal(tries, 4);
  tries = 0;
  await assert.rejects(database.owner(collide(99)), { code: 'not_ready' });
  assert.equal(tries, 5);
});

test('a statement that runs into its limit is told from other faults; whoever waits for it may come back', async () => {
  const { database } = clone;
  const slow = database.organization(ours, async (tx) => {
    await limitTime(tx, 0.05);
    return tx.query('select pg_sleep(30)');
  });
  await assert.rejects(slow, (error) => isTimeout(error) && (error as ChanceryError).code === 'not_ready');
  const wrong = database.organization(ours, (tx) => tx.query('select 1 / 0'));
  await assert.rejects(wrong, (error) => !isTimeout(error));
});

test('two transactions that lock each other out both get through', async () => {
  const { database } = clone;
  await database.owner((tx) => tx.query('create table pair as select generate_series(1, 2) as id, 0 as n'));
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  const bump = (tx: Tx, id: number) => tx.query('update pair set n = n + 1 where id = $1', [id]);
  const cross = (from: number, to: number, mine: PromiseWithResolvers<void>, other: PromiseWithResolvers<void>) =>
    database.owner(async (tx) => {
      await bump(tx, from);
      mine.resolve();
      await other.promise;
      await bump(tx, to);
    });
  await Promise.all([cross(1, 2, first, second), cross(2, 1, second, first)]);
  assert.deepEqual((await database.ownerQuery('select n from pair order by id')).rows, [{ n: 2 }, { n: 2 }]);
});

test('values arrive as the domain writes them', async () => {
  const { rows } = await clone.database.ownerQuery(
    `select 9007199254740991::int8 as big, array[1, null, 3]::int8[] as several, date '2026-02-28' as day, array[date '2026-02-28'] as days, 1.10::numeric as exact`,
  );
  assert.deepEqual(rows, [
    { big: 9007199254740991, several: [1, null, 3], day: '2026-02-28', days: ['2026-02-28'], exact: '1.10' },
  ]);
  await assert.rejects(clone.database.ownerQuery('select 9007199254740993::int8'), /too large for a number/);
  assert.equal(
    (await clone.database.ownerQuery('select 9007199254740993::int8::text as t')).rows[0]?.t,
    '9007199254740993',
  );
});

test('a terminated connection gives not_ready in the middle of work, and the next call works', async () => {
  const { database } = clone;
  const cut = (tx: Tx) => tx.query('select pg_terminate_backend(pg_backend_pid())');
  await assert.rejects(database.owner(cut), { code: 'not_ready' });
  const idle = database.organization(ours, async (tx) => {
    const pid = (await tx.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid;
    await database.ownerQuery('select pg_terminate_backend($1, 5000)', [pid]);
    await tx.query('select 1');
  });
  await assert.rejects(
    idle,
    (error) => error instanceof ChanceryError && error.code === 'not_ready' && error.retryable,
  );
  assert.deepEqual(await database.organization(ours, bodies), ['ours']);
});

test('a connection lost during COMMIT says that the outcome is unknown, and the work is not run again', async () => {
  const { database } = clone;
  await database.owner(async (tx) => {
    await tx.query('create table fragile (n int)');
    await tx.query(
      `create function cut() returns trigger language plpgsql as $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$`,
    );
    await tx.query(
      'create constraint trigger cut after insert on fragile deferrable initially deferred for each row execute function cut()',
    );
  });
  let runs = 0;
  const lost = database.owner((tx) => {
    runs += 1;
    return tx.query('insert into fragile values (1)');
  });
  await assert.rejects(
    lost,
    (error) => error instanceof ChanceryError && error.code === 'not_ready' && error.details.commit === 'unknown',
  );
  assert.equal(runs, 1);
});

test('only what the queue notes of its jobs is answered before it is on disk', async () => {
  const { database } = clone;
  const asked = `select setting, source from pg_settings where name = 'synchronous_commit'`;
  for (const query of [database.queueQuery, database.queuePrepared])
    assert.deepEqual((await query(asked)).rows, [{ setting: 'off', source: 'client' }]);
  for (const answer of [
    database.ownerQuery<{ source: string }>(asked),
    database.anonymousQuery<{ source: string }>(asked),
    database.owner((tx) => tx.query<{ source: string }>(asked)),
    database.organization(ours, (tx) => tx.query<{ source: string }>(asked)),
  ])
    assert.notEqual((await answer).rows[0]?.source, 'client');
});

test('all connections at once may be terminated while idle and the process lives on', async () => {
  const { database } = clone;
  await Promise.all([1, 2, 3, 4].map(() => database.organization(ours, bodies)));
  await database.ownerQuery(
    'select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  // A connection that just died may still be handed out once.
  await database.organization(ours, bodies).catch(() => {});
  assert.deepEqual(await database.organization(ours, bodies), ['ours']);
});

test('a listener hears, comes back after its connection was cut, and says that it may have missed something', async () => {
  const { database } = clone;
  const heard: string[] = [];
  let wake = () => {};
  const end = await database.listen('news "of" the day', (payload) => {
    heard.push(payload);
    wake();
  });
  const next = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  const notify = (payload: string) => database.ownerQuery('select pg_notify($1, $2)', ['news "of" the day', payload]);
  let arrived = next();
  await notify('first');
  await arrived;
  arrived = next();
  await database.ownerQuery(
    `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and query like 'listen%'`,
  );
  await arrived;
  arrived = next();
  await notify('second');
  await arrived;
  await end();
  assert.deepEqual(heard, ['first', '', 'second']);
});

test('an address works as well as its parts, with options of its own and odd characters', async () => {
  const address = new URL(clone.url);
  address.searchParams.set('options', '-c extra_float_digits=2');
  const database = await openDatabase(address.href, { poolSize: 1, log: () => {} });
  try {
    const shown = await database.anonymous((tx) =>
      tx.query(
        `select current_user as role, current_setting('extra_float_digits') as digits, current_setting('statement_timeout') as limit`,
      ),
    );
    assert.deepEqual(shown.rows, [{ role: 'chancery_app', digits: '2', limit: '1min' }]);
  } finally {
    await database.close();
  }
});

test('a database that is not there, and an address that is none, are told apart', async () => {
  const options = { poolSize: 1, log: () => {} };
  await assert.rejects(openDatabase({ ...clone.connection, host: '/nowhere' }, options), { code: 'not_ready' });
  await assert.rejects(openDatabase('postgresql://u:p@127.0.0.1:1/x', options), { code: 'not_ready' });
  await assert.rejects(openDatabase('not an address', options), { code: 'invalid_input' });
});
