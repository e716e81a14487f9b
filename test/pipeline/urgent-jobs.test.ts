/** A job that somebody waits for comes next, however much its organization has in line, and is not charged to it. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '../../src/queue/open-queue.ts';
import { openTestApp } from '../support/open-test-app.ts';

const belt = await openTestApp();
after(() => belt[Symbol.asyncDispose]());

test('an urgent job overtakes a thousand mails of its own organization', async () => {
  const { organizationId } = await belt.addTenant();
  const jobs = (count: number, urgent?: true): Job[] =>
    Array.from({ length: count }, () => ({
      stage: urgent ? 'notify' : 'deliver',
      organizationId,
      chunkId: randomUUID(),
      urgent,
    }));
  const enqueue = (some: Job[]) =>
    belt.app.db.organization(organizationId, (tx) => belt.app.queue.enqueue(tx, 'deliver', some));
  await enqueue(jobs(1_000));
  const [before] = await belt.sql('select last_tag from fair_tag where organization_id = $1', [organizationId]);
  const order: string[] = [];
  const run = async (until: () => boolean) => {
    const deliver = async ({ stage }: Job) => {
      order.push(stage);
      // Put in line while others are under way.
      if (order.length === 10) await enqueue(jobs(2, true));
    };
    const running = await belt.app.queue.run({ belt: async () => {}, deliver }, { belt: 0, deliver: 1 });
    while (!until()) await sleep(10);
    await running.stop(20);
  };
  await run(() => order.length >= 30);
  const places = order.flatMap((stage, at) => (stage === 'notify' ? [at] : []));
  assert.equal(places.length, 2, order.join());
  // One job that was put in line before has the same tag.
  for (const place of places) assert.ok(place <= 13, `place ${place}`);
  const [behind] = await belt.sql('select last_tag from fair_tag where organization_id = $1', [organizationId]);
  assert.deepEqual(behind, before);
});
