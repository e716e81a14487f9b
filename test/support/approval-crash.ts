/** Two batches that wait for two signatories, decided while the processes that do it are killed. */

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultPoint } from '../../src/fault.ts';
import { createApiKey } from '../../src/usecases/api-keys/create-api-key.ts';
import { assertInvariants } from './invariants.ts';
import { openTestApp, type Snapshot } from './open-test-app.ts';
import { readOutcome } from './outcome.ts';
import { addSignedTenant, waitingBatch } from './signatories.ts';
import { openPlace, type Place, untilSessionsEnd } from './snapshot.ts';
import { type Host, startHost } from './test-host.ts';

export interface WaitingBatches {
  snapshot: Snapshot;
  organizationId: string;
  /** To be approved, and to be rejected. */
  approved: string;
  rejected: string;
  /** A key of each signatory. */
  tokens: string[];
}

/** Rows of each batch: three chunks. */
export const rows = 1_010;

/** Nobody has been written to yet. */
export async function twoWaitingBatches(): Promise<WaitingBatches> {
  const belt = await openTestApp();
  const stop = await belt.startBelt({ slots: { deliver: 0 } });
  const tenant = await addSignedTenant(belt, [false, false]);
  const approved = await waitingBatch(belt, tenant, rows);
  const rejected = await waitingBatch(belt, tenant, rows);
  const tokens: string[] = [];
  for (const { memberId } of tenant.signatories)
    tokens.push((await createApiKey(belt.app, tenant.actor, { name: 'signatory', scopes: ['*'], memberId })).token);
  await stop();
  return { snapshot: await belt.intoSnapshot(), organizationId: tenant.organizationId, approved, rejected, tokens };
}

/** A signatory's decision over HTTP; undefined when the server died of it. */
async function decide(
  url: string,
  place: Place,
  batchId: string,
  slot: number,
  token: string,
  verb: 'approve' | 'reject',
) {
  const [row] = await place.sql<{ id: string }>(
    `select id from approval where batch_id = $1 and slot = $2 and status <> 'void'`,
    [batchId, slot],
  );
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', connection: 'close' };
  const address = `${url}/chancery/v1/approvals/${row?.id}`;
  const { hash } = (await (await fetch(address, { headers })).json()) as { hash: string };
  const body = JSON.stringify(verb === 'approve' ? { hash } : { hash, reason: 'Wrong year' });
  return fetch(`${address}/${verb}`, { method: 'POST', headers, body }).then(
    ({ status }) => status,
    () => undefined,
  );
}

/** What is still to be decided is decided, by whatever process there is. Stops when the process dies. */
async function decideAll(host: Host, place: Place, { approved, rejected, tokens }: WaitingBatches): Promise<void> {
  const url = await host.ready.then((facts) => facts?.url).catch(() => undefined);
  const open = async (batchId: string, slot: number) =>
    (
      await place.sql(
        `select 1 from approval join batch on batch.id = batch_id where batch_id = $1 and slot = $2
           and approval.status = 'pending' and batch.status = 'waiting_for_approval'`,
        [batchId, slot],
      )
    ).length > 0;
  for (const [batchId, slot, verb] of [
    [approved, 1, 'approve'],
    [approved, 2, 'approve'],
    [rejected, 1, 'approve'],
    [rejected, 2, 'reject'],
  ] as const) {
    if (url === undefined || !(await open(batchId, slot))) continue;
    const status = await decide(url, place, batchId, slot, tokens[slot - 1] as string, verb);
    if (status === undefined) return;
    assert.equal(status, 200);
  }
}

/** Lets one process after the other die at its point, then one finish; proves that the end is that of an undisturbed run. */
export async function playKills(batches: WaitingBatches, kills: readonly [FaultPoint, number][]): Promise<void> {
  await using place = await openPlace(batches.snapshot);
  for (const [point, passage] of kills) {
    await using host = startHost('serve', place, { FAULTS: `${point}:kill@${passage}`, CHUNK_DEATHS: '1000' });
    const died = host.ended.then(({ signal }) => assert.equal(signal, 'SIGKILL', host.log()));
    // Who dies of a mail dies before anything is decided, so that later ones have something to die at.
    if (!point.startsWith('notify')) await Promise.race([died, decideAll(host, place, batches).catch(() => {})]);
    await Promise.race([died, sleep(60_000).then(() => assert.fail(`${point} was not passed`))]);
    await untilSessionsEnd(place);
    await assertInvariants(place.database, `after the kill at ${point}`);
  }
  await using host = startHost('serve', place);
  await decideAll(host, place, batches);
  await untilSettled(place);
  await assertEnd(place, batches);
}

async function untilSettled(place: Place): Promise<void> {
  const open = `select (select json_agg(json_build_array(name, status)) from batch where completed_at is null) as batches,
    (select json_agg(json_build_array(batch_id, seq, status)) from chunk where status not in ('delivered', 'set_aside', 'cancelled')) as chunks,
    (select json_agg(json_build_array(id, status, attempts, response)) from notice where status not in ('sent', 'cancelled')) as notices`;
  for (const deadline = performance.now() + 60_000; ; await sleep(50)) {
    const [left] = await place.sql<Record<string, unknown>>(open);
    if (Object.values(left ?? {}).every((one) => one === null)) return;
    if (performance.now() > deadline) assert.fail(`it does not come to an end: ${JSON.stringify(left)}`);
  }
}

async function assertEnd(place: Place, { approved, rejected, organizationId }: WaitingBatches): Promise<void> {
  await assertInvariants(place.database, 'at the end');
  const ends = await place.sql(
    `select batch.id, batch.status, count(*)::int as count, min(item.status) as item, min(item.issues->0->'params'->>'reason') as reason
     from batch join item on item.batch_id = batch.id group by batch.id order by batch.status`,
  );
  assert.deepEqual(ends, [
    { id: approved, status: 'completed', count: rows, item: 'issued', reason: null },
    { id: rejected, status: 'failed', count: rows, item: 'failed', reason: 'Wrong year' },
  ]);
  const balances = await place.sql(
    'select available::int, reserved::int, spent::int from credit_balance where organization_id = $1',
    [organizationId],
  );
  assert.deepEqual(balances, [{ available: 100_000 - rows, reserved: 0, spent: rows }]);
  // All copies of a mail are the same bytes, all documents what was stored of them.
  const { mails } = await readOutcome(place);
  assert.ok(mails.size >= rows);
}
