/** F8: disks that fill up under the whole server and have room again: who asks is told to come back, nothing is left over, and the work goes on by itself. */

import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMailAccount } from '../../src/usecases/mail-accounts/create-mail-account.ts';
import { csv } from '../support/csv-text.ts';
import { type Client, clientOf } from '../support/hand-in.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp, type Snapshot } from '../support/open-test-app.ts';
import { readOutcome } from '../support/outcome.ts';
import { ask, assertPatient, type Question } from '../support/polling-client.ts';
import { runCommand } from '../support/run-command.ts';
import { goodRows, header } from '../support/sample-template.ts';
import { noSmallDisk, openSmallDisk } from '../support/small-disk.ts';
import { openPlace, untilQuiet } from '../support/snapshot.ts';
import { type Host, startHost } from '../support/test-host.ts';

const options = { skip: noSmallDisk, timeout: 300_000 };
const rows = 1_500;
let snapshot: Snapshot;
let client: Client;
let basic = '';
let item = '';

before(async () => {
  const belt = await openTestApp();
  const tenant = await belt.addTenant();
  client = await clientOf(belt, tenant);
  const stop = await belt.startBelt();
  const first = await belt.createBatch(tenant, csv([header, ...goodRows(2, 9_000)]), { channels: [] });
  await belt.waitForBatch(tenant, first);
  await stop();
  item = (await belt.sql<{ id: string }>('select id from item order by seq limit 1'))[0]?.id as string;
  const { password } = await createMailAccount(belt.app, tenant.actor, { username: 'printer' });
  basic = `Basic ${btoa(`printer:${password}`)}`;
  await belt.createBatch(tenant, csv([header, ...goodRows(rows)]));
  snapshot = await belt.intoSnapshot();
});
after(() => snapshot?.end());

const bearer = () => ({ authorization: `Bearer ${client.key}` });

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const deadline = performance.now() + 120_000; !(await holds()); await sleep(20))
    assert.ok(performance.now() < deadline, `in vain: ${what}`);
}

/** A form with a file of so many rows. */
function form(fields: Record<string, string>, file: string, count: number, from: number): () => RequestInit {
  return () => {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    body.set(file, new Blob([csv([header, ...goodRows(count, from)])], { type: 'text/csv' }), 'recipients.csv');
    return { method: 'POST', headers: bearer(), body };
  };
}

const handIn = (url: string, count: number, from: number): Question => {
  const fields = { name: 'Full', template_id: client.templateId, deliver: 'none' };
  return { name: 'our own', url: `${url}/chancery/v1/batches`, init: form(fields, 'file', count, from) };
};

/** Something for each door that takes files, a megabyte or more. */
async function uploads(url: string): Promise<Question[]> {
  const created = await fetch(`${url}/v1/batches`, { method: 'POST', headers: { authorization: basic } });
  const mailing = /<id>(\d+)<\/id>/.exec(await created.text())?.[1];
  const json = { ...bearer(), 'x-api-key': client.key, 'content-type': 'application/json' };
  const recipients = goodRows(20_000).map(([name, email]) => ({ recipient_name: name, email }));
  const pdf = { authorization: basic, 'content-type': 'application/pdf' };
  const vec = form({ name: 'Full', template_id: client.templateId }, 'csv_file', 20_000, 1);
  return [
    handIn(url, 20_000, 1),
    { name: 'VEC', url: `${url}/business/batches`, init: vec },
    {
      name: 'UniCreda',
      url: `${url}/api/v1/credentials/issue`,
      init: () => ({
        method: 'POST',
        headers: json,
        body: JSON.stringify({ template_id: client.templateId, recipients }),
      }),
    },
    {
      name: 'Click2Mail',
      url: `${url}/v1/batches/${mailing}`,
      init: () => ({ method: 'PUT', headers: pdf, body: `%PDF-1.4\n${'% '.repeat(800_000)}` }),
    },
  ];
}

/** 503 with a sentence and a time at each, and nothing of it stays on the disk. */
async function assertAllWait(questions: readonly Question[], directory: string): Promise<void> {
  for (const question of questions) {
    const answer = await ask(question);
    assertPatient(answer, []);
    assert.match(answer.text, /\w+ \w+/, answer.name);
  }
  assert.deepEqual(await readdir(join(directory, 'uploads')), [], 'files of refused uploads');
}

/** Only what the disk did. */
function assertNoFaultOfOurs(server: Host): void {
  assert.doesNotMatch(server.log(), /internal error/);
}

test(
  'F8: the disk of the documents fills up twice in a batch: uploads wait, what is stored is shown, and the belt goes on when there is room',
  options,
  async () => {
    await using place = await openPlace(snapshot);
    await using disk = await openSmallDisk(64);
    await cp(place.dataDirectory, disk.directory, { recursive: true });
    const here = { ...place, dataDirectory: disk.directory };
    await using server = startHost('serve', here);
    const { url } = (await server.ready) as { url: string };
    const questions = await uploads(url);
    const left = async () => (await place.sql(`select 1 from chunk where status in ('pending', 'accepted')`)).length;
    const failures = () => server.log().split('stage failed').length - 1;
    for (const round of [1, 2]) {
      const [open, before] = [await left(), failures()];
      assert.ok(open > 0, `nothing was left to make before round ${round}`);
      disk.fill();
      await until('a pack that does not fit', () => failures() > before);
      disk.fill();
      await assertAllWait(questions, disk.directory);
      assert.deepEqual(await readdir(join(disk.directory, 'blobs', '.incoming')), []);
      for (const path of [`/credential/${item}`, `/credential/${item}/document.pdf`, '/readyz'])
        assert.equal((await fetch(`${url}${path}`)).status, 200, path);
      disk.free();
      await until('a chunk that is made', async () => (await left()) < open);
    }
    await untilQuiet(place);
    assert.equal((await ask(handIn(url, 3, 50_000))).status, 201);
    await untilQuiet(place);
    const { items, mails, doubles } = await readOutcome(here);
    assert.equal(items.filter((line) => line.split(' ')[2] === 'issued').length, rows + 2 + 3);
    assert.deepEqual([mails.size, doubles.size], [rows, 0]);
    await assertInvariants(place.database);
    assertNoFaultOfOurs(server);
    assert.equal(await server.stop(), 0);
  },
);

test(
  'F8: the folder for uploads and the one for temporary files are full: what fits into memory is taken, the rest waits, and all is taken when there is room',
  options,
  async () => {
    await using place = await openPlace(snapshot);
    await using temporary = await openSmallDisk(1);
    temporary.fill();
    await using full = await openSmallDisk(1, join(place.dataDirectory, 'uploads'));
    await using server = startHost('serve', place, { TMPDIR: temporary.directory });
    const { url } = (await server.ready) as { url: string };
    const questions = await uploads(url);
    await assertAllWait(questions, place.dataDirectory);
    assert.equal((await ask(handIn(url, 3, 50_000))).status, 201);
    full.fill();
    const [own] = questions as [Question];
    assertPatient(await ask(own), []);
    await full[Symbol.asyncDispose]();
    assert.equal((await ask(own)).status, 201);
    await assertInvariants(place.database);
    assertNoFaultOfOurs(server);
  },
);

test(
  'F8: the disk of the embedded PostgreSQL is full in mid-batch: doors say when to come back, and all of it is made when there is room',
  options,
  async () => {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'chancery-full-'));
    await using folder = new AsyncDisposableStack();
    folder.defer(() => rm(dataDirectory, { recursive: true, force: true }));
    const disk = folder.use(await openSmallDisk(300, join(dataDirectory, 'postgres')));
    await using server = startHost('serve', { url: undefined, dataDirectory });
    const { url, vec } = (await server.ready) as { url: string; vec: { token: string; templateId: string } };
    const headers = { authorization: `Bearer ${vec.token}` };
    const send = (count: number, from: number): Question => ({
      name: `${count} rows`,
      url: `${url}/business/batches`,
      init: () => {
        const body = new FormData();
        body.set('name', 'Full');
        body.set('template_id', vec.templateId);
        const lines = Array.from({ length: count }, (_, at) => [
          `p${from + at}@example.com`,
          `Person ${from + at}`,
          'Botany',
        ]);
        const file = csv([['RecipientsEmail', 'RecipientsName', 'CourseTitle'], ...lines]);
        body.set('csv_file', new Blob([file], { type: 'text/csv' }), 'recipients.csv');
        return { method: 'POST', headers, body };
      },
    });
    const idOf = (text: string) => JSON.parse(text).data.id as string;
    const created = await ask(send(2_000, 1));
    assert.equal(created.status, 201, created.text);
    const batches = [idOf(created.text)];
    // What the server deletes meanwhile is taken as well.
    const filling = setInterval(() => disk.fill(), 50);
    try {
      let refused = 0;
      await until('five refusals, and a chunk that could not be stored', async () => {
        const answer = await ask(send(200, 10_000 + 200 * batches.length));
        assertPatient(answer, [201]);
        if (answer.status === 201) batches.push(idOf(answer.text));
        else refused += 1;
        return refused >= 5 && server.log().includes('stage failed');
      });
    } finally {
      clearInterval(filling);
    }
    disk.free();
    await until('room for one more', async () => {
      const answer = await ask(send(3, 90_000));
      assertPatient(answer, [201]);
      if (answer.status === 201) batches.push(idOf(answer.text));
      return answer.status === 201;
    });
    for (const id of batches)
      await until(`the end of ${id}`, async () => {
        const answer = await ask({
          name: 'status',
          url: `${url}/business/batches/${id}/status`,
          init: () => ({ headers }),
        });
        assertPatient(answer, [200]);
        return answer.status === 200 && JSON.parse(answer.text).status === 'completed';
      });
    assertNoFaultOfOurs(server);
    assert.match(server.log(), /the database is not available: .*No space left on device/);
    const doctor = await runCommand({ url: undefined, dataDirectory }, 'doctor', '--documents');
    assert.equal(doctor.code, 0, `${doctor.out}${doctor.err}`);
    assert.equal(await server.stop(), 0);
  },
);
