/** F26, T-1801: yesterday's backup is put back. Server and worker start in quarantine, and what an operator decides then is what happens. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Reconciliation } from '../../src/usecases/instance/reconcile.ts';
import { csv } from '../support/csv-text.ts';
import { type Client, handIn, snapshotWithClients } from '../support/hand-in.ts';
import { assertInvariants } from '../support/invariants.ts';
import { runCommand } from '../support/run-command.ts';
import { goodRows, header } from '../support/sample-template.ts';
import { openSmtpSink } from '../support/smtp-sink.ts';
import { openPlace, type Place, untilQuiet, untilSessionsEnd } from '../support/snapshot.ts';
import { startHost } from '../support/test-host.ts';

/** For a machine that is busy with other things. */
const limit = { timeout: 300_000 };

const { snapshot, clients } = await snapshotWithClients(1);
after(() => snapshot.end());
const [client] = clients as [Client];
const sink = await openSmtpSink();
after(() => sink[Symbol.asyncDispose]());
const settings = { SMTP_URL: sink.url };

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const deadline = performance.now() + 60_000; !(await holds()); await sleep(30))
    assert.ok(performance.now() < deadline, `in vain: ${what}`);
}

const readiness = async (url: string) => (await (await fetch(`${url}/readyz`)).json()) as object;
const filed = (rows: number, from = 1) => csv([header, ...goodRows(rows, from)]);
const references = async (place: Place) =>
  (await place.sql<{ id: string }>('select reference_id as id from item')).map(({ id }) => id);

/** Database and data folder as they are now. Nobody may be at work. */
async function backUp(place: Place): Promise<Place> {
  const [{ name }] = (await place.sql<{ name: string }>('select current_database() as name')) as [{ name: string }];
  await place.sql(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  // The one that asks is ended by what it asks in the end, and made anew for the next question.
  await place.sql('select pg_terminate_backend(pg_backend_pid())').catch(() => {});
  return openPlace({ database: name, dataDirectory: place.dataDirectory });
}

/** A batch of 40 is done, one of 400 is being mailed; two backups of that moment; then all is mailed, and five more are issued. */
async function lived(): Promise<{ present: Place; backups: [Place, Place] }> {
  const present = await openPlace(snapshot);
  {
    await using host = startHost('serve', present, settings);
    const { url } = (await host.ready) as { url: string };
    await handIn(url, client, filed(40), 'email');
    await untilQuiet(present);
    await handIn(url, client, filed(400, 1_001), 'email');
    await until('some mails', () => sink.recipients.length > 60);
    await host.kill();
  }
  await untilSessionsEnd(present);
  const backups: [Place, Place] = [await backUp(present), await backUp(present)];
  await using host = startHost('serve', present, settings);
  const { url } = (await host.ready) as { url: string };
  await untilQuiet(present);
  await handIn(url, client, filed(5, 2_001), 'email');
  await untilQuiet(present);
  assert.equal(await host.stop(), 0);
  return { present, backups };
}

const { present, backups } = await lived();
const [older, copied] = backups;
after(async () => {
  for (const place of [present, ...backups]) await place[Symbol.asyncDispose]();
});

test(
  'T-1801: an old database beside the documents of today: nothing leaves, of server or worker, until the operator ends it',
  limit,
  async () => {
    assert.equal(new Set(sink.recipients).size, 445);
    const sent = sink.recipients.length;
    const restored = { url: older.url, dataDirectory: present.dataDirectory };
    await using server = startHost('serve', restored, settings);
    await using worker = startHost('worker', restored, settings);
    const { url } = (await server.ready) as { url: string };
    await worker.ready;
    assert.deepEqual(await readiness(url), {
      status: 'quarantine',
      reason: 'the database is older than what it has let out: a backup was restored',
    });
    await assert.rejects(handIn(url, client, filed(1), 'email'), /503.*quarantine/);
    const [known] = await older.sql<{ id: string }>(`select id from item where status = 'issued' limit 1`);
    const [lost] = await present.sql<{ id: string }>(`select id from item where email like 'person2001@%'`);
    assert.equal((await fetch(`${url}/credential/${known?.id}`)).status, 200);
    assert.equal((await fetch(`${url}/credential/${lost?.id}`)).status, 404);
    const report = await runCommand(restored, 'quarantine', '--json');
    assert.equal(report.code, 1, report.err);
    const { quarantine, outstanding, lostReferences, behindSeconds } = JSON.parse(report.out) as Reconciliation;
    assert.equal(quarantine?.reason, 'behind');
    assert.ok((behindSeconds ?? -1) >= 0 && (lostReferences ?? -1) >= 0);
    const openMails = Object.values(outstanding.mails).reduce((sum, count) => sum + count, 0);
    assert.ok(openMails > 0 || outstanding.rows > 0, report.out);
    assert.equal(sink.recipients.length, sent, 'nothing has left');

    const ended = await runCommand(restored, 'quarantine', 'end', '--hold-mail');
    assert.equal(ended.code, 0, ended.err);
    await until(
      'the end of the quarantine',
      async () => (await fetch(`${url}/readyz`)).ok && !('reason' in (await readiness(url))),
    );
    await untilQuiet(older);
    assert.equal(sink.recipients.length, sent, 'what may have been sent is held');
    await handIn(url, client, filed(3, 3_001), 'email');
    await untilQuiet(older);
    assert.equal(sink.recipients.length, sent + 3, 'new mail is sent');
    const before = new Set(await references(present));
    const fresh = (
      await older.sql<{ id: string }>(`select reference_id as id from item where email like 'person300%'`)
    ).map(({ id }) => id);
    assert.equal(fresh.length, 3);
    assert.deepEqual(
      fresh.filter((id) => before.has(id)),
      [],
      'no reference id was given out twice',
    );
    await assertInvariants(older.database);
    assert.deepEqual([await server.stop(), await worker.stop()], [0, 0]);
  },
);

test(
  'a data folder that is put back as a whole is known as a copy; sent again are the mails that were open, each once',
  limit,
  async () => {
    const sent = sink.recipients.length;
    await using host = startHost('serve', copied, settings);
    const { url } = (await host.ready) as { url: string };
    assert.match(JSON.stringify(await readiness(url)), /the data folder is a copy/);
    assert.equal((await runCommand(copied, 'doctor')).code, 1);
    const open =
      400 -
      ((await copied.sql<{ sent: number }>(`select count(*)::int as sent from delivery where status = 'sent'`))[0]
        ?.sent as number) +
      40;
    assert.equal(sink.recipients.length, sent);
    assert.equal((await runCommand(copied, 'quarantine', 'end')).code, 64);
    assert.equal((await runCommand(copied, 'quarantine', 'end', '--send-mail')).code, 0);
    await untilQuiet(copied);
    assert.equal(sink.recipients.length, sent + open);
    await assertInvariants(copied.database);
    assert.equal(await host.stop(), 0);
    await using again = startHost('serve', copied, settings);
    await again.ready;
    assert.deepEqual(
      await readiness(((await again.ready) as { url: string }).url),
      { status: 'ready' },
      'it is known now',
    );
  },
);
