/** What a process said in its log about chunks; it needs LOG_LEVEL info. */

import type { Host } from './test-host.ts';

interface Line {
  msg: string;
  stage?: string;
  chunkId?: string;
  attempt?: number;
  error?: string;
}

function linesOf(host: Host): Line[] {
  return host
    .log()
    .split('\n')
    .flatMap((line) => (line.startsWith('{') && line.endsWith('}') ? [JSON.parse(line) as Line] : []));
}

/** Ids of the chunks whose stage it completed, in order. */
export const completedChunks = (host: Host, stage: 'accept' | 'produce'): string[] =>
  linesOf(host).flatMap((line) => (line.msg === 'chunk done' && line.stage === stage ? [line.chunkId as string] : []));

/** Reasons of the stages it had to give up. */
export const failedStages = (host: Host): string[] => linesOf(host).flatMap((line) => (line.error ? [line.error] : []));
