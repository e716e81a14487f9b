/** Threads for a chunk that killed too many: each item goes through them alone, and one that kills its thread again fails alone. */

import type { AcceptedItem } from '../db/items.ts';
import type { Issue } from '../domain/issue.ts';
import { readBlock, rowBlock } from '../ingest/source.ts';
import { failedItem, type NewItem, rowAcceptance } from './accept-row.ts';
import type { BatchSpec, ThreadBatch } from './batch-spec.ts';
import type { AcceptedRows, Produced } from './produce-thread.ts';
import type { ProgramSpec } from './program-spec.ts';
import { ThreadDeath } from './thread-watch.ts';
import type { Threads } from './threads.ts';

/** Each costs a thread, and one that hangs a minute. */
const mostDeaths = 10;

/** `issue` is what an item fails with; after ten deaths all that remain do, untried. */
export function isolatingThreads(threads: Threads, issue: Issue): Threads {
  const deaths = { left: mostDeaths };
  return {
    ...threads,
    acceptRows: (batch, block, firstSeq, duplicates = []) =>
      acceptEach(batch, block, firstSeq, issue, deaths, (one, seq) => threads.acceptRows(batch, one, seq, duplicates)),
    produceItems: (batch, items) => produceEach(items, issue, deaths, (item) => threads.produceItems(batch, [item])),
    produceUpload: async (batch, ...task) =>
      (await survived(deaths, () => threads.produceUpload(batch, ...task))) ?? { failed: [issue] },
  };
}

/** Undefined when the thread died of it, or enough have. */
async function survived<T>(deaths: { left: number }, work: () => Promise<T>): Promise<T | undefined> {
  if (deaths.left === 0) return undefined;
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ThreadDeath)) throw error;
    deaths.left -= 1;
    return undefined;
  }
}

async function acceptEach(
  batch: ThreadBatch,
  block: Uint8Array,
  firstSeq: number,
  issue: Issue,
  deaths: { left: number },
  accept: (row: Uint8Array, seq: number) => Promise<AcceptedRows>,
): Promise<AcceptedRows> {
  const program = JSON.parse(Buffer.from(new Uint8Array(batch.program.shared)).toString()) as ProgramSpec;
  const acceptance = rowAcceptance({ ...program, ...batch.terms } satisfies BatchSpec);
  const items: NewItem[] = [];
  for (const [at, raw] of readBlock(block).entries()) {
    const seq = firstSeq + at;
    const rows = await survived(deaths, () => accept(rowBlock(raw), seq));
    items.push(...(rows ? (JSON.parse(rows.json) as NewItem[]) : [failedItem(acceptance, raw, seq, [issue])]));
  }
  const failed = items.filter(({ status }) => status === 'failed').length;
  return { json: JSON.stringify(items), accepted: items.length - failed, failed };
}

async function produceEach(
  items: readonly AcceptedItem[],
  issue: Issue,
  deaths: { left: number },
  produce: (item: AcceptedItem) => Promise<Produced>,
): Promise<Produced> {
  const packs: Uint8Array[] = [];
  const issued: { at: number; jsonAt: number }[] = [];
  const failed: object[] = [];
  let prefixHash = '';
  let at = 0;
  for (const item of items) {
    const one = await survived(deaths, () => produce(item));
    if (!one) {
      failed.push({ seq: item.seq, issues: [issue] });
      continue;
    }
    prefixHash = one.prefixHash;
    for (const place of JSON.parse(one.issued) as typeof issued)
      issued.push({ ...place, at: place.at + at, jsonAt: place.jsonAt + at });
    failed.push(...(JSON.parse(one.failed) as object[]));
    packs.push(one.pack);
    at += one.pack.length;
  }
  const pack = new Uint8Array(Buffer.concat(packs));
  return { pack, prefixHash, issued: JSON.stringify(issued), failed: JSON.stringify(failed) };
}
