/** Every invariant is seen to break: a check that cannot fail proves nothing. Documents too: a byte, a file and a row that are gone are found. */

import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { checkInvariants } from '../../src/db/invariants.ts';
import { fileNamings, listNamedFiles } from '../../src/db/stored-files.ts';
import { sealEvents } from '../../src/usecases/events/seal-events.ts';
import { checkDocuments, findUnusedFiles } from '../../src/usecases/upkeep/check-documents.ts';
import { assertInvariants, brokenBy } from '../support/invariants.ts';
import { openTestServer } from '../support/open-test-server.ts';
import { openParty } from '../support/party.ts';

const doors = await openTestServer();
const { test: belt } = doors;
after(() => doors[Symbol.asyncDispose]());
const stopBelt = await belt.startBelt();
await openParty(doors, 'alice');
await openParty(doors, 'bob');
await stopBelt();
await sealEvents(belt.app);
// Planted rows without what they tell of.
await belt.sql('delete from mail_event');
const blobPath = (key: string) => join(belt.dataDirectory, 'blobs', key);
for (const key of await belt.blobFiles('mail-documents')) {
  const bytes = await readFile(blobPath(key));
  const sql = `update mail_document set size = length($2::bytea), sha256 = sha256($2::bytea) where 'mail-documents/' || id || '.pdf' = $1`;
  await belt.sql(sql, [key, bytes]);
}

const one = (table: string, where = 'true') => `ctid = (select ctid from ${table} where ${where} limit 1)`;
const issued = one('item', `status = 'issued'`);
const finished = one('batch', 'completed_at is not null');

/** Name of the invariant -> what breaks it. */
const breaks: Record<string, string> = {
  'every finished batch has as many items as rows': `delete from item where ${one('item', `status = 'failed'`)}`,
  'the chunks of a batch hold all its rows': `update batch set total = total + 1 where ${one('batch')}`,
  'the sums over chunks are the sums over items': `update chunk set issued = issued + 1 where ${one('chunk', 'issued = 1')}`,
  'a batch is at its end exactly when it has the time of it': `update batch set completed_at = null where ${finished}`,
  'the status of a finished batch is what its rows came to': `update batch set status = 'completed' where ${one('batch', `status = 'partially_completed'`)}`,
  'no item of a finished batch is under way': `update item set status = 'accepted' where ${issued}`,
  'no failed item without a reason': `update item set issues = null where ${one('item', `status = 'failed'`)}`,
  'nothing stands still without a job': `update chunk set status = 'accepted' where ${one('chunk', `status = 'delivered'`)};
    update batch set status = 'processing' where id in (select batch_id from chunk where status = 'accepted'); delete from pgboss.job`,
  'a cancelled chunk keeps no item to be made': `update chunk set status = 'cancelled' where ${one('chunk', `status = 'accepted'`)}`,
  'every issued item has its document and its credential, and no other item has': `update item set document_sha256 = null where ${issued}`,
  'no status-list place is used twice': `update item set status_index = 1, status_list_id = (select id from status_list limit 1)`,
  'no place is in use that its status list has not given out': `update status_list set next_position = 0`,
  'no reference is given out twice, and none that is still to come': `update batch set first_reference = 0`,
  'the database refuses a second item with the same id or reference id': 'drop index item_reference_id_idx',
  'the chunks of a batch stand in line in their order': `insert into pgboss.job (name, data, state) select 'belt', jsonb_build_object('chunkId', id, 'stage', 'accept', 'tag', 999999), 'created' from
    (select id, batch_id, seq from chunk limit 1) first; insert into chunk (id, organization_id, batch_id, seq, first_seq, count, source_offset, source_length)
    select gen_random_uuid(), organization_id, batch_id, 1, 99, 1, 0, 0 from chunk where id::text = (select data->>'chunkId' from pgboss.job where (data->>'tag')::int = 999999);
    insert into pgboss.job (name, data, state) select 'belt', jsonb_build_object('chunkId', id, 'stage', 'accept', 'tag', 999998), 'created' from chunk where first_seq = 99`,
  'an item is revoked exactly when it has the time of it': `update item set status = 'revoked' where ${issued}`,
  'the status list of a revoked item says so to whoever kept an older one': `update item set status = 'revoked', revoked_at = now() where ${issued}; update status_list set version = 0`,
  'every document lies in the pack of the attempt that completed its chunk': `update item set pack_key = 'packs/other' where ${issued}`,
  'no chunk that is done keeps deaths of attempts that did not do it': `update chunk set deaths = 1 where ${one('chunk', `status = 'delivered'`)}`,
  'an address is found as it is written': `update item set email_key = 'other' where ${issued}`,
  'what stands on a delivered chunk is the sum of its deliveries': `update chunk set mails_sent = mails_sent + 1 where ${one('chunk', `status = 'delivered'`)}`,
  'no batch waits for approval unless somebody is asked': `update approval set status = 'waiting' where status = 'pending'`,
  'nobody is asked about a cancelled batch': `update batch set status = 'cancelled' where status = 'waiting_for_approval'`,
  'nothing that people sign is made before all of them have approved one and the same content': `update batch set approved_at = now() where status = 'waiting_for_approval'`,
  'whoever approved was asked to': `update approval set status = 'approved', member_id = gen_random_uuid() where status = 'pending'`,
  'nothing is made before the last approval': `update batch set approved_at = now() + interval '1 hour' where ${finished}`,
  'every balance is the sum of its entries': `update credit_balance set available = available + 1 where ${one('credit_balance')}`,
  'no balance is below zero': `alter table credit_balance drop constraint credit_balance_available_check; update credit_balance set available = -1`,
  'what is spent is what was issued or printed': `update chunk set issued = issued + 1 where ${one('chunk', 'issued = 1')}`,
  'what is reserved is what is under way': `update chunk set accepted = accepted + 1 where ${one('chunk', `status = 'accepted'`)}`,
  'every chunk was paid for once, by what it issued': `update ledger_entry set amount = amount + 1 where ${one('ledger_entry', `kind = 'capture'`)}`,
  'a batch that is at its end keeps nothing reserved': `update ledger_entry set amount = amount + 1 where ${one('ledger_entry', `kind = 'capture' and debit = 'reserved'`)}`,
  'no credit moves for a specimen': `update batch set test = true where ${finished}`,
  'every issued item of a mailed batch has its delivery': `delete from delivery where ${one('delivery')}`,
  'no open delivery without a job': `update delivery set status = 'queued' where ${one('delivery')}; delete from pgboss.job`,
  'no open notice without a job': `update notice set status = 'queued'; delete from pgboss.job`,
  'no open webhook message without a time at which it is due': `update webhook_delivery set status = 'queued', next_attempt_at = null where ${one('webhook_delivery')}`,
  'no two deliveries or notices have the same Message-ID': `update delivery set message_id = '<same@here>'`,
  'nothing was sent that was not claimed before': `update delivery set attempts = 0 where ${one('delivery', `status = 'sent'`)}`,
  'a mail is sent exactly when it has the time of it': `update delivery set sent_at = null where ${one('delivery', `status = 'sent'`)}`,
  'only issued items have deliveries': `update item set status = 'failed' where ${issued}`,
  'every mail that was caught went to the address of its row': `update caught_mail set recipient = 'mallory@example.com'`,
  'no specimen is told of or mailed to the world': `update batch set test = true where ${finished}`,
  'every table with rows of organizations is closed to the others': 'alter table item no force row level security',
  'the role of the application owns nothing and stands above no policy': 'alter table fair_clock owner to chancery_app',
  'no row points at a row of another organization': `update item set member_id = (select id from member where organization_id <> item.organization_id limit 1) where ${issued}`,
  'the newest event of a batch is its status': `delete from event where kind = 'batch.partially_completed'`,
  'every batch, every revocation and every decision is on record': `delete from event where kind = 'batch.created'`,
  'events are numbered from one on, without gaps': 'delete from event_seal where number = 2',
  'every event is the one that was sealed, behind the one that was sealed before it': `update event set kind = 'other' where ${one('event')}`,
  'the chain of events ends where it was left': 'update event_chain set number = number + 1',
  'no event is without its number ten minutes after it': `delete from event_seal; delete from event_chain; update instance set epoch_at = now() + interval '1 hour'`,
  'no mailing that is at its end lacks the time of it': `update mailing set status = 'completed', completed_at = null where ${one('mailing')}`,
  'no failed job, mailing or piece without a reason': `update mailing set status = 'failed', fault = null where ${one('mailing')}`,
  'no mailing stands still without a job': `update mailing set status = 'submitted' where ${one('mailing')}; delete from pgboss.job`,
  'no piece is in the run of another mailing, or in the place of another piece': `update mail_piece set run_seq = 0, run_id = (select id from print_run limit 1)`,
  'what is not printed costs nothing': `update mail_piece set status = 'failed', price = 5 where ${one('mail_piece')}`,
  'of staging nothing is printed, charged or told': `update mailing set test = true`,
};

/** Of print and post; broken in their own tests, where mailings go the whole way. */
const elsewhere = /mailing|mail job|print run|printed|piece|barcode/;

const namesOf = (broken: { name: string }[]) => broken.map(({ name }) => name);

test('all of them hold of organizations that have everything', () => assertInvariants(belt.database));

for (const [name, sql] of Object.entries(breaks))
  test(`broken and seen: ${name}`, async () =>
    assert.ok(namesOf(await brokenBy(belt.database, sql)).includes(name), sql));

test('each invariant is broken here, or is of print and post', async () => {
  const names = (await belt.database.owner(checkInvariants)).map(({ name }) => name);
  assert.deepEqual(
    names.filter((name) => !(name in breaks) && !elsewhere.test(name)),
    [],
  );
  assert.deepEqual(
    Object.keys(breaks).filter((name) => !names.includes(name)),
    [],
  );
});

const sound = [1, 5, 14].map((number) => ({ number, broken: [] }));
const found = async () => (await checkDocuments(belt.app)).map(({ number, broken }) => ({ number, broken }));

test('stored files are those of the rows, and none is left over', async () => {
  const results = await checkDocuments(belt.app);
  for (const { checked, name } of results) assert.ok(checked > 0, name);
  assert.deepEqual(await found(), sound);
  assert.deepEqual(await findUnusedFiles(belt.app, 0), []);
});

test('files that rows name are listed page by page, each once', async () => {
  for (const table of fileNamings) {
    const all = await belt.database.owner((tx) => listNamedFiles(tx, table, undefined, 1_000));
    const paged: typeof all = [];
    for (let last: string | undefined; ; last = paged.at(-1)?.id) {
      const some = await belt.database.owner((tx) => listNamedFiles(tx, table, last, 1));
      if (some.length === 0) break;
      paged.push(...some);
    }
    assert.deepEqual(paged, all);
    if (table === 'mail_document' || table === 'vault_file') assert.ok(all.length > 1, table);
  }
});

test('a byte that changed, a file that is gone, rows that are gone and a file too many are found', async () => {
  const [item] = await belt.sql<{ pack: string; at: number }>(
    `select pack_key as pack, tail_offset as at from item where status = 'issued' and pack_key like '%/0-%' limit 1`,
  );
  const pack = blobPath(item?.pack as string);
  const bytes = await readFile(pack);
  const changed = Buffer.from(bytes);
  changed[(item?.at as number) + 10] = (changed[(item?.at as number) + 10] as number) ^ 1;
  await writeFile(pack, changed);
  assert.match(String((await found())[1]?.broken), new RegExp(item?.pack as string));
  await writeFile(pack, bytes.subarray(0, bytes.length - 1));
  assert.equal((await found())[1]?.broken.length, 1);
  await writeFile(pack, bytes);
  const [upload] = await belt.sql<{ id: string }>('select id from vault_file limit 1');
  const file = (await belt.blobFiles('prefixes')).find((one) => one.endsWith(upload?.id as string));
  const kept = await readFile(blobPath(file as string));
  await rm(blobPath(file as string));
  assert.ok((await found())[2]?.broken.includes(file as string));
  await writeFile(blobPath(file as string), kept);
  const [waiting] = await belt.sql<{ key: string }>(
    `select source_key as key from batch where status = 'waiting_for_approval' limit 1`,
  );
  const source = await readFile(blobPath(waiting?.key as string));
  await writeFile(blobPath(waiting?.key as string), `${' '.repeat(source.length - 3)}[1]`);
  assert.equal((await found())[0]?.broken.length, 1);
  await writeFile(blobPath(waiting?.key as string), source);
  await belt.app.blobs.put('packs/00/00000000-0000-4000-8000-000000000000/0', Buffer.from('left'));
  assert.deepEqual(await findUnusedFiles(belt.app), [], 'it may belong to a request under way');
  assert.deepEqual(await findUnusedFiles(belt.app, 0), ['packs/00/00000000-0000-4000-8000-000000000000/0']);
  assert.deepEqual(await found(), sound);
});
