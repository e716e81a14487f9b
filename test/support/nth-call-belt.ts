/** A belt in this process whose nth call fails, again and again with a small batch of its own: each ends as if nothing had happened. */

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { columnNames } from '../../src/api/wire.ts';
import { openApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { openLog } from '../../src/log.ts';
import { stageRunners } from '../../src/pipeline/index.ts';
import { csvSource } from '../../src/usecases/batches/batch-source.ts';
import { createBatch } from '../../src/usecases/batches/create-batch.ts';
import { checkDocuments, findUnusedFiles } from '../../src/usecases/upkeep/check-documents.ts';
import { csv } from './csv-text.ts';
import { assertInvariants } from './invariants.ts';
import { type Layer, openNthCall, type When } from './nth-call.ts';
import { addTenant, piecesOf } from './open-test-app.ts';
import { goodRows, header, sampleTemplate } from './sample-template.ts';
import { openPlace } from './snapshot.ts';

export interface NthCallBelt extends AsyncDisposable {
  /** Hands a batch in and does it while the nth call fails; what that call was, or undefined when there were not so many. */
  failNth(layer: Layer, n: number, when: When): Promise<string | undefined>;
  /** Every document is whole, no file was left over, and the books agree. */
  assertWhole(): Promise<void>;
}

const settings = { THREADS: '1', SMTP_CONNECTIONS: '1', DATABASE_POOL: '4', DEMO: '0' };

/** The books are compared after each batch whose number `stride` divides. */
export async function openNthCallBelt(stride = 1): Promise<NthCallBelt> {
  await using opening = new AsyncDisposableStack();
  const place = opening.use(await openPlace());
  const root = join(place.dataDirectory, 'blobs');
  await mkdir(root, { recursive: true });
  const nth = openNthCall(root);
  const config = readConfig({ ...settings, DATABASE_URL: place.url, CHANCERY_DATA: place.dataDirectory });
  const app = opening.use(await openApp(config, openLog(process.env.TEST_LOG_LEVEL ?? 'silent')));
  const tenant = await addTenant(app, { template: sampleTemplate({ attachPdf: true }) });
  const owned = opening.move();
  const handIn = (n: number) => {
    const file = csv([header, ...goodRows(3, n * 10), ['No Mail', 'nomail', 'Botany', '']]);
    const source = csvSource(piecesOf(file), columnNames);
    return createBatch(app, tenant.actor, { name: 'Batch', templateId: tenant.templateId, source });
  };
  const startBelt = async (): Promise<{ stop(seconds: number): Promise<void> }> => {
    for (;;) {
      // A process that cannot start is started again.
      const running = await app.queue.run(stageRunners(app), { belt: 1, deliver: 1 }).catch(() => undefined);
      if (running) return running;
    }
  };
  const untilDone = async (batchId: string, what: () => string) => {
    for (let tries = 0; ; tries++, await sleep(20)) {
      const open = `select status from chunk where batch_id = $1 and status not in ('delivered', 'set_aside')`;
      const [left] = await place.sql<{ status: string }>(open, [batchId]);
      if (!left) return;
      assert.ok(tries < 3_000, `the chunk is still ${left.status}: ${what()}`);
      await place.sql(makeTimePass(tries % 50 === 49));
    }
  };
  return {
    async failNth(layer, n, when) {
      const batchId = await handIn(n);
      nth.arm(layer, n, when);
      const running = await startBelt();
      const what = () => `${layer} call ${n} failed ${when}: ${nth.struck()}`;
      await untilDone(batchId, what).finally(() => nth.disarm());
      await running.stop(20);
      const [outcome] = await place.sql<Record<string, number | string>>(
        `select status, (select sum(issued)::int from chunk where batch_id = $1) as issued, (select sum(failed)::int from chunk where batch_id = $1) as failed,
           (select count(distinct message_id)::int from caught_mail where message_id in (select message_id from delivery where batch_id = $1)) as mailed,
           (select count(*)::int from caught_mail where message_id in (select message_id from delivery where batch_id = $1)) as copies
         from batch where id = $1`,
        [batchId],
      );
      const { copies, ...rest } = outcome as Record<string, number | string>;
      assert.deepEqual(rest, { status: 'partially_completed', issued: 3, failed: 1, mailed: 3 }, what());
      // At most the one mail whose answer was lost.
      assert.ok(Number(copies) <= 4, `${copies} mails: ${what()}`);
      if (n % stride === 0) await assertInvariants(place.database, what());
      return nth.struck();
    },
    async assertWhole() {
      await assertInvariants(place.database);
      const found = await checkDocuments(app);
      assert.deepEqual(
        found.flatMap(({ broken }) => broken),
        [],
      );
      assert.deepEqual(await findUnusedFiles(app, 0), []);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Instead of waiting: what is to be tried again is due now, and after a second a job whose answer was lost has missed its heartbeats. */
const makeTimePass = (isLong: boolean) =>
  `update pgboss.job set start_after = clock_timestamp() where state = 'retry' and start_after > clock_timestamp();
   update delivery set next_attempt_at = clock_timestamp() where next_attempt_at > clock_timestamp();
   update pgboss.job set start_after = clock_timestamp() where state = 'created' and start_after > clock_timestamp();
   ${isLong ? `update pgboss.job set heartbeat_on = heartbeat_on - interval '20 seconds', started_on = started_on - interval '20 seconds' where state = 'active';` : ''}
   select pg_notify('chancery_jobs', '')`;
