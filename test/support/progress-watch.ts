/** A client that asks two doors how far a batch is, all the time, over restarts: what it is told never goes back, and "finished" means all of it. */

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from './hand-in.ts';

interface Told {
  door: string;
  status: string;
  total: number;
  issued: number;
  failed: number;
}

/** Reads a door's answer by its own names. */
const reader = (total: string, issued: string, failed: string) => (body: Record<string, unknown>) => ({
  status: String(body.status),
  total: Number(body[total]),
  issued: Number(body[issued]),
  failed: Number(body[failed]),
});

const doors: Record<string, ReturnType<typeof reader>> = {
  '/chancery/v1/batches/:id': reader('total', 'issued', 'failed'),
  '/business/batches/:id/status': reader('total_certificates', 'processed_certificates', 'failed_certificates'),
};

const ended = /complete|failed|cancel/i;

export interface ProgressWatch {
  /** Every answer; throws where one contradicts another or itself. */
  stop(): Promise<Told[]>;
  /** Answers so far. */
  count(): number;
}

/** `url` may change, and give nothing while no server is there. */
export function watchProgress(url: () => string | undefined, client: Client, batch: string): ProgressWatch {
  const told: Told[] = [];
  const last = new Map<string, Told>();
  let stopped = false;
  const ask = async (door: string): Promise<void> => {
    const address = `${url()}${door.replace(':id', batch)}`;
    const headers = { authorization: `Bearer ${client.key}`, connection: 'close' };
    // A server that is being killed answers nobody.
    const answer = await fetch(address, { headers, signal: AbortSignal.timeout(20_000) }).catch(() => undefined);
    const text = await answer?.text().catch(() => undefined);
    if (answer?.status !== 200 || text === undefined) return;
    const now = { door, ...(doors[door] as ReturnType<typeof reader>)(JSON.parse(text)) };
    told.push(now);
    judge(now, last.get(door));
    last.set(door, now);
  };
  const watching = (async () => {
    while (!stopped) {
      if (url() !== undefined) for (const door of Object.keys(doors)) await ask(door);
      // What it watches needs the machine too.
      await sleep(100);
    }
  })();
  // Heard by whoever stops it.
  watching.catch(() => {});
  return {
    async stop() {
      stopped = true;
      await watching;
      return told;
    },
    count: () => told.length,
  };
}

function judge(now: Told, before: Told | undefined): void {
  const said = JSON.stringify({ before, now });
  const done = now.issued + now.failed;
  assert.ok(done <= now.total, said);
  assert.equal(ended.test(now.status), done === now.total, `ended, or not: ${said}`);
  if (!before) return;
  assert.equal(now.total, before.total, said);
  assert.ok(now.issued >= before.issued && now.failed >= before.failed, `it went back: ${said}`);
}
