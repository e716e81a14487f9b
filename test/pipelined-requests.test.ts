/** Many requests in one packet: a connection has one answer made at a time, in the order of its requests, and none when it has gone. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openTestServer } from './support/open-test-server.ts';
import { openRaw } from './support/raw-http.ts';
import { goodRow, header } from './support/sample-template.ts';

const requests = 5;

async function openSlowDoors() {
  const doors = await openTestServer();
  const tenant = await doors.test.addTenant();
  const token = await doors.key(tenant);
  const seen = { atOnce: 0, most: 0, begun: 0 };
  const { blobs } = doors.test.app;
  const { put } = blobs;
  blobs.put = async (key, data) => {
    seen.begun++;
    seen.most = Math.max(seen.most, ++seen.atOnce);
    // Long enough for others to come in beside it.
    await sleep(50);
    return put(key, data).finally(() => seen.atOnce--);
  };
  const form = new FormData();
  form.set('name', 'Pipelined');
  form.set('template_id', tenant.templateId);
  form.set('file', new Blob([`${header}\n${goodRow(1)}\n`]), 'people.csv');
  const { headers, body } = await encode(form);
  const one = Buffer.concat([
    Buffer.from(`POST /chancery/v1/batches HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n${headers}\r\n`),
    body,
  ]);
  return { doors, seen, bytes: Buffer.concat(Array(requests).fill(one)) };
}

async function encode(form: FormData): Promise<{ headers: string; body: Buffer }> {
  const request = new Response(form);
  const body = Buffer.from(await request.arrayBuffer());
  const type = request.headers.get('content-type');
  return { headers: `content-type: ${type}\r\ncontent-length: ${body.length}\r\n`, body };
}

test('requests that come in one packet are answered one after the other, all of them', async () => {
  const { doors, seen, bytes } = await openSlowDoors();
  await using _ = doors;
  const connection = await openRaw(doors.port);
  connection.send(bytes);
  for (let at = 0; at < requests; at++) assert.equal((await connection.answer()).status, 201);
  connection.socket.destroy();
  assert.deepEqual({ most: seen.most, begun: seen.begun }, { most: 1, begun: requests });
});

test('what a connection that has gone still had in line is not begun', async () => {
  const { doors, seen, bytes } = await openSlowDoors();
  await using _ = doors;
  const connection = await openRaw(doors.port);
  connection.send(bytes);
  const first = await connection.answer();
  connection.socket.destroy();
  assert.equal(first.status, 201);
  // The one under way when the client left may end; another connection is served meanwhile.
  const other = await openRaw(doors.port);
  other.send(bytes);
  for (let at = 0; at < requests; at++) assert.equal((await other.answer()).status, 201);
  other.socket.destroy();
  assert.ok(seen.begun <= requests + 3, `${seen.begun} were begun`);
});
