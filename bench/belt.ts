/** Rows a second on the whole belt: CSV in; credential and sealed document of each row durably stored; embedded PostgreSQL, no mail. */

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type App, openApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import { columnNames } from '../src/dialects/vec/wire.ts';
import { type Actor, localActor } from '../src/domain/permissions.ts';
import { openLog } from '../src/log.ts';
import { stageRunners } from '../src/pipeline/index.ts';
import { csvSource } from '../src/usecases/batches/batch-source.ts';
import { createBatch } from '../src/usecases/batches/create-batch.ts';
import { getBatch } from '../src/usecases/batches/get-batch.ts';
import { createMember } from '../src/usecases/organizations/create-member.ts';
import { createOrganization } from '../src/usecases/organizations/create-organization.ts';
import { createTemplate } from '../src/usecases/templates/create-template.ts';
import { proveSample } from './belt-proof.ts';
import { readStorage, type StoragePerRow, storagePerRow } from './belt-storage.ts';
import {
  certificate,
  csvHeader,
  emailOf,
  fieldsOf,
  publicUrl,
  readSignature,
  signatories,
} from './design-certificate.ts';
import { type NameKind, nameOf } from './names.ts';
import { type CpuSeconds, type MemoryLook, type ProcessStats, type Watched, watchProcesses } from './process-stats.ts';

export interface BeltFigures {
  rows: number;
  names: NameKind;
  /** From the first byte of the file until the batch is final. */
  wallSeconds: number;
  /** Of it, until the batch was acknowledged. */
  acceptedSeconds: number;
  rowsPerSecond: number;
  /** CPU milliseconds a row. */
  cpuPerRow: CpuSeconds & { all: number };
  nodeRssPeak: number;
  childrenPssPeak: number;
  memory: MemoryLook[];
  bytesPerRow: StoragePerRow;
  /** Documents whose seal and credential were verified afterwards. */
  verified: number;
}

interface Belt extends AsyncDisposable {
  /** The data folder. */
  data: string;
  app: App;
  run(rows: number, names: NameKind, watched?: Watched): Promise<BeltFigures>;
}

export interface BeltOptions {
  /** Where the throw-away data folder is made. */
  folder?: string;
  /** Worker threads of each process; default as the product has it. */
  threads?: number;
  /** An empty database; default: the embedded one. */
  databaseUrl?: string;
  say(line: string): void;
}

/** Opens a whole application on a folder that is deleted afterwards. */
export async function openBelt({ folder = tmpdir(), threads, databaseUrl, say }: BeltOptions): Promise<Belt> {
  const data = await mkdtemp(join(folder, 'chancery-bench-'));
  const config = readConfig({
    CHANCERY_DATA: data,
    PUBLIC_URL: publicUrl,
    MAX_ROWS: '10000000',
    ...(threads === undefined ? {} : { THREADS: String(threads) }),
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
  });
  const app = await openApp(config, openLog('warn'));
  const running = await app.queue.run(stageRunners(app), { belt: config.THREADS + 1, deliver: 2 });
  const { actor, templateId } = await provision(app);
  return {
    data,
    app,
    run: (rows, names, watched) => runBatch({ app, actor, templateId, say }, rows, names, watched),
    async [Symbol.asyncDispose]() {
      await running.stop(10);
      await app[Symbol.asyncDispose]();
      await rm(data, { recursive: true, force: true });
    },
  };
}

async function provision(app: App): Promise<{ actor: Actor; templateId: string }> {
  const organizationId = await createOrganization(app, {
    name: 'Northbridge University',
    url: 'https://northbridge.example',
    senderAddress: 'registrar@northbridge.example',
    credits: 100_000_000,
    rowLimit: 10_000_000,
  });
  const members = await Promise.all(
    signatories.map(async ({ file, ...person }, at) =>
      createMember(app, organizationId, {
        ...person,
        email: `signatory.${at}@northbridge.example`,
        signature: await readSignature(file),
      }),
    ),
  );
  const actor = localActor(organizationId);
  const { id } = await createTemplate(app, actor, {
    content: certificate,
    signatories: members.map((memberId, at) => ({ slot: at + 1, memberId, autoApprove: true })),
  });
  return { actor, templateId: id };
}

interface Place {
  app: App;
  actor: Actor;
  templateId: string;
  say: BeltOptions['say'];
}

async function runBatch(
  { app, actor, templateId, say }: Place,
  rows: number,
  names: NameKind,
  watched?: Watched,
): Promise<BeltFigures> {
  const before = await readStorage(app);
  const watch = watchProcesses(watched);
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1_000;
  const id = await createBatch(app, actor, {
    name: `${rows} ${names}`,
    templateId,
    source: csvSource(csvOf(rows, names), columnNames),
    channels: [],
  });
  const acceptedSeconds = seconds();
  let told = acceptedSeconds;
  for (;;) {
    const { status, issued, failed, completedAt } = await getBatch(app, actor, id);
    if (completedAt) {
      assert.deepEqual({ status, issued, failed }, { status: 'completed', issued: rows, failed: 0 });
      break;
    }
    if (seconds() - told >= 10) {
      told = seconds();
      say(`  ${issued} of ${rows} issued after ${told.toFixed(0)} s`);
    }
    await sleep(rows > 20_000 ? 1_000 : 250);
  }
  const wallSeconds = seconds();
  const stats = watch.stop();
  const bytesPerRow = await storagePerRow(app, id, rows, before);
  const verified = await proveSample(app, actor, id, rows);
  return {
    rows,
    names,
    wallSeconds,
    acceptedSeconds,
    rowsPerSecond: rows / wallSeconds,
    bytesPerRow,
    verified,
    ...perRow(stats, rows),
  };
}

function perRow({ cpu, nodeRssPeak, childrenPssPeak, memory }: ProcessStats, rows: number) {
  const milliseconds = (seconds: number) => (seconds * 1_000) / rows;
  const { main, workers, background, children } = cpu;
  return {
    cpuPerRow: {
      main: milliseconds(main),
      workers: milliseconds(workers),
      background: milliseconds(background),
      children: milliseconds(children),
      all: milliseconds(main + workers + background + children),
    },
    nodeRssPeak,
    childrenPssPeak,
    memory,
  };
}

/** Never the whole file at once. */
async function* csvOf(rows: number, names: NameKind): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${csvHeader.join(',')}\r\n`);
  for (let from = 0; from < rows; from += 500) {
    let text = '';
    for (let at = from; at < Math.min(rows, from + 500); at++)
      text += `${[nameOf(names, at), emailOf(at), ...Object.values(fieldsOf(at))].join(',')}\r\n`;
    yield Buffer.from(text);
  }
}
