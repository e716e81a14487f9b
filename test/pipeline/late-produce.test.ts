/** A worker that stood still between taking a chunk and reading its rows finds them made: it must not write an empty pack over theirs. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database } from '../../src/db/open.ts';
import { acceptChunk } from '../../src/pipeline/accept-chunk.ts';
import { produceChunk } from '../../src/pipeline/produce-chunk.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { readOutcome } from '../support/outcome.ts';
import { goodRows, header } from '../support/sample-template.ts';

test('a worker that comes late to a chunk that another has made stores nothing, and the documents are there', async () => {
  await using belt = await openTestApp();
  const { app } = belt;
  const tenant = await belt.addTenant();
  const { organizationId } = tenant;
  const batch = await belt.createBatch(tenant, csv([header, ...goodRows(5)]), { channels: [] });
  const [chunk] = await belt.sql<{ id: string }>('select id from chunk where batch_id = $1', [batch]);
  const job = { stage: 'produce', organizationId, chunkId: chunk?.id as string };
  await acceptChunk(app, job);
  let calls = 0;
  const organization: Database['organization'] = async (...all) => {
    // The first call takes the chunk.
    if (++calls === 2) await produceChunk(app, job);
    return app.db.organization(...all);
  };
  await assert.rejects(produceChunk({ ...app, db: { ...app.db, organization } }, job), { code: 'conflict' });
  const { items } = await readOutcome(belt);
  assert.equal(items.filter((line) => line.split(' ')[2] === 'issued').length, 5);
  await assertInvariants(belt.database);
});
