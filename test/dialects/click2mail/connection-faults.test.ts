/** Where HTTP itself goes wrong under this door, it still speaks its XML, and of what was cut off nothing is stored. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestServer } from '../../support/open-test-server.ts';
import { exchange, openRaw } from '../../support/raw-http.ts';
import { openAccount } from './account.ts';
import { clientOf, parseXml, textOf } from './client.ts';

test('silence in the middle of a body, a body cut off, an address that cannot be read', async () => {
  await using doors = await openTestServer({
    timeouts: { request: 20_000, headers: 5_000, silence: 3_000, check: 100 },
  });
  const account = await openAccount(doors, await doors.test.addTenant());
  const id = textOf(parseXml((await clientOf(doors.port, account).call('POST /v1/batches')).body), 'id');
  const head = (type: string) =>
    `PUT /v1/batches/${id} HTTP/1.1\r\nHost: x\r\nAuthorization: ${account.authorization}\r\nContent-Type: ${type}\r\nContent-Length: 5000\r\n\r\n`;
  const begun = `<batch><password>hunter2hunter2</password>${' '.repeat(2_000)}<filename>a`;
  for (const [type, body] of [
    ['application/xml', begun],
    ['application/pdf', `%PDF-1.7 ${' '.repeat(2_000)}`],
  ] as const) {
    const silent = await openRaw(doors.port);
    silent.send(head(type) + body);
    const answer = await silent.answer();
    assert.equal(answer.status, 408);
    assert.equal(answer.headers['content-type'], 'application/xml');
    assert.equal(textOf(parseXml(answer.body), 'description'), 'The request took too long.');
    await silent.closed();
    const cut = await openRaw(doors.port);
    cut.send(head(type) + body);
    await new Promise((resolve) => setTimeout(resolve, 100));
    cut.socket.destroy();
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.deepEqual(await doors.test.blobFiles(''), []);
  assert.deepEqual(await doors.test.sql('select document_id, order_key from mailing'), [
    { document_id: null, order_key: null },
  ]);
  for (const address of ['/v1/batches/%zz', '/molpro/%zz', '//v1//batches/%c0%80']) {
    const answer = await exchange(doors.port, `GET ${address} HTTP/1.1\r\nHost: x\r\n\r\n`);
    assert.equal(answer.status, 404, address);
    assert.equal(textOf(parseXml(answer.body), 'status'), '9');
  }
});
