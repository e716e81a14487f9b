/** The loop: change an input that is known, run it, keep it where it ran a block nothing had run before. */

import { seeded } from '../support/seeded.ts';
import type { Coverage } from './coverage.ts';
import { minimised } from './minimise.ts';
import { mutate } from './mutate.ts';
import type { Target } from './target.ts';
import { type Trouble, troubleOf } from './trouble.ts';

export interface SearchOptions {
  seed: number;
  coverage: Coverage;
  /** Inputs kept by earlier runs. */
  kept?: readonly Buffer[];
  /** Asked between batches. */
  goesOn(runs: number): boolean;
  /** Told before each run, for whoever has to say what ended the process. */
  before?(bytes: Buffer): void;
  keep?(bytes: Buffer): void;
}

export interface Found extends Trouble {
  bytes: Buffer;
}

export interface Searched {
  runs: number;
  corpus: number;
  blocks: number;
  found: Found[];
}

/** Counting costs 10 ms whatever ran, so that many inputs share one count; where it shows something new they are run again one by one. */
const perBatch = 48;

export async function search(target: Target, options: SearchOptions): Promise<Searched> {
  const { coverage, before, keep } = options;
  const random = seeded(options.seed);
  const corpus: Buffer[] = [];
  const seen = new Set<string>();
  const found = new Map<string, Found>();
  let runs = 0;

  const run = async (bytes: Buffer) => {
    runs++;
    before?.(bytes);
    let trouble = await troubleOf(target, bytes);
    if (trouble && trouble.kind !== 'throws') trouble = await coverage.uncounted(() => troubleAgain(target, bytes));
    if (!trouble || found.has(trouble.signature)) return;
    found.set(trouble.signature, { ...trouble, bytes });
    const smaller = await coverage.uncounted(() => minimised(target, bytes, trouble));
    found.set(trouble.signature, { ...trouble, bytes: smaller });
  };
  const isNew = async () => {
    const blocks = (await coverage.take()).filter((block) => !seen.has(block));
    for (const block of blocks) seen.add(block);
    return blocks.length > 0;
  };
  const judge = async (bytes: Buffer, always = false) => {
    await run(bytes);
    if (!(await isNew()) && !always) return;
    corpus.push(bytes);
    keep?.(bytes);
  };

  const start = [...(await target.seeds()), ...(options.kept ?? [])].map((one) => Buffer.from(one as Uint8Array));
  await coverage.take();
  for (const bytes of start) {
    if (!options.goesOn(runs)) break;
    await judge(bytes, corpus.length === 0);
  }
  while (options.goesOn(runs)) {
    const one = () => corpus[Math.floor(random() ** 0.7 * corpus.length)] as Buffer;
    const batch = Array.from({ length: perBatch }, () => mutate(one(), random, { words: target.words, other: one() }));
    const began = process.cpuUsage();
    let ran = 0;
    for (const bytes of batch) {
      await run(bytes);
      ran++;
      const { user, system } = process.cpuUsage(began);
      if (user + system > 400_000) break;
    }
    const blocks = await coverage.take();
    if (blocks.every((block) => seen.has(block))) continue;
    for (const bytes of batch.slice(0, ran)) await judge(bytes);
    for (const block of blocks) seen.add(block);
  }
  return { runs, corpus: corpus.length, blocks: seen.size, found: [...found.values()] };
}

/** Counting makes everything slower, and so does compiling what was counted until now. */
async function troubleAgain(target: Target, bytes: Buffer): Promise<Trouble | undefined> {
  let trouble: Trouble | undefined;
  for (let times = 0; times < 3; times++) trouble = await troubleOf(target, bytes);
  return trouble;
}
