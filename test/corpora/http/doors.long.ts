/** Hostile bodies at every door that takes one: one clear answer, nothing left behind, the server goes on. */

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openAccount } from '../../dialects/click2mail/account.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';
import { testTable } from '../run-table.ts';
import { bodiesFor, type Keys, takers } from './bodies.ts';
import { type Conversation, converse } from './converse.ts';

let doors: TestDoors;
let keys: Keys;

before(async () => {
  doors = await openTestServer({
    environment: { MAX_UPLOAD_MB: '1' },
    timeouts: { request: 6_000, headers: 3_000, silence: 2_000, check: 100 },
  });
  const tenant = await doors.test.addTenant({ credits: 3 });
  keys = { token: await doors.key(tenant), basic: (await openAccount(doors, tenant)).authorization };
});
after(() => doors?.[Symbol.asyncDispose]());

/** What is thrown away after the answer may take a moment, and what was under way may still come to the disk. */
afterEach(async () => {
  const folder = join(doors.test.dataDirectory, 'uploads');
  const left = () => readdir(folder).catch(() => []);
  let quiet = 0;
  for (let wait = 0; wait < 500 && quiet < 20; wait++, await sleep(20))
    quiet = (await left()).length === 0 ? quiet + 1 : 0;
  assert.equal(quiet, 20, (await left()).join());
  assert.equal((await fetch(`${doors.url}/livez`)).status, 200);
});

const from = 'written for this project, after RFC 9110 and RFC 7578';

for (const taker of takers)
  testTable({
    name: `HTTP: ${taker.line} (${taker.type ?? taker.kind})`,
    from,
    feed: async (make): Promise<Conversation> => converse(doors.port, make(keys)),
    entries: bodiesFor(taker),
  });
