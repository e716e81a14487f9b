/** Migrations of a database that is in use: what was there before is carried over, row by row. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { migrate } from '../src/db/migrate.ts';
import { testServer } from './support/database.ts';
import { ask } from './support/owner-process.ts';
import { dropDatabase } from './support/template-database.ts';

const all = fileURLToPath(new URL('../migrations', import.meta.url));
const cleanups: (() => Promise<void>)[] = [];
after(async () => {
  for (const cleanup of cleanups) await cleanup();
});

/** A database as it was after the migration of that number. */
async function databaseAt(last: number) {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-migrations-'));
  cleanups.push(() => rm(folder, { recursive: true }));
  for (const name of await readdir(all))
    if (Number(name.slice(0, 4)) <= last) await cp(join(all, name), join(folder, name));
  const { connection } = await testServer();
  const database = `before_${randomBytes(6).toString('hex')}`;
  await ask({ ...connection, database: 'postgres' }, `create database ${database}`);
  cleanups.push(() => dropDatabase(connection, database));
  await migrate({ ...connection, database }, folder);
  return { ...connection, database };
}

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const [school, college, batch, other, chunk] = [1, 2, 3, 4, 5].map(uuid);

/** Two organizations, two batches with the same picture, items of members, former members and strangers, mails in every state. */
const before = `set session_replication_role = replica;
insert into organization (id, name, url, sender_name, sender_address) values ('${school}', 'S', 'u', 's', 's@x'), ('${college}', 'C', 'u', 's', 's@x');
insert into member (id, organization_id, first_name, last_name, email, email_key, is_archived, signature) values
  ('${uuid(10)}', '${school}', 'A', 'B', 'Ada@x', 'ada@x', false, '\\x01'), ('${uuid(11)}', '${school}', 'A', 'B', 'ada@x', 'ada@x', false, null),
  ('${uuid(12)}', '${school}', 'A', 'B', 'gone@x', 'gone@x', true, null), ('${uuid(13)}', '${college}', 'A', 'B', 'bob@x', 'bob@x', false, null);
insert into template_version (id, organization_id, template_id, version, content, slots, language, fields)
  values ('${uuid(20)}', '${school}', '${uuid(21)}', 1, '{"name": "T", "elements": [1], "assets": {"a": 1}, "achievement": {"name": "N"}}', '{}', 'en', '[]');
insert into batch (id, organization_id, template_id, template_version_id, name, total, seed, first_reference, status_lists, credential_key_id,
    seal_key_id, public_url, issuer_did, source_key, column_plan, created_at)
  select id::uuid, '${school}', '${uuid(21)}', '${uuid(20)}', 'B', 4, '\\x00', 1, '[]', '${uuid(22)}', '${uuid(23)}', 'u', 'd', 'k', '{}', now()
  from unnest(array['${batch}', '${other}']) id;
insert into batch_signature (batch_id, slot, organization_id, png) values
  ('${batch}', 1, '${school}', '\\x01'), ('${batch}', 2, '${school}', '\\x02'), ('${other}', 1, '${school}', '\\x01');
insert into chunk (id, organization_id, batch_id, seq, first_seq, count, source_offset, source_length) values ('${chunk}', '${school}', '${batch}', 0, 0, 4, 0, 1);
insert into item (organization_id, batch_id, seq, chunk_id, id, reference_id, status, row_number, name, email, email_key, issue_date, fields,
    status_list_id, status_index, created_at, updated_at)
  select '${school}', '${batch}', at - 1, '${chunk}', gen_random_uuid(), 'R' || at, 'issued', at, 'N', email, email, '2026-01-01', '{}', '${uuid(24)}', at, now(), now()
  from unnest(array['ada@x', 'gone@x', 'bob@x', 'nobody@x']) with ordinality as one(email, at);
insert into delivery (organization_id, batch_id, seq, item_id, chunk_id, channel, message_id, status, attempts, next_attempt_at)
  select '${school}', '${batch}', at - 1, gen_random_uuid(), '${chunk}', 'email', 'M' || at, status, attempts, due
  from (values (1, 'sent', 1, null), (2, 'queued', 0, null), (3, 'deferred', 1, now()), (4, 'unknown', 1, null::timestamptz)) as one(at, status, attempts, due);
insert into signing_key (id, organization_id, purpose, multibase, public_key, private_key) values ('${uuid(22)}', '${school}', 'credential', 'z', '\\x00', '\\x00')`;

test('batches, pictures, items and mails of before keys for tests, wallets and single certificates', async () => {
  const database = await databaseAt(17);
  await ask(database, before);
  const { applied } = await migrate(database, all);
  assert.equal(applied[0], '0018_recipients.sql');
  assert.deepEqual(await ask(database, 'select member_id as id from item order by seq'), [
    { id: uuid(10) },
    { id: null },
    { id: null },
    { id: null },
  ]);
  assert.deepEqual(
    await ask(
      database,
      `select batch_id as batch, slot, encode(png, 'hex') as png from batch_signature join signature_image using (organization_id, sha256) order by batch_id, slot`,
    ),
    [
      { batch, slot: 1, png: '01' },
      { batch, slot: 2, png: '02' },
      { batch: other, slot: 1, png: '01' },
    ],
  );
  assert.deepEqual(await ask(database, 'select count(*)::int as pictures from signature_image'), [{ pictures: 2 }]);
  assert.deepEqual(await ask(database, 'select mails_tried as tried, internal from chunk'), [
    { tried: 2, internal: 0 },
  ]);
  assert.deepEqual(await ask(database, 'select outline from template_version'), [
    { outline: { name: 'T', achievement: { name: 'N' } } },
  ]);
  const isLive = 'select bool_and(not test) as live from batch';
  assert.deepEqual(await ask(database, isLive), [{ live: true }]);
});
