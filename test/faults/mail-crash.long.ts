/** Kill -9 at every point of the way from a batch to the print shop, between any two calls of its client, and at any time: nothing is lost, nothing printed twice. */

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMailAccount } from '../../src/usecases/mail-accounts/create-mail-account.ts';
import { clientOf } from '../support/hand-in.ts';
import { assertInvariants } from '../support/invariants.ts';
import { MailClient, type MailLogin } from '../support/mail-client.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { runsIn, textByPdfium } from '../support/print-shop.ts';
import { seedRecipients, seedXml, twentyPages } from '../support/seed-order.ts';
import { assertSeedRun } from '../support/seed-pieces.ts';
import { ServerLine } from '../support/server-line.ts';
import { openPlace, type Place } from '../support/snapshot.ts';
import { pointsOf } from './kill-points.ts';

const jobCount = 4;
const recipients = seedRecipients.filter((one) => one.job < jobCount);
const pdf = await twentyPages();
const xml = seedXml({ jobCount });

const belt = await openTestApp();
const tenant = await belt.addTenant();
const { key } = await clientOf(belt, tenant);
const username = 'crash';
const login: MailLogin = {
  username,
  key,
  password: (await createMailAccount(belt.app, tenant.actor, { username })).password,
};
const snapshot = await belt.intoSnapshot();
after(() => snapshot.end());

/** What the print shop has and what the books say is the order, once. */
async function assertPrintedOnce(place: Place, status: string): Promise<string[]> {
  assert.equal(status.split('<jobStatus>IN_PRODUCTION<').length - 1, jobCount, status);
  const shop = join(place.dataDirectory, 'print');
  const runs = await runsIn(shop);
  const pieces = runs.flatMap((run) => run.pieces);
  assert.deepEqual(
    pieces.map(({ uniqueId }) => uniqueId).sort(),
    recipients.map(({ uniqueId }) => uniqueId).sort(),
    'each recipient once',
  );
  for (const run of runs) await assertSeedRun(run, { pdfium: textByPdfium });
  const [books] = await place.sql<{ spent: string; price: string; reserved: string; printed: number; open: number }>(
    `select (select coalesce(sum(amount), 0) from ledger_entry where kind = 'mail_capture') as spent,
       (select coalesce(sum(price), 0) from mail_piece where status = 'printed') as price,
       (select coalesce(sum(case kind when 'mail_reserve' then amount when 'mail_capture' then -amount when 'mail_release' then -amount else 0 end), 0)
         from ledger_entry) as reserved,
       (select count(*)::int from mail_piece where status = 'printed') as printed,
       (select count(*)::int from print_run where status <> 'submitted') as open`,
  );
  assert.deepEqual(
    [books?.spent, books?.reserved, books?.printed, books?.open],
    [books?.price, '0', recipients.length, 0],
  );
  await assertInvariants(place.database, 'at the end');
  return pieces.map(({ pieceId }) => pieceId as string);
}

const points = pointsOf('mail-crash.long.ts');

async function playLine(faults: readonly string[]): Promise<void> {
  await using place = await openPlace(snapshot);
  await using servers = new ServerLine(place, {
    faults,
    // Whoever dies too often is set aside, which is another test.
    environment: { CHUNK_DEATHS: '100' },
    died: (died) => assertInvariants(place.database, `after ${died}`),
  });
  const client = new MailClient(() => servers.url(), login);
  const id = await client.submit(pdf, xml);
  await assertPrintedOnce(place, await client.untilCompleted(id));
  assert.deepEqual(faults.slice(servers.deaths), [], 'every point was passed');
}

test('killed at every point of the way, one after the other: all is printed, and once', () =>
  playLine(points.map((point) => `${point}:kill`)));

for (const point of points.filter((name) => name.startsWith('compose-')))
  test(`killed at ${point} of the second of two print runs: all is printed, and once`, () =>
    playLine([`${point}:kill@2`]));

test('killed after each call, and once while events come in: the next server goes on where the last one was', async () => {
  await using place = await openPlace(snapshot);
  await using servers = new ServerLine(place);
  const killed: string[] = [];
  const client = new MailClient(
    () => servers.url(),
    login,
    async (call) => {
      if (killed.includes(call)) return;
      killed.push(call);
      await servers.kill();
    },
  );
  const id = await client.submit(pdf, xml);
  const pieceIds = await assertPrintedOnce(place, await client.untilCompleted(id));
  const first = await client.importEvents(pieceIds);
  assert.deepEqual(first, { ...first, imported: pieceIds.length, repeated: 0, refused: 0 });
  const again = await client.importEvents(pieceIds);
  assert.deepEqual([again.imported, again.repeated], [0, pieceIds.length]);
  assert.equal((await client.tracking(id)).split('<mailPiece>').length - 1, pieceIds.length);
  // Create, XML, PDF, submit, status, events, tracking; nobody asked after the last.
  assert.equal(killed.length, 7, killed.join(', '));
  assert.equal(servers.deaths, 6);
  await assertInvariants(place.database, 'after tracking');
});

test('killed at any time, again and again, all is printed, and once', async () => {
  await using place = await openPlace(snapshot);
  // Whoever dies too often is set aside, which is another test.
  await using servers = new ServerLine(place, { environment: { CHUNK_DEATHS: '100' } });
  const client = new MailClient(() => servers.url(), login);
  const id = await client.submit(pdf, xml);
  let done = false;
  const killing = (async () => {
    for (let kills = 0; kills < 8 && !done; kills++) {
      await servers.url();
      await sleep(200 + 250 * kills);
      if (!done) await servers.kill();
    }
  })();
  const status = await client.untilCompleted(id).finally(() => {
    done = true;
  });
  await killing;
  await assertPrintedOnce(place, status);
  const shop = await readdir(join(place.dataDirectory, 'print'));
  assert.deepEqual(
    shop.filter((name) => !/^(\.|\d{6}-)/.test(name)),
    [],
    'nothing half done lies where runs are fetched',
  );
});
