/** Whose turn it is: first in, first out within an organization, fair between organizations. */

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Job } from '../../src/queue/open-queue.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { rounds } from '../support/rounds.ts';
import { goodRows, header } from '../support/sample-template.ts';

const manyRows = rounds(6_000, 20_000);

test(`500 rows handed in behind another organization’s ${manyRows} are produced before five more of its chunks`, async () => {
  await using belt = await openTestApp();
  const [large, small] = [await belt.addTenant(), await belt.addTenant()];
  const done: Job[] = [];
  const begun = Promise.withResolvers<void>();
  const handedIn = Promise.withResolvers<void>();
  const finished = Promise.withResolvers<void>();
  await belt.createBatch(large, csv([header, ...goodRows(manyRows)]), { channels: [] });
  const stop = await belt.startBelt({
    slots: { belt: 1 },
    around: (stage) => async (job, stopping) => {
      if (done.length === 3) {
        begun.resolve();
        await handedIn.promise;
      }
      await stage(job, stopping);
      done.push(job);
      if (job.organizationId === small.organizationId && job.stage === 'produce') finished.resolve();
    },
  });
  await begun.promise;
  const id = await belt.createBatch(small, csv([header, ...goodRows(500)]), { channels: [] });
  handedIn.resolve();
  await finished.promise;
  await stop();
  const between = done.slice(
    3,
    done.findIndex((job) => job.organizationId === small.organizationId && job.stage === 'produce'),
  );
  const ofTheOther = between.filter((job) => job.organizationId === large.organizationId);
  assert.ok(ofTheOther.length < 5, `${ofTheOther.length} chunks of the other went first`);
  assert.equal((await belt.waitForBatch(small, id)).status, 'completed');
  await assertInvariants(belt.database);
});

test('batches of one organization are begun in the order they were handed in', async () => {
  await using belt = await openTestApp();
  const tenant = await belt.addTenant();
  const ids: string[] = [];
  for (let at = 0; at < 6; at++)
    ids.push(await belt.createBatch(tenant, csv([header, ...goodRows(2)]), { channels: [] }));
  const accepted: string[] = [];
  await belt.startBelt({
    slots: { belt: 1 },
    around: (stage) => async (job, stopping) => {
      if (job.stage === 'accept') accepted.push(job.chunkId);
      await stage(job, stopping);
    },
  });
  for (const id of ids) await belt.waitForBatch(tenant, id);
  const chunks = await belt.sql<{ id: string; batch_id: string }>('select id, batch_id from chunk');
  assert.deepEqual(
    accepted.map((chunkId) => chunks.find(({ id }) => id === chunkId)?.batch_id),
    ids,
  );
});
