/** Kill -9 at every point of the way from a batch to the print shop, between any two calls of its client, and at any time: nothing is lost, nothing printed twice. */

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultPoint, faultPoints } from '../../src/fault.ts';
import { createMailAccount } from '../../src/usecases/mail-accounts/create-mail-account.ts';
import { clientOf } from '../support/hand-in.ts';
import { assertInvariants } from '../support/invariants.ts';
import { MailClient, type MailLogin } from '../support/mail-client.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { runsIn, textByPdfium } from '../support/print-shop.ts';
import { seedRecipients, seedXml, twentyPages } from '../support/seed-order.ts';
import { assertSeedRun } from '../support/seed-pieces.ts';
import { openPlace, type Place, untilSessionsEnd } from '../support/snapshot.ts';
import { type Host, startHost } from '../support/test-host.ts';

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

/** Servers one after the other: the first with `faults`, each next when the last one is dead. */
class Servers implements AsyncDisposable {
  readonly #place: Place;
  readonly #environment: Record<string, string>;
  #host: Host;
  #replaced: Promise<void> | undefined;
  deaths = 0;

  constructor(place: Place, faults: string | undefined, environment: Record<string, string> = {}) {
    this.#place = place;
    this.#environment = environment;
    this.#host = startHost('serve', place, { ...environment, ...(faults && { FAULTS: faults }) });
  }

  /** The address of one that lives, as far as anyone can know; whoever asks meanwhile waits for the same one. */
  async url(): Promise<string> {
    if (await Promise.race([this.#host.ended, sleep(0, undefined)])) {
      this.#replaced ??= this.#replace().finally(() => {
        this.#replaced = undefined;
      });
      await this.#replaced;
    }
    return ((await this.#host.ready) as { url: string }).url;
  }

  async #replace(): Promise<void> {
    this.deaths++;
    await untilSessionsEnd(this.#place);
    this.#host = startHost('serve', this.#place, this.#environment);
  }

  kill(): Promise<void> {
    return this.#host.kill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#host[Symbol.asyncDispose]();
  }
}

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

const ways: readonly string[] = ['mailing', 'put', 'submit', 'sort', 'compose', 'post'];
const points = faultPoints.filter((point) => ways.includes(point.split('-')[0] as string));
/** Each of the two print runs passes those of its own. */
const passages = (point: FaultPoint) => (/^(compose|post)-/.test(point) ? [1, 2] : [1]);

for (const point of points)
  for (const passage of passages(point))
    test(`killed at ${point}, passage ${passage}: all is printed, and once`, async () => {
      await using place = await openPlace(snapshot);
      await using servers = new Servers(place, `${point}:kill@${passage}`);
      const client = new MailClient(() => servers.url(), login);
      const id = await client.submit(pdf, xml);
      await assertPrintedOnce(place, await client.untilCompleted(id));
      assert.equal(servers.deaths, 1, 'the point was passed');
    });

test('killed after each call, and once while events come in: the next server goes on where the last one was', async () => {
  await using place = await openPlace(snapshot);
  await using servers = new Servers(place, undefined);
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
  await using servers = new Servers(place, undefined, { CHUNK_DEATHS: '100' });
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
