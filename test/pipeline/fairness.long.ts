/** A small batch behind a large one of another organization: done while hardly any of the large one is. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { csv } from '../support/csv-text.ts';
import { handIn, snapshotWithClients } from '../support/hand-in.ts';
import { assertInvariants } from '../support/invariants.ts';
import { goodRows, header } from '../support/sample-template.ts';
import { openPlace } from '../support/snapshot.ts';
import { startHost } from '../support/test-host.ts';

/** For a machine that is busy with other things. */
const limit = { timeout: 300_000 };

const { snapshot, clients } = await snapshotWithClients(2);
after(() => snapshot.end());
const [large, small] = clients as [(typeof clients)[0], (typeof clients)[0]];

test(
  '500 rows with mail handed in while another organization’s 30,000 are being issued wait for at most eight of its 120 steps',
  limit,
  async () => {
    await using place = await openPlace(snapshot);
    await using host = startHost('serve', place);
    const { url } = (await host.ready) as { url: string };
    const largeId = await handIn(url, large, csv([header, ...goodRows(30_000)]));
    const issued = async (id: string) =>
      (await place.sql<{ sum: number }>('select sum(issued)::int as sum from chunk where batch_id = $1', [id]))[0]
        ?.sum as number;
    /** Chunks accepted plus chunks produced. */
    const stepsDone = async () =>
      (
        await place.sql<{ count: number }>(
          `select sum(case status when 'pending' then 0 when 'accepted' then 1 else 2 end)::int as count from chunk where batch_id = $1`,
          [largeId],
        )
      )[0]?.count as number;
    while ((await stepsDone()) < 20) await sleep(50);
    const smallId = await handIn(url, small, csv([header, ...goodRows(500)]), 'email');
    const before = await stepsDone();
    while ((await issued(smallId)) < 500) await sleep(20);
    const between = (await stepsDone()) - before;
    assert.ok(between <= 8, `${between} steps of the other organization were done first`);
    const open = `select 1 from chunk where batch_id = $1 and status <> 'delivered'`;
    while ((await place.sql(open, [smallId])).length > 0) await sleep(50);
    assert.ok((await issued(largeId)) < 30_000, 'the large batch is still being issued');
    await assertInvariants(place.database);
  },
);
