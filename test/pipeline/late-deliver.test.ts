/** A worker that stood still while the answer to its claim was under way: another has sent the mails by then, and it must send none. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database } from '../../src/db/open.ts';
import type { Channel } from '../../src/deliver/channel.ts';
import { appWith } from '../../src/pipeline/app-with.ts';
import { deliverChunk } from '../../src/pipeline/deliver-chunk.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { goodRows, header } from '../support/sample-template.ts';

test('who learns of its claim too late, when another run has sent its mails, sends none of them', async (t) => {
  const heard: string[] = [];
  const email: Channel = {
    name: 'email',
    async deliver({ to }) {
      heard.push(to.address);
      return { status: 'sent', response: '250 taken' };
    },
    async close() {},
  };
  await using belt = await openTestApp({ overrides: { channels: { email } } });
  const { app } = belt;
  const tenant = await belt.addTenant();
  const stop = await belt.startBelt({ slots: { deliver: 0 } });
  const batchId = await belt.createBatch(tenant, csv([header, ...goodRows(5)]));
  while ((await belt.sql('select 1 from delivery')).length < 5);
  await stop();
  const [chunk] = await belt.sql<{ id: string }>('select id from chunk where batch_id = $1', [batchId]);
  const part = { batchId, channel: 'email', fromSeq: 0, toSeq: 4 };
  const job = { stage: 'deliver', organizationId: tenant.organizationId, chunkId: chunk?.id as string, part };

  const now = performance.now.bind(performance);
  let stoodStill = 0;
  t.mock.method(performance, 'now', () => now() + stoodStill);
  const organization: Database['organization'] = async (...all) => {
    const answer = await app.db.organization(...all);
    const isClaimed = (await belt.sql(`select 1 from delivery where status = 'sending'`)).length > 0;
    if (!isClaimed || stoodStill > 0) return answer;
    stoodStill = 40_000;
    await deliverChunk(app, job);
    return answer;
  };
  const late = appWith(app, { db: { ...app.db, organization } });
  await assert.rejects(deliverChunk(late, job), { code: 'conflict' });
  assert.ok(stoodStill > 0);
  assert.deepEqual([heard.length, new Set(heard).size], [5, 5]);
  await assertInvariants(belt.database);
});
