/** Requests that break HTTP itself: one clear answer, never a second request, and the server goes on. */

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';
import { testTable } from '../run-table.ts';
import { converse } from './converse.ts';
import { protocol } from './protocol.ts';

let doors: TestDoors;

before(async () => {
  doors = await openTestServer({
    environment: { MAX_UPLOAD_MB: '1' },
    timeouts: { request: 6_000, headers: 3_000, silence: 2_000, check: 100 },
  });
});
after(() => doors?.[Symbol.asyncDispose]());

/** What is thrown away after the answer may take a moment. */
afterEach(async () => {
  const folder = join(doors.test.dataDirectory, 'uploads');
  for (let wait = 0; wait < 100 && (await readdir(folder).catch(() => [])).length > 0; wait++) await sleep(20);
  assert.deepEqual(await readdir(folder).catch(() => []), []);
  assert.equal((await fetch(`${doors.url}/livez`)).status, 200);
});

const from = 'written for this project, after RFC 9110 and RFC 9112';

testTable({ name: 'HTTP: the protocol', from, feed: (said) => converse(doors.port, said), entries: protocol });
