/** Kill -9 while one recipient is issued over HTTP: everything of it is there or nothing but an object nobody points at, and asked again with the same key it is issued once. */

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultPoint } from '../../src/fault.ts';
import { type Client, snapshotWithClients } from '../support/hand-in.ts';
import { signatureHolds } from '../support/independent-verifier.ts';
import { assertInvariants } from '../support/invariants.ts';
import { readOutcome } from '../support/outcome.ts';
import { openPlace, type Place, untilQuiet, untilSessionsEnd } from '../support/snapshot.ts';
import { startHost } from '../support/test-host.ts';
import { pointsOf } from './kill-points.ts';

const { snapshot, clients } = await snapshotWithClients(1);
after(() => snapshot.end());
const client = clients[0] as Client;

/** Certificates that are stored when the process is killed there, and packs. */
const kept = {
  'issue-after-decision': [0, 0],
  'issue-after-fill': [0, 0],
  'issue-after-pack': [0, 1],
  'issue-before-commit': [0, 1],
  'issue-after-commit': [1, 1],
  'create-before-answer': [1, 1],
} as const satisfies Partial<Record<FaultPoint, readonly [number, number]>>;

test('every fault point of this path is walked', () => {
  assert.deepEqual(
    pointsOf('issue-crash.long.ts').filter((point) => !(point in kept)),
    [],
  );
});

interface Answer {
  mode: string;
  credentials: { email: string; status: string; credential_id: string }[];
}

/** Undefined while the key of the dead request is held; rejects when the server dies. */
async function issue(url: string): Promise<Answer | undefined> {
  const recipient = { email: 'ada@example.com', recipient_name: 'Ada Lovelace', Course: 'Engines' };
  const response = await fetch(`${url}/api/v1/credentials/issue`, {
    method: 'POST',
    headers: {
      'x-api-key': client.key,
      'content-type': 'application/json',
      'idempotency-key': 'one-and-only',
      connection: 'close',
    },
    body: JSON.stringify({ template_id: client.templateId, recipients: [recipient] }),
  });
  if (response.status === 409) return undefined;
  assert.equal(response.status, 200, await response.clone().text());
  return (await response.json()) as Answer;
}

async function stored({ sql, dataDirectory, database }: Place): Promise<[items: number, packs: number]> {
  await assertInvariants(database, 'after the kill');
  const [row] = await sql<{ items: number; rest: number }>(
    `select (select count(*)::int from item) as items, (select count(*)::int from batch) + (select count(*)::int from chunk)
       + (select count(*)::int from delivery) + (select count(*)::int from ledger_entry where kind <> 'grant') as rest`,
  );
  assert.equal(row?.rest, 4 * (row?.items as number), 'all of it or nothing');
  const packs = await readdir(join(dataDirectory, 'blobs', 'packs'), { recursive: true }).catch(() => []);
  return [row?.items as number, packs.filter((path) => path.endsWith('.0')).length];
}

for (const [point, [items, packs]] of Object.entries(kept)) {
  test(`killed at ${point}, the same request leads to one certificate and one mail`, async () => {
    await using place = await openPlace(snapshot);
    await using host = startHost('serve', place, { FAULTS: `${point}:kill@1` });
    const { url } = (await host.ready) as { url: string };
    await assert.rejects(issue(url), TypeError);
    assert.equal((await host.ended).signal, 'SIGKILL');
    await untilSessionsEnd(place);
    assert.deepEqual(await stored(place), [items, packs]);

    // Waiting for the dead request's lease once is enough; elsewhere its end comes by a row.
    if (point !== 'issue-after-decision')
      await place.sql('update idempotency_key set leased_until = clock_timestamp()');
    await using second = startHost('serve', place);
    const again = ((await second.ready) as { url: string }).url;
    const answers: Answer[] = [];
    for (const deadline = performance.now() + 40_000; answers.length < 2; await sleep(100)) {
      assert.ok(performance.now() < deadline, 'the key of a dead request is not free again');
      const answer = await issue(again);
      if (answer) answers.push(answer);
    }
    assert.deepEqual(answers[1], answers[0], 'the same answer');
    const [credential] = answers[0]?.credentials ?? [];
    assert.deepEqual([credential?.email, credential?.status], ['ada@example.com', 'issued']);
    const page = `${again}/credential/${credential?.credential_id}/credential.json`;
    // What the dead server issued names its address, where nobody is any more.
    if (items === 0) assert.equal(await signatureHolds(await (await fetch(page)).text()), true);
    else assert.equal((await fetch(page)).status, 200);
    await untilQuiet(place);
    assert.equal((await stored(place))[0], 1);
    const { mails, doubles } = await readOutcome(place);
    assert.deepEqual([mails.size, doubles.size], [1, 0]);
  });
}
