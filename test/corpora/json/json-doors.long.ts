/** Every JSON document that is none, and those that would change what objects are, at every door that takes JSON: refused by the caller's fault, never by ours. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Tenant } from '../../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';
import { type Entry, runTable } from '../run-table.ts';
import { bad, prototypes } from './documents.ts';

interface Answer {
  status: number;
  text: string;
}

const nobody = '9e7860e3-7c0a-401f-98f6-b98e316934f4';
/** One route for each way in which a body is read. */
const doorsOfJson = [
  'POST /chancery/v1/templates',
  'POST /chancery/v1/webhooks',
  `POST /chancery/v1/credentials/${nobody}/revoke`,
  'POST /api/v1/credentials/issue',
  `POST /api/v1/credentials/${nobody}/revoke`,
];

let doors: TestDoors;
let tenant: Tenant;
let token: string;
before(async () => {
  doors = await openTestServer();
  tenant = await doors.test.addTenant();
  token = await doors.key(tenant);
});
after(() => doors?.[Symbol.asyncDispose]());

async function post(route: string, body: Buffer): Promise<Answer> {
  const [method, path] = route.split(' ') as [string, string];
  const headers = { authorization: `Bearer ${token}`, 'x-api-key': token, 'content-type': 'application/json' };
  const answer = await fetch(`${doors.url}${path}`, { method, headers, body: new Uint8Array(body) });
  return { status: answer.status, text: await answer.text() };
}

function assertRefused({ status, text }: Answer, isDocument: boolean): void {
  const allowed = isDocument ? [400, 404, 422] : [400, 413, 422];
  assert.ok(allowed.includes(status), `${status} ${text.slice(0, 200)}`);
  assert.doesNotMatch(text, /node_modules|\bat \w+ \(|Unexpected token|postgres/);
  assert.equal(({} as { isAdmin?: boolean }).isAdmin, undefined);
}

const entries: Entry<Buffer, Answer>[] = [
  ...bad.map(({ name, make }) => ({ name, make, isDocument: false })),
  ...prototypes.map((source) => ({ name: source, make: () => Buffer.from(source), isDocument: true })),
].map(({ name, make, isDocument }) => ({
  name,
  make,
  judge(outcome) {
    assert.ok('output' in outcome);
    assertRefused(outcome.output, isDocument);
  },
}));

for (const route of doorsOfJson) {
  test(`JSON: ${route.replace(nobody, ':id')} (${entries.length} entries)`, async () => {
    await runTable({ name: route, from: 'documents.ts', feed: (body) => post(route, body), entries });
    const [made] = await doors.test.sql<{ count: number }>('select count(*)::int as count from batch');
    assert.equal(made?.count, 0);
  });
}
