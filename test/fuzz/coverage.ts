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
  return {
    async take() {
      const { result } = await session.post('Profiler.takePreciseCoverage');
      return result.flatMap(({ url, scriptId, functions }) =>
        covers.test(url)
          ? functions.flatMap(({ ranges }) =>
              ranges.flatMap(({ startOffset, endOffset, count }) =>
                count > 0 ? [`${scriptId}:${startOffset}:${endOffset}:${Math.min(12, 32 - Math.clz32(count))}`] : [],
              ),
            )
          : [],
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
