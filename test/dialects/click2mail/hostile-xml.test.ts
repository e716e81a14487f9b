/** XML that is wrong, odd or meant to harm: each gets a 400 with a sentence, nothing is stored of it, and the batch is as good as before. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { hostileXml } from '../../corpora/xml/hostile.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';
import { openAccount } from './account.ts';
import { type Client, clientOf, parseXml, textOf } from './client.ts';

let doors: TestDoors;
let client: Client;
let id: string;

before(async () => {
  doors = await openTestServer({ environment: { MAX_ROWS: '2000' } });
  client = clientOf(doors.port, await openAccount(doors, await doors.test.addTenant()));
  id = textOf(parseXml((await client.call('POST /v1/batches')).body), 'id') as string;
});
after(() => doors?.[Symbol.asyncDispose]());

const orders = () => doors.test.sql('select order_key, order_facts from mailing');

for (const { name, body, status = 400, says, type = 'application/xml' } of hostileXml)
  test(name, async () => {
    const before = [await orders(), await doors.test.blobFiles('')];
    const answer = await client.call(`PUT /v1/batches/${id}`, { 'Content-Type': type }, body());
    assert.equal(answer.status, status, answer.body.toString());
    assert.match(answer.headers['content-type'] ?? '', /^application\/xml/);
    const root = parseXml(answer.body);
    assert.deepEqual([root.name, textOf(root, 'status')], ['error', '9']);
    assert.match(textOf(root, 'description') as string, says);
    assert.ok(answer.body.length < 2_000, 'the answer is short');
    assert.ok(!/hunter2/.test(answer.body.toString()), 'no password in it');
    assert.deepEqual([await orders(), await doors.test.blobFiles('')], before, 'nothing is stored');
  });

test('after all of that the batch takes an order', async () => {
  const good = hostileXml
    .find(({ name }) => name.startsWith('a bare ampersand'))
    ?.body()
    .toString()
    .replace('R&D', 'R&amp;D');
  const answer = await client.call(`PUT /v1/batches/${id}`, { 'Content-Type': 'application/xml' }, good);
  assert.deepEqual([answer.status, answer.body.length], [200, 0]);
  assert.equal((await doors.test.blobFiles('mailings')).length, 1);
});
