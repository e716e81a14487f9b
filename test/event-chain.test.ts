/** Events have numbers without gaps and a chain of hashes: whatever is done to them afterwards is found, in the database and in the file an auditor took away. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { recordEvent } from '../src/db/events.ts';
import { type ChainHead, checkChain, nextHead } from '../src/domain/event-chain.ts';
import { exportEvents } from '../src/usecases/events/export-events.ts';
import { keepSealed } from '../src/usecases/events/keep-sealed.ts';
import { sealEvents } from '../src/usecases/events/seal-events.ts';
import { assertInvariants, brokenBy } from './support/invariants.ts';
import { openTestApp, type Tenant, type TestApp } from './support/open-test-app.ts';

let belt: TestApp;
let tenant: Tenant;
let other: Tenant;
before(async () => {
  belt = await openTestApp();
  [tenant, other] = [await belt.addTenant(), await belt.addTenant()];
});
after(() => belt?.[Symbol.asyncDispose]());

const happening = ({ organizationId }: Tenant, kind: string) => ({
  organizationId,
  subject: 'test',
  subjectId: organizationId,
  kind,
  actor: 'cli',
  data: { text: 'ümläut "quoted" \\ \n 名', count: 1.5 },
});
const happen = (of: Tenant, kind: string) =>
  belt.app.db.organization(of.organizationId, (tx) => recordEvent(tx, happening(of, kind)));

async function exported(of: Tenant, from = 0): Promise<{ lines: string[]; head: ChainHead | undefined }> {
  const lines: string[] = [];
  let end: ChainHead | undefined;
  for await (const { head, line } of exportEvents(belt.app, of.organizationId, from)) {
    lines.push(line.trimEnd());
    end = head;
  }
  return { lines, head: end };
}

async function* given(lines: string[]): AsyncGenerator<string> {
  yield* lines;
}

const unsealed = async () =>
  (await belt.sql('select id from event where id not in (select event_id from event_seal)')).length;

test('events are numbered by organization, page by page, by as many processes as there are', async () => {
  for (let at = 0; at < 25; at++) await happen(at % 3 === 0 ? other : tenant, `test.${at}`);
  while ((await unsealed()) > 0)
    await Promise.all(Array.from({ length: 4 }, () => sealEvents(belt.app, { pageSize: 4 })));
  const { rows } = await belt.database.ownerQuery<{ numbers: number[] }>(
    'select array_agg(number order by number) as numbers from event_seal group by organization_id order by organization_id',
  );
  assert.equal(rows.length, 2);
  for (const { numbers } of rows)
    assert.deepEqual(
      numbers,
      numbers.map((_, at) => at + 1),
    );
  await assertInvariants(belt.database);
});

test('an event whose transaction ends late, or never, leaves no gap and gets the next number', async () => {
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
  const { promise: recorded, resolve: isRecorded } = Promise.withResolvers<void>();
  const slow = belt.database.organization(tenant.organizationId, async (tx) => {
    await recordEvent(tx, happening(tenant, 'test.slow'));
    isRecorded();
    await mayEnd;
  });
  await recorded;
  await belt.database
    .organization(tenant.organizationId, async (tx) => {
      await recordEvent(tx, happening(tenant, 'test.undone'));
      throw new Error('undone');
    })
    .catch(() => {});
  await happen(tenant, 'test.quick');
  // What has been looked at is not passed over for good while somebody may still come with a smaller id.
  for (let pass = 0; pass < 4; pass++) await sealEvents(belt.app);
  end();
  await slow;
  await sealEvents(belt.app);
  const last = await belt.sql<{ kind: string }>(
    `select kind from event_seal join event on event.id = event_id where event.organization_id = $1 order by number desc limit 2`,
    [tenant.organizationId],
  );
  assert.deepEqual(
    last.map(({ kind }) => kind),
    ['test.slow', 'test.quick'],
  );
  for (let pass = 0; pass < 3; pass++) await sealEvents(belt.app);
  const [{ behind } = { behind: -1 }] = await belt.sql<{ behind: number }>(
    'select (select max(id) from event) - sealed_below as behind from event_sealing',
  );
  assert.equal(behind, 0, 'what is settled is not looked at again');
  await assertInvariants(belt.database);
});

test('a database that came from another server, whose transactions have other numbers, is sealed on', async () => {
  await belt.sql(`update event_sealing set next_transaction = '9000000000000000000'`);
  await happen(tenant, 'test.moved');
  for (let pass = 0; pass < 4; pass++) await sealEvents(belt.app);
  const [row] = await belt.sql<{ ok: boolean }>(
    'select next_transaction <= pg_snapshot_xmax(pg_current_snapshot()) as ok from event_sealing',
  );
  assert.equal(row?.ok, true);
  assert.equal(await unsealed(), 0);
});

const brokenOfEvents = async (sql: string) =>
  (await brokenBy(belt.database, sql)).filter(({ number }) => number === 13).map(({ name }) => name);

const sealed = (number: number) =>
  `(select event_id from event_seal where number = ${number} and organization_id = (select min(organization_id::text)::uuid from event_chain))`;
const chained = 'every event is the one that was sealed, behind the one that was sealed before it';

for (const [what, sql, found] of [
  ['a word of it changed', `update event set kind = 'test.other' where id = ${sealed(3)}`, [chained]],
  ['its time changed', `update event set at = at - interval '1 microsecond' where id = ${sealed(3)}`, [chained]],
  ['its data changed', `update event set data = '{}' where id = ${sealed(3)}`, [chained]],
  ['it was removed', `delete from event where id = ${sealed(3)}`, [chained]],
  [
    'it was removed with its seal',
    `delete from event where id = ${sealed(3)}; delete from event_seal where number = 3`,
    ['events are numbered from one on, without gaps', chained],
  ],
  [
    'another was put in its place',
    `insert into event (organization_id, subject, subject_id, kind, actor)
       select organization_id, 'test', organization_id, 'test.forged', 'cli' from event_seal where event_id = ${sealed(3)};
     update event_seal set event_id = (select max(id) from event) where event_id = ${sealed(3)}`,
    [chained],
  ],
  [
    'two were exchanged',
    `update event_seal set event_id = -event_id where number in (3, 4); update event_seal set event_id = case number when 3 then -(select event_id from event_seal b where b.organization_id = event_seal.organization_id and b.number = 4) else -(select event_id from event_seal b where b.organization_id = event_seal.organization_id and b.number = 3) end where number in (3, 4)`,
    [chained],
  ],
  [
    'the end was cut off',
    `delete from event where id in (select event_id from event_seal join event_chain using (organization_id, number)); delete from event_seal using event_chain where event_chain.organization_id = event_seal.organization_id and event_chain.number = event_seal.number`,
    ['the chain of events ends where it was left'],
  ],
  [
    'none was sealed for a while',
    `update instance set epoch_at = clock_timestamp() + interval '1 hour'; delete from event_seal where number > 5; update event_chain set number = 5, hash = (select hash from event_seal where number = 5 and organization_id = event_chain.organization_id)`,
    ['no event is without its number ten minutes after it'],
  ],
] as const)
  test(`found in the database: ${what}`, async () =>
    assert.deepEqual((await brokenOfEvents(sql)).sort(), [...found].sort()));

test('an export is checked with nothing but SHA-256, and every change of it is found', async () => {
  const { lines, head } = await exported(tenant);
  assert.ok(head && lines.length > 10);
  assert.deepEqual(await checkChain(given(lines)), { head });
  for (const line of lines) JSON.parse(line.slice(line.indexOf('{')));
  const text = (line: string | undefined) => (line as string).replace(/^\d+ \w+ /, '');
  const anew = (from: string[]) => {
    let at: ChainHead = { number: 0, hash: '0'.repeat(64) };
    return from.map((line) => {
      at = nextHead(at, text(line));
      return `${at.number} ${at.hash} ${text(line)}`;
    });
  };
  const forged = anew([...lines.slice(0, 4), (lines[4] as string).replace('test.', 'tset.'), ...lines.slice(5)]);
  const third = await exported(tenant, 3);
  const before = { number: 3, hash: (lines[2] as string).split(' ')[1] as string };
  assert.deepEqual(await checkChain(given(third.lines), { before }), { head });
  for (const [what, changed, fault] of [
    ['changed', lines.with(4, (lines[4] as string).replace('test.', 'tset.')), /event 5 is not what was sealed/],
    ['removed', lines.toSpliced(4, 1), /after event 4 comes event 6/],
    ['inserted', lines.toSpliced(4, 0, lines[4] as string), /after event 5 comes event 5/],
    ['reordered', lines.with(4, lines[5] as string).with(5, lines[4] as string), /after event 4 comes event 6/],
    ['emptied', lines.with(4, (lines[4] as string).slice(0, 67)), /event 5 is not|no event/],
    ['cut off', lines.slice(0, -1), /the end is missing/],
    ['written anew', forged, /all of it was written anew/],
  ] as const)
    assert.match((await checkChain(given([...changed]), { kept: head })).fault ?? '', fault, what);
});

test('the shell lines of docs/operations.md check an export too', async () => {
  const { lines } = await exported(tenant);
  const guide = await readFile(new URL('../docs/operations.md', import.meta.url), 'utf8');
  const script = /^(previous=.*?^done) < events\.txt$/ms.exec(guide)?.[1] as string;
  const run = (of: string[]) =>
    spawnSync('sh', ['-c', script], { input: of.map((line) => `${line}\n`).join(''), encoding: 'utf8' }).stdout;
  assert.equal(run(lines), '');
  assert.equal(run(lines.with(4, (lines[4] as string).replace('test.', 'tset.'))), 'changed: 5\n');
});

test('the ends of the chains stand in the log, and nothing is sealed in quarantine', async () => {
  const told: object[] = [];
  const log = { ...belt.app.log, info: (data: object) => void told.push(data), warn() {} };
  await happen(tenant, 'test.told');
  await keepSealed({ ...belt.app, log } as never)();
  const { head } = await exported(tenant);
  assert.deepEqual(told, [{ organizationId: tenant.organizationId, ...head }]);
  await happen(tenant, 'test.quarantined');
  const instance = { ...belt.app.instance, halt: { kind: 'quarantine', reason: 'by the test' } };
  await keepSealed({ ...belt.app, log, instance } as never)();
  assert.equal(await unsealed(), 1);
});
