/** The database keeps organizations apart by itself: by table, and behind every route with the application's own condition taken away. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Tx } from '../../../src/db/open.ts';
import { sealEvents } from '../../../src/usecases/events/seal-events.ts';
import { unknownId } from '../../support/route-table.ts';
import { at, bare, call, doors, intruder, kindBehind, routesOf, victim } from './world.ts';

const { db } = doors.test.app;

interface TenantTable {
  name: string;
  enabled: boolean;
  forced: boolean;
  policies: number;
}

const tenantTables = () =>
  doors.test.sql<TenantTable>(
    `select relname as name, relrowsecurity as enabled, relforcerowsecurity as forced,
       (select count(*)::int from pg_policy where polrelid = pg_class.oid) as policies
     from pg_class join pg_namespace on pg_namespace.oid = relnamespace
     where nspname = 'public' and relkind in ('r', 'p')
       and exists (select 1 from pg_attribute where attrelid = pg_class.oid and attname = 'organization_id' and not attisdropped)
     order by 1`,
  );

test('every table with an organization has row-level security, forced, with a policy', async () => {
  const tables = await tenantTables();
  assert.ok(tables.length >= 16, tables.map(({ name }) => name).join());
  for (const { name, enabled, forced, policies } of tables)
    assert.deepEqual([name, enabled, forced, policies], [name, true, true, 1]);
});

test('the application’s role is an ordinary one: no owner, no superuser, no way around', async () => {
  const [role] = await doors.test.sql(
    `select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
       (select count(*)::int from pg_class where relowner = pg_roles.oid) as owned from pg_roles where rolname = 'chancery_app'`,
  );
  assert.deepEqual(role, { rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false, owned: 0 });
});

const refusedByPolicy = (error: Error & { cause?: Error }) =>
  /row-level security|permission denied|never changes/.test(`${error.message} ${error.cause?.message}`);

/** Of tables whose rows nobody may change, none is. */
const changedBy = (change: Promise<{ rowCount: number | null }>) =>
  change.then(
    ({ rowCount }) => rowCount,
    (error: Error & { cause?: Error }) => (refusedByPolicy(error) ? 0 : Promise.reject(error)),
  );

test('the database itself shows and changes only the organization’s own rows', async () => {
  const own = intruder.tenant.organizationId;
  const other = victim.tenant.organizationId;
  const asIntruder = (sql: string, values?: unknown[]) => db.organization(own, (tx) => tx.query(sql, values));
  await sealEvents(doors.test.app, { all: true });
  for (const { name } of await tenantTables()) {
    const [sample] = await doors.test.sql<{ row: object }>(
      `select to_jsonb(t) as row from ${name} t where organization_id = $1 limit 1`,
      [other],
    );
    assert.ok(sample, `${name} has no row of the other organization`);
    const { rows } = await asIntruder(`select organization_id as id from ${name}`);
    assert.ok(rows.length > 0, name);
    assert.deepEqual(new Set(rows.map(({ id }) => id)), new Set([own]), name);
    assert.equal((await db.anonymous((tx) => tx.query(`select 1 from ${name}`))).rows.length, 0, name);
    for (const statement of [
      `update ${name} set organization_id = organization_id where organization_id = $1`,
      `delete from ${name} where organization_id = $1`,
    ])
      assert.equal(await changedBy(asIntruder(statement, [other])), 0, statement);
    const [given] = await doors.test.sql<{ columns: string }>(
      `select string_agg(quote_ident(attname), ', ' order by attnum) as columns from pg_attribute
       where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
      [name],
    );
    const insert = `insert into ${name} (${given?.columns}) overriding system value select ${given?.columns} from jsonb_populate_record(null::${name}, $1)`;
    await assert.rejects(asIntruder(insert, [sample.row]), refusedByPolicy, insert);
    const move = `update ${name} set organization_id = $1`;
    await assert.rejects(asIntruder(move, [other]), refusedByPolicy, move);
    await assert.rejects(asIntruder(`truncate ${name}`), refusedByPolicy, `truncate ${name}`);
  }
  const { rows } = await asIntruder('select id from organization');
  assert.deepEqual(rows, [{ id: own }]);
  assert.equal((await asIntruder('update organization set name = name where id = $1', [other])).rowCount, 0);
});

const condition = /(?:\b\w+\.)?\borganization_id = \$(\d+)/g;

/** Every statement of the application runs without the condition that names the organization; gives how many lost it. */
async function withoutCondition(work: () => Promise<void>): Promise<number> {
  const { organization } = db;
  let taken = 0;
  db.organization = (id, within, options) =>
    organization(
      id,
      (tx) => {
        const query: Tx['query'] = (text, values) =>
          tx.query(
            text.replace(condition, (_, parameter) => {
              taken++;
              return `($${parameter}::uuid is not null)`;
            }),
            values,
          );
        return within({ query });
      },
      options,
    );
  try {
    await work();
  } finally {
    db.organization = organization;
  }
  return taken;
}

async function withoutPolicies(work: () => Promise<void>): Promise<void> {
  const all = [...(await tenantTables()).map(({ name }) => name), 'organization'];
  const turn = (how: string) =>
    doors.test.sql(all.map((name) => `alter table ${name} ${how} row level security`).join(';'));
  await turn('disable');
  try {
    await work();
  } finally {
    await turn('enable');
  }
}

/** The routes that show the intruder something of the victim's, by what they answer to an id of the fitting kind. */
async function leaks(methods: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const { method, url, entry } of routesOf('id')) {
    if (!methods.includes(method)) continue;
    const body = 'body' in entry ? entry.body?.() : undefined;
    const id = victim.ids[kindBehind(url)] as string;
    const ask = (one: string, message: string) => call(method, at(url, one, message), { key: intruder.key, body });
    const unknown = bare(await ask(unknownId, unknownId), unknownId);
    const answer = await ask(id, victim.ids.messageId as string);
    const said = bare(answer, id).replaceAll(victim.ids.messageId as string, '<id>');
    if (said !== unknown) found.push(`${method} ${url}`);
  }
  return found;
}

/** The lists that show the intruder a word of the victim's. */
async function leakingLists(): Promise<string[]> {
  const found: string[] = [];
  for (const { method, url } of routesOf('own')) {
    if (method !== 'GET') continue;
    const { body } = await call(method, `${url}?limit=1000&per_page=100`, { key: intruder.key });
    if (victim.marks.some((mark) => body.includes(mark))) found.push(url);
  }
  return found;
}

const every = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

test('with the application’s own condition taken away, row-level security alone keeps every route closed', async () => {
  const taken = await withoutCondition(async () => {
    assert.deepEqual(await leaks(every), []);
    assert.deepEqual(await leakingLists(), []);
  });
  assert.ok(taken > 100, `${taken} conditions`);
});

test('with row-level security taken away, the application’s own condition alone keeps every route closed', async () => {
  await withoutPolicies(async () => {
    assert.deepEqual(await leaks(every), []);
    assert.deepEqual(await leakingLists(), []);
  });
});

test('with both taken away the same calls do show it: neither of the two tests looks the other way', async () => {
  await withoutPolicies(async () => {
    await withoutCondition(async () => {
      const open = await leaks(['GET']);
      const closed = routesOf('id').filter(({ method, url }) => method === 'GET' && !open.includes(`${method} ${url}`));
      assert.deepEqual(
        closed.map(({ url }) => url),
        [],
      );
      assert.ok((await leakingLists()).length > 5);
    });
  });
});
