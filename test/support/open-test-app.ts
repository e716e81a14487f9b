/** The whole application in one process on a database of its own, with organizations that can issue; nothing of it outlives the test. */

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { columnNames } from '../../src/api/wire.ts';
import { type App, openApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import type { BatchWithProgress } from '../../src/db/batches.ts';
import { readBalance } from '../../src/db/ledger.ts';
import type { Database } from '../../src/db/open.ts';
import { type Actor, localActor } from '../../src/domain/permissions.ts';
import { type Log, openLog } from '../../src/log.ts';
import { stageRunners } from '../../src/pipeline/index.ts';
import { openThreads, type Threads } from '../../src/pipeline/threads.ts';
import type { QueueName, Stage } from '../../src/queue/open-queue.ts';
import { csvSource } from '../../src/usecases/batches/batch-source.ts';
import { createBatch, type NewBatch } from '../../src/usecases/batches/create-batch.ts';
import { getBatch } from '../../src/usecases/batches/get-batch.ts';
import { openPasswords } from '../../src/usecases/mail-accounts/passwords.ts';
import { createOrganization } from '../../src/usecases/organizations/create-organization.ts';
import { createTemplate } from '../../src/usecases/templates/create-template.ts';
import { cloneDatabase, testServer } from './database.ts';
import { sampleTemplate } from './sample-template.ts';

// Asked for here, outside any test, so that a server that is started for this file lives until its last test.
await testServer();

export interface Tenant {
  organizationId: string;
  actor: Actor;
  templateId: string;
}

/** A database and a data folder that nobody uses. */
export interface Snapshot {
  database: string;
  dataDirectory: string;
  end(): Promise<void>;
}

export interface BeltOptions {
  /** Jobs at once; default 2 for the belt, 1 for deliveries. */
  slots?: Partial<Record<QueueName, number>>;
  /** Parts of the application that are different for the stages. */
  parts?: Partial<App>;
  around?: (stage: Stage) => Stage;
}

export interface TestApp extends AsyncDisposable {
  app: App;
  /** Direct access beside the application's, as owner where wanted. */
  database: Database;
  dataDirectory: string;
  /** Another organization with keys, credits and the sample template. */
  addTenant(options?: { credits?: number; rowLimit?: number; template?: unknown }): Promise<Tenant>;
  /** Runs the queue until the test ends, or until the returned function is called. */
  startBelt(options?: BeltOptions): Promise<() => Promise<void>>;
  createBatch(tenant: Tenant, file: string | Uint8Array, options?: Partial<Omit<NewBatch, 'source'>>): Promise<string>;
  /** Waits until the batch is finished and everything of it is delivered. */
  waitForBatch(tenant: Tenant, id: string): Promise<BatchWithProgress>;
  balance(tenant: Tenant): Promise<{ available: number; reserved: number; spent: number }>;
  /** Files in the blob folder whose path begins so, e.g. `packs`, sorted; `''` for all, unfinished ones too. */
  blobFiles(folder: string): Promise<string[]>;
  /** Closes the application and every connection but keeps what it stored, to be copied by `restoreSnapshot`. */
  intoSnapshot(): Promise<Snapshot>;
  /** Rows of one statement as owner. */
  sql<R = Record<string, unknown>>(text: string, values?: unknown[]): Promise<R[]>;
}

/** Of passwords: what they cost is tried by their own test. */
const cheap = { N: 2 ** 10, r: 8, p: 1 };

let threads: Threads | undefined;

/** The worker thread of all applications of this process: idle it keeps nobody alive, and its code is warm for the next. */
function sharedThreads(): Threads {
  threads ??= { ...openThreads(1), close: async () => {} };
  return threads;
}

export async function openTestApp(
  options: { environment?: NodeJS.ProcessEnv; overrides?: Parameters<typeof openApp>[2]; log?: Log } = {},
): Promise<TestApp> {
  const clone = await cloneDatabase();
  const dataDirectory = await mkdtemp(join(tmpdir(), 'chancery-app-'));
  const config = readConfig({
    DATABASE_URL: clone.url,
    CHANCERY_DATA: dataDirectory,
    // Tests of limits set their own.
    RATE_LIMIT: '0',
    RATE_LIMIT_UNAUTHENTICATED: '0',
    ...options.environment,
  });
  const app = await openApp(config, options.log ?? openLog(process.env.TEST_LOG_LEVEL ?? 'silent'), {
    threads: sharedThreads(),
    passwords: openPasswords(cheap),
    ...options.overrides,
  });
  const stops: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const stop of stops) await stop();
    await app[Symbol.asyncDispose]();
    await clone.database.close();
  };
  const end = async () => {
    await rm(dataDirectory, { recursive: true, force: true });
    await clone.drop();
  };
  let isSnapshot = false;
  const sql = async <R>(text: string, values?: unknown[]) => (await clone.database.ownerQuery<R>(text, values)).rows;
  return {
    app,
    database: clone.database,
    dataDirectory,
    addTenant: (tenant) => addTenant(app, tenant),
    async startBelt({ slots, parts, around = (stage: Stage) => stage }: BeltOptions = {}) {
      const { belt, deliver } = stageRunners({ ...app, ...parts });
      const stages = { belt: around(belt), deliver: around(deliver) };
      const running = await app.queue.run(stages, { belt: 2, deliver: 1, ...slots });
      let stopped: Promise<void> | undefined;
      const stop = () => {
        stopped ??= running.stop(20);
        return stopped;
      };
      stops.push(stop);
      return stop;
    },
    createBatch: ({ actor, templateId }, file, batch = {}) =>
      createBatch(app, actor, { name: 'Batch', templateId, source: csvSource(piecesOf(file), columnNames), ...batch }),
    waitForBatch: ({ actor }, id) => waitForBatch(app, sql, actor, id),
    balance: ({ organizationId }) => app.db.organization(organizationId, (tx) => readBalance(tx, organizationId)),
    blobFiles: async (folder) => {
      const root = join(dataDirectory, 'blobs');
      const entries = await readdir(root, { recursive: true, withFileTypes: true });
      const files = entries
        .filter((entry) => entry.isFile())
        .map((entry) => relative(root, join(entry.parentPath, entry.name)));
      return files.filter((file) => file.startsWith(folder)).sort();
    },
    sql,
    async intoSnapshot() {
      isSnapshot = true;
      await close();
      return { database: clone.connection.database, dataDirectory, end };
    },
    async [Symbol.asyncDispose]() {
      if (isSnapshot) return;
      await close();
      await end();
    },
  };
}

export async function addTenant(
  app: App,
  options: { credits?: number; rowLimit?: number; template?: unknown } = {},
): Promise<Tenant> {
  const organizationId = await createOrganization(app, {
    name: 'Sample School',
    url: 'https://school.example',
    senderAddress: 'office@school.example',
    credits: options.credits ?? 100_000,
    rowLimit: options.rowLimit,
  });
  const actor = localActor(organizationId);
  const { id } = await createTemplate(app, actor, { content: options.template ?? sampleTemplate() });
  return { organizationId, actor, templateId: id };
}

/** Handed over in pieces, as an upload arrives. */
export async function* piecesOf(file: string | Uint8Array): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(file);
  for (let at = 0; at < bytes.length; at += 16_384) yield bytes.subarray(at, at + 16_384);
}

async function waitForBatch(app: App, sql: TestApp['sql'], actor: Actor, id: string): Promise<BatchWithProgress> {
  for (const deadline = performance.now() + 60_000; ; await sleep(40)) {
    const batch = await getBatch(app, actor, id);
    const open = `select 1 from chunk where batch_id = $1 and status in ('pending', 'accepted', 'produced') limit 1`;
    if (batch.completedAt && (await sql(open, [id])).length === 0) return getBatch(app, actor, id);
    if (performance.now() > deadline) throw new Error(`the batch is still ${batch.status}, ${batch.issued} issued`);
  }
}
