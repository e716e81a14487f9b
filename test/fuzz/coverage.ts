/** Which blocks of the product's code have run, and about how often, as V8 counts them. */

import { Session } from 'node:inspector/promises';

export interface Coverage {
  /** What ran since the last time, one text for each block and order of magnitude. */
  take(): Promise<string[]>;
  /** As fast as it is without counting. */
  uncounted<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export async function openCoverage(covers: RegExp): Promise<Coverage> {
  const session = new Session();
  session.connect();
  const begin = async () => {
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  };
  const end = async () => {
    await session.post('Profiler.stopPreciseCoverage');
    await session.post('Profiler.disable');
  };
  await begin();
  const known = new Map<string, Map<string, Range>>();
  return {
    async take() {
      const { result } = await session.post('Profiler.takePreciseCoverage');
      const script = ({ url }: { url: string }) => covers.test(url);
      return result
        .filter(script)
        .flatMap(({ scriptId, functions }) =>
          functions.flatMap(({ ranges }) => blocksOf(`${scriptId}:${ranges[0]?.startOffset}`, ranges, known)),
        );
    },
    async uncounted(work) {
      await end();
      try {
        return await work();
      } finally {
        await begin();
      }
    },
    async close() {
      await end();
      session.disconnect();
    },
  };
}

interface Range {
  startOffset: number;
  endOffset: number;
  count: number;
}

/** V8 leaves out a block that ran as often as the one around it, so the blocks it named before are looked for as well. */
function blocksOf(name: string, ranges: readonly Range[], known: Map<string, Map<string, Range>>): string[] {
  const blocks = known.get(name) ?? new Map<string, Range>();
  known.set(name, blocks);
  for (const range of ranges) blocks.set(`${range.startOffset}-${range.endOffset}`, range);
  return [...blocks].flatMap(([key, { startOffset, endOffset }]) => {
    const around = ranges.findLast((range) => range.startOffset <= startOffset && range.endOffset >= endOffset);
    const count = around?.count ?? 0;
    return count > 0 ? [`${name}:${key}:${Math.min(12, 32 - Math.clz32(count))}`] : [];
  });
}
