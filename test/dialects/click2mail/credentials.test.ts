/** Passwords that clients write into their XML, and those they log in with, are found nowhere afterwards: not in the database, the files, or the log. */

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openTestServer } from '../../support/open-test-server.ts';
import { rounds } from '../../support/rounds.ts';
import { pageObjects, tablePdf } from '../../support/uploaded-pdf.ts';
import { openAccount } from './account.ts';
import { clientOf, parseXml, textOf } from './client.ts';

const corpus = new URL('../../corpora/xml/clients/', import.meta.url);

test('whatever is handed in, well or badly, no password of it stays', async () => {
  await using doors = await openTestServer();
  const { test: belt } = doors;
  const lines: string[] = [];
  const keep = (...said: unknown[]) =>
    void lines.push(JSON.stringify(said, (_, value) => (value instanceof Error ? value.stack : value)));
  const log = { debug: keep, info: keep, warn: keep, error: keep, fatal: keep };
  Object.assign(belt.app.log, log);
  const stopBelt = await belt.startBelt();
  const account = await openAccount(doors, await belt.addTenant());
  const client = clientOf(doors.port, account);
  const secrets = [account.password, account.authorization.slice(6)];
  for (const [at, file] of (await readdir(corpus)).entries()) {
    const xml = await readFile(new URL(file, corpus));
    secrets.push(...[...xml.toString().matchAll(/canary-(?:user|password)-\w+/g)].map(([word]) => word));
    const id = textOf(parseXml((await client.call('POST /v1/batches')).body), 'id');
    const put = (body: Uint8Array) => client.call(`PUT /v1/batches/${id}`, { 'Content-Type': 'application/xml' }, body);
    // Cut off in the middle of it, too, and with a fault behind it.
    assert.equal((await put(xml.subarray(0, xml.length - 20))).status, 400);
    assert.equal((await put(Buffer.concat([xml, Buffer.from('&')]))).status, 400);
    assert.equal((await put(xml)).status, 200, file);
    if (at >= rounds(1, 20)) continue;
    await client.call(`PUT /v1/batches/${id}`, { 'Content-Type': 'application/pdf' }, tablePdf(pageObjects(2)));
    await client.call(`POST /v1/batches/${id}`);
    await client.call(`GET /v1/batches/${id}/details`);
  }
  await client.call('GET /v1/batches/1', {
    Authorization: `Basic ${Buffer.from(`${account.username}:canary-password-wrong`).toString('base64')}`,
  });
  secrets.push('canary-password-wrong');
  assert.ok(new Set(secrets).size > 10, `${secrets.length} secrets`);
  assert.ok(lines.length > 50, `${lines.length} lines in the log`);
  // A run on its way from one folder to the other would be in neither.
  await stopBelt();
  const stored = await everything(belt);
  assert.match(stored, /Analytical/, 'what is looked through holds what was handed in');
  for (const secret of secrets) {
    assert.ok(!stored.includes(secret), `${secret} is stored`);
    assert.ok(!lines.some((line) => line.includes(secret)), `${secret} is in the log`);
  }
});

/** Every row of every table, and every file of the data folder, as text. */
async function everything({
  sql,
  dataDirectory,
}: {
  sql<R>(text: string): Promise<R[]>;
  dataDirectory: string;
}): Promise<string> {
  const tables = await sql<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  );
  const parts: string[] = [];
  for (const { name } of tables)
    parts.push(...(await sql<{ row: string }>(`select to_jsonb(t)::text as row from ${name} t`)).map(({ row }) => row));
  for (const entry of await readdir(dataDirectory, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) parts.push(await readFile(join(entry.parentPath, entry.name), 'latin1'));
  return parts.join('\n');
}
