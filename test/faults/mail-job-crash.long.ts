/** Kill -9 at every point of an address list, of a single mail job and of its withdrawal: the client asks again, and one list, one job and no double letter come of it. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultPoint } from '../../src/fault.ts';
import { createMailAccount } from '../../src/usecases/mail-accounts/create-mail-account.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { runsIn } from '../support/print-shop.ts';
import { ServerLine } from '../support/server-line.ts';
import { openPlace } from '../support/snapshot.ts';
import { unusedFiles } from '../support/unused-files.ts';
import { pageObjects, tablePdf } from '../support/uploaded-pdf.ts';
import { pointsOf } from './kill-points.ts';

const granted = 100_000;

/** A mail account, and nothing handed in. */
async function openAccount() {
  const belt = await openTestApp();
  const { actor } = await belt.addTenant({ credits: granted });
  const { password } = await createMailAccount(belt.app, actor, { username: 'post' });
  const authorization = `Basic ${Buffer.from(`post:${password}`).toString('base64')}`;
  return { snapshot: await belt.intoSnapshot(), authorization };
}

/** What lies there that nobody knows, by the folder it lies in, after a death there. */
const left: Partial<Record<FaultPoint, string>> = { 'address-list-after-blob': 'address-lists' };

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 60_000; !(await holds()); await sleep(50))
    assert.ok(performance.now() < deadline, what);
}

const addresses = (names: readonly string[]) =>
  `<addresses>${names
    .map(
      (name) =>
        `<address><name>${name}</name><address1>1 College Way</address1><city>Flint</city><state>MI</state><zip>48502</zip></address>`,
    )
    .join('')}</addresses>`;

test('killed at every point of lists, single jobs and their withdrawal: what was asked for is there once', async () => {
  const { snapshot, authorization } = await openAccount();
  await using _ = { [Symbol.asyncDispose]: () => snapshot.end() };
  await using place = await openPlace(snapshot);
  const points = pointsOf('mail-job-crash.long.ts');
  const orphans: string[] = [];
  await using line = new ServerLine(place, {
    faults: points.map((point) => `${point}:kill`),
    died: async (faults) => {
      await assertInvariants(place.database, `after ${faults}`);
      const found = (await unusedFiles(place)).filter((key) => !orphans.includes(key));
      const folder = left[faults?.split(':')[0] as FaultPoint];
      assert.deepEqual(
        found.map((key) => key.split('/')[0]),
        folder ? [folder] : [],
        `files that nobody knows after ${faults}`,
      );
      orphans.push(...found);
    },
  });
  const ask = async (method: string, path: string, body?: FormData | string) => {
    const response = await line.ask(`/molpro${path}`, { method, headers: { authorization }, ...(body && { body }) });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
    return /<id>(\d+)<\/id>/.exec(text)?.[1] as string;
  };
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(tablePdf(pageObjects(1)))]), 'letter.pdf');
  const document = await ask('POST', '/documents', form);
  const list = await ask('POST', '/addressLists', addresses(['Ann Example', 'Bo Example']));
  const make = (more = '') =>
    ask(
      'POST',
      `/jobs?documentClass=Letter+8.5+x+11&envelope=%2310+Double+Window&documentId=${document}&addressId=${list}${more}`,
    );
  const inTenDays = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
  const withdrawn = await make(`&mailingDate=${inTenDays}`);
  await ask('POST', `/jobs/${withdrawn}/submit`);
  const status = async (number: string) =>
    (await place.sql<{ status: string }>('select status from mail_job where number = $1', [number]))[0]?.status;
  await until('it is not planned', async () => (await place.sql('select from print_run')).length === 1);
  await ask('POST', `/jobs/${withdrawn}/cancel`);
  assert.equal(line.deaths, points.length, `passed: ${points.slice(0, line.deaths).join(', ')}`);
  const printed = await make();
  await ask('POST', `/jobs/${printed}/submit`);
  await until(`${printed} is not printed: ${line.log()}`, async () => (await status(printed)) === 'in_production');
  assert.equal(await status(withdrawn), 'cancelled');
  const runs = await runsIn(`${place.dataDirectory}/print`);
  const pieces = await place.sql<{ id: string }>(
    'select mail_piece.id from mail_piece join mail_job on mail_job.id = job_id where mail_job.number = $1',
    [printed],
  );
  assert.equal(pieces.length, 2);
  assert.deepEqual(
    runs.flatMap((run) => run.pieces.map(({ pieceId }) => pieceId)).sort(),
    pieces.map(({ id }) => id).sort(),
    'each recipient once, and none of the withdrawn job',
  );
  const [books] = await place.sql<{ reserved: number; spent: number; price: number; available: number }>(
    `select reserved::int, spent::int, available::int, (select price::int from mail_job where number = $1) as price from credit_balance`,
    [printed],
  );
  assert.ok(books && books.price > 0);
  assert.deepEqual([books.reserved, books.spent, books.available], [0, books.price, granted - books.price]);

  // Jobs that nobody heard of, and what was never stored to its end, are thrown away in time.
  await place.sql(`update mailing set updated_at = now() - interval '60 days' where status = 'editing'`);
  await place.sql(`update address_list set created_at = now() - interval '2 days' where ready_at is null`);
  await line.kill();
  await line.url();
  await until(`something stays: ${(await unusedFiles(place)).join(', ')}`, async () => {
    const [open] = await place.sql<{ count: number }>(
      `select (select count(*)::int from mailing where status = 'editing')
         + (select count(*)::int from address_list where ready_at is null and deleted_at is null) as count`,
    );
    return open?.count === 0 && (await unusedFiles(place)).length === 0;
  });
  await assertInvariants(place.database, 'after sweeping');
});
