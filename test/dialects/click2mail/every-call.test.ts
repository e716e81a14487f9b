/** Every call of the batches with its success and every error it documents, byte by byte. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { importMailEvents } from '../../../src/usecases/mail-events/import-mail-events.ts';
import type { Tenant } from '../../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';
import { playTranscript } from '../../support/transcript.ts';
import { pageObjects, tablePdf } from '../../support/uploaded-pdf.ts';
import { openAccount } from './account.ts';
import { clientOf, parseXml, textOf } from './client.ts';

let doors: TestDoors;
let live: Tenant;
const pdf = tablePdf(pageObjects(3));
const variables: Record<string, string> = {};
const basic = ({ authorization }: { authorization: string }) => authorization.slice('Basic '.length);

before(async () => {
  doors = await openTestServer();
  await doors.test.startBelt();
  live = await doors.test.addTenant();
  const staging = await openAccount(doors, live, { mode: 'test' });
  const stranger = await openAccount(doors, live, { mode: 'test' });
  const tired = await openAccount(doors, live, { mode: 'test', rateLimit: 1 });
  const account = await openAccount(doors, live);
  Object.assign(variables, {
    host: `127.0.0.1:${doors.port}`,
    auth: basic(staging),
    wrong_auth: Buffer.from(`${staging.username}:wrong password`).toString('base64'),
    tired_auth: basic(tired),
    live_auth: basic(account),
    pdf: pdf.toString('latin1'),
    open_id: await openBatch(staging),
    foreign_id: await openBatch(stranger),
    live_id: await openBatch(account),
  });
});
after(() => doors?.[Symbol.asyncDispose]());

async function openBatch(account: { authorization: string }): Promise<string> {
  const { body } = await clientOf(doors.port, account).call('POST /v1/batches');
  return textOf(parseXml(body), 'id') as string;
}

const play = (name: string) =>
  playTranscript(new URL(`transcripts/${name}.http`, import.meta.url), doors.port, variables);
const played = async (name: string): Promise<void> => void (await play(name));

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 60_000; !(await isSo()); await sleep(50))
    assert.ok(performance.now() < deadline, `it never happens: ${what}`);
}

test('a batch is created, filled and submitted', () => played('batches'));

test('a batch is followed to its end', async () => {
  const { batch_id: number } = variables;
  const statuses = () => doors.test.sql<{ status: string }>('select status from mailing where number = $1', [number]);
  await until('completed', async () => (await statuses())[0]?.status === 'completed');
  await played('batches-completed');
});

test('what is sent wrong', () => played('400'));

test('what cannot be replaced any more', () => played('409'));

test('what is too large', () => played('413'));

test('what is compressed', () => played('415'));

test('who shows no valid name and password gets 401 from every call', () => played('401'));

test('what is not there and what is somebody else’s are answered alike', () => played('404'));

test('a method that an address does not have is refused with those it has', () => played('405'));

test('tracking shows the newest event of each piece, or all', async () => {
  const account = clientOf(doors.port, { authorization: `Basic ${variables.live_auth}` });
  const batch = `/v1/batches/${variables.live_id}`;
  await account.call(`PUT ${batch}`, {}, pdf);
  await account.call(`PUT ${batch}`, {}, await readFile(new URL('order.xml', import.meta.url)));
  await account.call(`POST ${batch}`);
  const pieces = () =>
    doors.test.sql<{ id: string }>(
      `select mail_piece.id from mail_piece join mailing on mailing.id = mailing_id where number = $1 and mail_piece.status = 'printed'
       order by seq`,
      [variables.live_id],
    );
  await until('with the carrier', async () => (await pieces()).length === 3);
  await doors.test.sql(`update mailing set submitted_at = '2026-07-01', created_at = '2026-07-01' where number = $1`, [
    variables.live_id,
  ]);
  const [ada, charles] = await pieces();
  const accepted = { status: 'Accepted by USPS facility', at: '2026-07-03T01:30:00Z', location: 'FLINT,MI' };
  const delivered = { status: 'Delivered', at: '2026-07-03T14:00:00Z', location: 'SPRINGFIELD,IL' };
  const cells = [
    { pieceId: ada?.id, ...accepted },
    { pieceId: ada?.id, ...delivered },
    { pieceId: charles?.id, ...accepted },
  ];
  const rows = (async function* () {
    yield cells.map((one, at) => ({ row: at + 1, cells: one }));
  })();
  const { imported, refused } = await importMailEvents(doors.test.app, live.actor, rows);
  assert.deepEqual({ imported, refused }, { imported: 3, refused: [] });
  await playTranscript(new URL('transcripts/tracking.http', import.meta.url), doors.port, {
    ...variables,
    auth: variables.live_auth as string,
  });
});

test('an account that asks too often is told when to come back', async () => {
  const tired = clientOf(doors.port, { authorization: `Basic ${variables.tired_auth}` });
  assert.equal((await tired.call('GET /v1/batches/2147483000')).status, 404);
  await played('429');
});

test('a fault of the server is a 500 that tells nothing', async () => {
  await doors.test.sql('revoke all on all tables in schema public from chancery_app');
  const answers = await play('500');
  assert.ok(answers.every(({ body }) => !/permission denied|relation/i.test(body.toString())));
});
