/** Print runs on their way to a folder and to a printer, while the processes that bring them there are killed. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultPoint } from '../../src/fault.ts';
import { assertInvariants } from './invariants.ts';
import type { TestPrinter } from './ippeveprinter.ts';
import { openTestApp, type Snapshot } from './open-test-app.ts';
import { type PlantedRun, plantRun, price, readRun, waitForRun } from './print-run.ts';
import { openPlace, type Place, untilSessionsEnd } from './snapshot.ts';
import { startHost } from './test-host.ts';

export interface PlannedRuns {
  snapshot: Snapshot;
  runs: (PlantedRun & { carrier: string })[];
}

const granted = 10_000;

/** Nothing of them is composed yet. */
export async function plannedRuns(carriers: readonly string[], pieces = 2): Promise<PlannedRuns> {
  const belt = await openTestApp();
  const tenant = await belt.addTenant({ credits: granted });
  const runs: PlannedRuns['runs'] = [];
  for (const carrier of carriers) runs.push({ ...(await plantRun(belt, tenant, { carrier, pieces })), carrier });
  return { snapshot: await belt.intoSnapshot(), runs };
}

export type PrintKill = [point: FaultPoint, passage: number];

/** Lets one process after the other die at its point, then one finish; nothing is printed twice and nothing is lost. */
export async function playPrintKills(
  { snapshot, runs }: PlannedRuns,
  kills: readonly PrintKill[],
  printer?: TestPrinter,
): Promise<void> {
  await using place = await openPlace(snapshot);
  const settings: Record<string, string> = { CHUNK_DEATHS: '1000', ...(printer && { IPP_URL: printer.url }) };
  const before = (await printer?.printed())?.length ?? 0;
  for (const [point, passage] of kills) {
    await using host = startHost('serve', place, {
      ...settings,
      FAULTS: `${point}:kill@${passage}`,
      CHUNK_DEATHS: '1000',
    });
    const { signal } = await Promise.race([
      host.ended,
      sleep(60_000).then(() => assert.fail(`${point} was not passed ${passage} times: ${host.log()}`)),
    ]);
    assert.equal(signal, 'SIGKILL', host.log());
    await untilSessionsEnd(place);
    await assertInvariants(place.database, `after the kill at ${point}`);
  }
  await using host = startHost('serve', place, settings);
  for (const run of runs) {
    const facts = await waitForRun(place, run, ({ status }) => ['submitted', 'printed', 'failed'].includes(status));
    assert.notEqual(facts.status, 'failed', `${facts.response} ${host.log()}`);
    const end = await readRun(place, run);
    assert.deepEqual([end.pieces, end.job, end.mailing], [{ printed: run.pieces }, 'in_production', 'completed']);
  }
  await assertFolders(place, runs);
  if (printer) await assertPrinted(place, runs, printer, before);
  const [sums] = await place.sql('select available::int, reserved::int, spent::int from credit_balance');
  const spent = runs.reduce((sum, { pieces }) => sum + pieces * price, 0);
  assert.deepEqual(sums, { available: granted - spent, reserved: 0, spent });
  await assertInvariants(place.database, 'at the end');
}

/** Each run of a folder is there once, and whole. */
async function assertFolders(place: Place, runs: PlannedRuns['runs']): Promise<void> {
  const root = join(place.dataDirectory, 'print');
  const folders = (await readdir(root)).filter((name) => !name.startsWith('.'));
  const wanted = runs.filter(({ carrier }) => carrier === 'folder').map(({ id }) => id);
  assert.deepEqual(folders.map((name) => name.slice(name.indexOf('-') + 1)).sort(), wanted.sort());
  for (const folder of folders) {
    const { files } = JSON.parse(await readFile(join(root, folder, 'complete.json'), 'utf8')) as {
      files: { name: string; sha256: string }[];
    };
    for (const { name, sha256 } of files) assert.equal(sumOf(await readFile(join(root, folder, name))), sha256);
  }
}

/** Each run of the printer came out once, byte for byte as it was composed. */
async function assertPrinted(place: Place, runs: PlannedRuns['runs'], printer: TestPrinter, before: number) {
  const wanted = await place.sql<{ id: string; sha256: string }>(
    `select id, files->'pdf'->>'sha256' as sha256 from print_run where carrier = 'ipp' order by id`,
  );
  const isOver = async () => (await printer.printed()).length - before >= wanted.length;
  for (let patience = 100; !(await isOver()) && patience > 0; patience--) await sleep(100);
  const out = (await printer.printed()).slice(before);
  const came = out.map(({ name, bytes }) => ({ id: name.slice(-36), sha256: sumOf(bytes) }));
  assert.deepEqual(
    came.sort((a, b) => (a.id < b.id ? -1 : 1)),
    wanted,
  );
  assert.equal(wanted.length, runs.filter(({ carrier }) => carrier === 'ipp').length);
}

const sumOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
