/** Produce: one read, the CPU work in a thread, one pack, one transaction for the results, the ledger and the next jobs. */

import type { App } from '../app.ts';
import { announceItems } from '../db/announce.ts';
import { lockBatch } from '../db/batches.ts';
import { type ChunkRow, completeChunk, holdsChunk } from '../db/chunks.ts';
import { insertDeliveries, sumDeliveries } from '../db/deliveries.ts';
import { completeItems, readAcceptedItems } from '../db/items.ts';
import { moveCredits } from '../db/ledger.ts';
import type { Tx } from '../db/open.ts';
import { packKey, prefixKey } from '../domain/document.ts';
import { isVault } from '../domain/vault-template.ts';
import { ChanceryError } from '../errors.ts';
import { fault } from '../fault.ts';
import type { Job } from '../queue/open-queue.ts';
import { type LoadedSpec, loadBatchSpec } from './batch-spec.ts';
import { endBatch, finishBatch } from './finish-batch.ts';
import type { Produced } from './produce-thread.ts';
import { produceUploads } from './produce-uploads.ts';
import { recordVaultProgress } from './vault-progress.ts';
import { withChunk } from './with-chunk.ts';

/** Mails of one delivery job. */
const deliveriesPerJob = 100;

export const produceChunk = (app: App, job: Job): Promise<void> => withChunk(app, job, 'accepted', produce);

async function produce(app: App, chunk: ChunkRow): Promise<void> {
  await fault('produce-after-take');
  const { organizationId, batchId } = chunk;
  const loaded = await loadBatchSpec(app, chunk);
  const items = await app.db.organization(organizationId, async (tx) => {
    const accepted = await readAcceptedItems(tx, chunk);
    // Who stood still since the chunk was taken finds none, or some, and would write a shorter pack over the one that was stored meanwhile.
    if (!(await holdsChunk(tx, chunk))) throw new ChanceryError('conflict', 'another attempt holds the chunk');
    return accepted;
  });
  const uploaded = isVault(loaded.spec.kind);
  const produced = uploaded ? await produceUploads(app, loaded, items) : await app.threads.produceItems(loaded, items);
  await fault('produce-after-fill');
  const key = packKey(batchId, chunk.seq, produced.issued);
  // Where every item killed its thread there is none.
  if (!uploaded && produced.prefixHash !== '') await storePrefix(app, loaded, produced.prefixHash);
  const { pack, ...results } = produced;
  const packBytes = pack.length;
  await app.blobs.put(key, pack);
  letGo(pack);
  await fault('produce-after-pack');
  await app.db.organization(organizationId, async (tx) => {
    await storeProduced(app, tx, chunk, loaded, { ...results, packKey: key, packBytes });
    await fault('produce-before-commit');
  });
  await fault('produce-after-commit');
}

/** Gives memory of megabytes back at once; left to the garbage collector, it would have it look through the whole process for every few packs. */
function letGo({ buffer, byteLength }: Uint8Array): void {
  // Small buffers are parts of one that others use too.
  if (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength) buffer.transfer(0);
}

export interface StoredPack extends Omit<Produced, 'pack'> {
  packKey: string;
  packBytes: number;
  /** The batch was born in this transaction, its credits are not reserved, and this is all of it. */
  atOnce?: boolean;
}

/** Stores what became of the chunk's items, whose pack is durable, and moves the batch on. Throws `conflict` when another attempt holds the chunk. */
export async function storeProduced(
  app: App,
  tx: Tx,
  chunk: ChunkRow,
  loaded: LoadedSpec,
  produced: StoredPack,
): Promise<void> {
  const { organizationId, batchId, id: chunkId } = chunk;
  const { packKey: key, packBytes, prefixHash, atOnce = false } = produced;
  const [{ issued, internal, failed }, ...inserted] = await Promise.all([
    completeItems(tx, chunk, { key, prefixHash }, produced.issued, produced.failed),
    ...loaded.channels.map((channel) => insertDeliveries(tx, chunk, channel, app.config.MAIL_DOMAIN)),
  ]);
  const mails = inserted.reduce((sum, count) => sum + count, 0);
  const result = { issued, internal, failed, mails, packKey: key, packBytes, prefixHash };
  const held = completeChunk(tx, chunk, 'produced', result).then((done) => {
    if (!done) throw new ChanceryError('conflict', 'another attempt holds the chunk');
  });
  const told = isVault(loaded.spec.kind)
    ? recordVaultProgress(tx, chunk).then(() => announceItems(tx, chunk))
    : announceItems(tx, chunk);
  const ledger = { organizationId, batchId, chunkId, from: atOnce ? 'available' : 'reserved' } as const;
  const paid = [
    moveCredits(tx, { ...ledger, kind: 'capture', to: 'spent', amount: issued }),
    moveCredits(tx, { ...ledger, kind: 'release_produce', to: 'available', amount: failed }),
  ];
  const jobs = deliveryJobs(chunk, loaded.channels, JSON.parse(produced.issued) as { seq: number }[]);
  const mailed = mails === 0 ? sumDeliveries(tx, organizationId, chunkId) : app.queue.enqueue(tx, 'deliver', jobs);
  if (atOnce) {
    const ended = told.then(() => endBatch(tx, organizationId, { id: batchId, issued, failed, total: chunk.count }));
    await Promise.all([held, ended, ...paid, mailed]);
    return;
  }
  await Promise.all([held, told, ...paid, mailed]);
  await lockBatch(tx, organizationId, batchId);
  await finishBatch(tx, organizationId, batchId);
}

/** Jobs that deliver these items of one chunk. */
export function deliveryJobs(
  { organizationId, batchId, id: chunkId }: Pick<ChunkRow, 'organizationId' | 'batchId' | 'id'>,
  channels: readonly string[],
  issued: readonly { seq: number }[],
): Job[] {
  const jobs: Job[] = [];
  for (const channel of channels) {
    for (let at = 0; at < issued.length; at += deliveriesPerJob) {
      const part = issued.slice(at, at + deliveriesPerJob);
      const [fromSeq, toSeq] = [part[0]?.seq as number, part.at(-1)?.seq as number];
      jobs.push({ stage: 'deliver', organizationId, chunkId, part: { batchId, channel, fromSeq, toSeq } });
    }
  }
  return jobs;
}

/** Prefixes that are known to be stored, for each store this process has opened. */
const storedPrefixes = new WeakMap<App['blobs'], Set<string>>();

/** Makes the constant first part of the documents durable, unless it is known to be. */
export async function storePrefix(app: App, loaded: LoadedSpec, hash: string): Promise<void> {
  const stored = storedPrefixes.get(app.blobs) ?? new Set();
  storedPrefixes.set(app.blobs, stored);
  if (stored.has(hash)) return;
  const key = prefixKey(hash);
  if (!(await app.blobs.exists(key))) await app.blobs.put(key, await app.threads.prefixOf(loaded));
  if (stored.size > 10_000) stored.clear();
  stored.add(hash);
}
