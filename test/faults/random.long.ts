/** Faults at random, by a seed that brings them back: kills, standstills, cut and slow roads to database and mail server. Afterwards everything is there, once. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { csv } from '../support/csv-text.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { readOutcome } from '../support/outcome.ts';
import { passTimeOften } from '../support/pass-time.ts';
import { goodRows, header } from '../support/sample-template.ts';
import { seeded } from '../support/seeded.ts';
import { openSmtpSink } from '../support/smtp-sink.ts';
import { openTestHost, type TestHost } from '../support/test-host.ts';

const rows = { quiet: 1_500, mailed: 150 };
const steps = 8;
/** `SEED=7` repeats one, `SEEDS=20` runs so many new ones. */
const seeds = process.env.SEED
  ? [Number(process.env.SEED)]
  : Array.from({ length: Number(process.env.SEEDS ?? 1) }, () => Math.floor(Math.random() * 2 ** 31));
const connections = 2;

const snapshot = await (async () => {
  const belt = await openTestApp();
  const tenant = await belt.addTenant();
  await belt.createBatch(tenant, csv([header, ...goodRows(rows.quiet)]), { channels: [] });
  await belt.createBatch(tenant, csv([header, ...goodRows(rows.mailed, rows.quiet + 1)]));
  return belt.intoSnapshot();
})();
after(() => snapshot.end());

/** Each fault, and how often one mail for each connection may have been in the gap by it. */
const faults: Record<string, (host: TestHost, random: () => number) => Promise<void> | void> = {
  async kill({ running }, random) {
    await running[Math.floor(random() * running.length)]?.kill();
  },
  async standstill(host, random) {
    host.freeze();
    await sleep(500 + random() * 1_500);
    host.thaw();
  },
  cut: ({ database }) => void database.cut(),
  async partition({ database }, random) {
    database.blackHole();
    await sleep(500 + random() * 1_500);
    database.heal();
  },
  slow: ({ database }, random) => database.delay(Math.floor(random() * 5)),
  slices: ({ database }, random) => database.slice(16 + Math.floor(random() * 500)),
  'mail cut': ({ mail }) => void mail?.cut(),
};

function keepTwo(host: TestHost): void {
  for (const command of (['serve', 'worker'] as const).slice(host.running.length)) host.start(command);
}

async function misbehave(host: TestHost, random: () => number): Promise<string[]> {
  const done: string[] = [];
  for (let step = 0; step < steps; step++) {
    keepTwo(host);
    await sleep(random() * 2_500);
    const name = Object.keys(faults)[Math.floor(random() * Object.keys(faults).length)] as string;
    await faults[name]?.(host, random);
    done.push(name);
  }
  return done;
}

for (const seed of seeds)
  test(`faults at random; again by: SEED=${seed} node --test --test-global-setup=test/support/global-setup.ts test/faults/random.long.ts`, {
    timeout: 300_000,
  }, async () => {
    const random = seeded(seed);
    await using sink = await openSmtpSink();
    await using host = await openTestHost({
      snapshot,
      smtp: sink,
      environment: { SMTP_CONNECTIONS: String(connections) },
    });
    const done = await misbehave(host, random);
    host.database.heal();
    host.database.delay(0);
    host.database.slice(0);
    keepTwo(host);
    {
      using _ = passTimeOften(host.place);
      await host.untilQuiet();
    }
    const story = done.join(', ');
    const issued = (await readOutcome(host.place)).items.filter((line) => line.split(' ')[2] === 'issued');
    assert.equal(issued.length, rows.quiet + rows.mailed, story);
    const ids = new Map<string, string>();
    for (const { recipient, messageId } of sink.mails) {
      assert.equal(ids.get(messageId) ?? recipient, recipient, `${messageId} went to two; ${story}`);
      ids.set(messageId, recipient);
    }
    assert.equal(ids.size, rows.mailed, story);
    assert.equal(new Set(ids.values()).size, rows.mailed, story);
    const doubles = sink.mails.length - ids.size;
    assert.ok(doubles <= 2 * steps * connections, `${doubles} mails went out twice; ${story}`);
    await host.assertInvariants(story);
  });
