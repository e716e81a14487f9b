/** F27: keys rotated in mid-batch, the master key gone, another one in its place, lost for good: work waits and goes on, and nothing is ever signed with a key that is not the one. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { csv } from '../support/csv-text.ts';
import { type Client, handIn, snapshotWithClients } from '../support/hand-in.ts';
import { signatureHolds } from '../support/independent-verifier.ts';
import { assertInvariants } from '../support/invariants.ts';
import type { Snapshot } from '../support/open-test-app.ts';
import { runCommand } from '../support/run-command.ts';
import { goodRows, header } from '../support/sample-template.ts';
import { openPlace, type Place, untilQuiet, untilSessionsEnd } from '../support/snapshot.ts';
import { startHost } from '../support/test-host.ts';

let snapshot: Snapshot;
let client: Client;
before(async () => {
  const made = await snapshotWithClients(1);
  snapshot = made.snapshot;
  client = made.clients[0] as Client;
});
after(() => snapshot?.end());

/** Of a batch that is still under way when its first chunk is made. */
const rows = 3_010;
const file = csv([header, ...goodRows(rows)]);

/** Issuers are named by the server's address, so that the next server must have the same one. */
async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return String(port);
}

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const deadline = performance.now() + 90_000; !(await holds()); await sleep(20))
    assert.ok(performance.now() < deadline, `in vain: ${what}`);
}

const issued = async ({ sql }: Place) =>
  (await sql<{ count: number }>(`select count(*)::int from item where status = 'issued'`))[0]?.count as number;

const multibases = async ({ sql }: Place) =>
  (
    await sql<{ multibase: string }>(
      `select multibase from signing_key where purpose = 'credential' and organization_id = $1 order by created_at`,
      [client.organizationId],
    )
  ).map(({ multibase }) => multibase);

/** Some of each chunk: signed by that key and no other, and it holds by the issuer's DID document. */
async function assertSigned(place: Place, url: string, batchId: string, multibase: string): Promise<void> {
  const items = await place.sql<{ id: string }>(
    `select id from item where batch_id = $1 and status = 'issued' and seq % 250 = 7 order by seq`,
    [batchId],
  );
  assert.ok(items.length > 0);
  for (const { id } of items) {
    const text = await (await fetch(`${url}/credential/${id}/credential.json`)).text();
    const { verificationMethod } = JSON.parse(text).proof[0] ?? JSON.parse(text).proof;
    assert.equal(verificationMethod.split('#')[1], multibase);
    assert.equal(await signatureHolds(text), true);
  }
}

const readyz = async (url: string) => {
  const answer = await fetch(`${url}/readyz`);
  const { status, reason } = (await answer.json()) as { status: string; reason?: string };
  return { code: answer.status, retryAfter: answer.headers.get('retry-after'), status, reason };
};

test('F27: keys rotated in mid-batch: what was handed in before keeps its key, what comes after has the new one, and both verify', async () => {
  await using place = await openPlace(snapshot);
  await using host = startHost('serve', place);
  const { url } = (await host.ready) as { url: string };
  const first = await handIn(url, client, file);
  await until('nothing is issued', async () => (await issued(place)) > 0);
  // It stands still meanwhile, so that the command's start is not longer than the batch.
  host.freeze();
  const rotated = await runCommand(place, 'signing-key-rotate', '--organization', client.organizationId);
  assert.equal(rotated.code, 0, rotated.err);
  host.thaw();
  const before = await issued(place);
  assert.ok(before < rows, 'the batch was over before its key was');
  const second = await handIn(url, client, csv([header, ...goodRows(510)]));
  await untilQuiet(place);
  assert.equal(await issued(place), rows + 510);
  const [old, current, ...others] = await multibases(place);
  assert.deepEqual(others, []);
  await assertSigned(place, url, first, old as string);
  await assertSigned(place, url, second, current as string);
  await assertInvariants(place.database);
});

test('F27: the master key gone in mid-batch, another in its place, and back: all waits, says so, and goes on by itself', async () => {
  await using place = await openPlace(snapshot);
  const path = join(place.dataDirectory, 'master.key');
  const port = { PORT: await freePort() };
  let batch: string;
  {
    await using host = startHost('serve', place, port);
    const { url } = (await host.ready) as { url: string };
    await rename(path, `${path}.away`);
    await until('nobody says that it is gone', () => host.log().includes('master.key is gone; this process goes on'));
    batch = await handIn(url, client, file);
    await until('nothing is issued', async () => (await issued(place)) > 0);
    assert.equal((await readyz(url)).status, 'ready', 'it has the key');
  }
  await untilSessionsEnd(place);
  const before = await issued(place);
  assert.ok(before > 0 && before < rows);
  const keys = await place.sql('select * from signing_key order by id');

  await using host = startHost('serve', place, port);
  const { url } = (await host.ready) as { url: string };
  const gone = await readyz(url);
  assert.deepEqual([gone.code, gone.status, gone.retryAfter], [503, 'master_key', '60']);
  assert.match(gone.reason ?? '', /^master\.key is gone: put back the one/);
  assert.match(host.log(), /master\.key is gone/);
  await assert.rejects(handIn(url, client, file), /answered 503.*master\.key is gone/);
  const [item] = await place.sql<{ id: string }>(`select id from item where status = 'issued' limit 1`);
  assert.equal((await fetch(`${url}/credential/${item?.id}`)).status, 200, 'what was issued is still shown');

  await writeFile(path, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  await until('nobody sees that it is another', async () =>
    /another master key/.test((await readyz(url)).reason ?? ''),
  );
  const rotated = await runCommand(place, 'signing-key-rotate', '--organization', client.organizationId);
  assert.equal(rotated.code, 1, 'no key is sealed with it');
  assert.match(rotated.err, /the master key is not there/);
  assert.equal(await issued(place), before, 'nothing was issued meanwhile');
  assert.deepEqual(await place.sql('select * from signing_key order by id'), keys);

  await rename(`${path}.away`, path);
  await until('it does not go on', async () => (await readyz(url)).status === 'ready');
  assert.match(host.log(), /work goes on/);
  await untilQuiet(place);
  assert.equal(await issued(place), rows);
  const [multibase] = await multibases(place);
  await assertSigned(place, url, batch, multibase as string);
  await assertInvariants(place.database);
});

test('F27: a master key that is lost for good is replaced when its operator says so, and no new one is made unasked', async () => {
  await using place = await openPlace(snapshot);
  const path = join(place.dataDirectory, 'master.key');
  await rm(path);
  const port = { PORT: await freePort() };
  await using host = startHost('serve', place, port);
  const { url } = (await host.ready) as { url: string };
  assert.equal((await readyz(url)).code, 503);
  await assert.rejects(readFile(path), { code: 'ENOENT' });
  const lost = ['signing-key-rotate', '--organization', client.organizationId, '--master-key-lost'];
  const rotated = await runCommand(place, ...lost);
  assert.equal(rotated.code, 0, rotated.err);
  await until('it does not go on', async () => (await readyz(url)).status === 'ready');
  const batch = await handIn(url, client, csv([header, ...goodRows(20)]));
  await untilQuiet(place);
  assert.equal(await issued(place), 20);
  const [, current] = await multibases(place);
  await assertSigned(place, url, batch, current as string);
  await assertInvariants(place.database);
});
