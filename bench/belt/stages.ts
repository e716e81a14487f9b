/** Where a row's CPU time goes, out of V8's sampled profiles (--cpu-prof) of every thread of every process. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export type ThreadKind = 'main' | 'workers';

export interface StageShare {
  thread: ThreadKind;
  stage: string;
  /** Of the samples in which threads of this kind did something. */
  share: number;
}

interface Frame {
  functionName: string;
  url: string;
}

interface Profile {
  nodes: { id: number; callFrame: Frame; children?: number[] }[];
  samples: number[];
  timeDeltas: number[];
}

/** The first that knows a frame names its stage, looked for from the innermost frame outwards. */
const workerStages: readonly [string, (frame: Frame) => boolean][] = [
  ['sign the credential', ({ functionName }) => functionName === 'signHashes'],
  ['seal: hash and sign', ({ functionName, url }) => functionName === 'fillSeal' || url.endsWith('/pdf/seal.ts')],
  ['deflate', ({ functionName }) => functionName === 'deflateSmall'],
  ['page: set text', ({ url }) => /\/pdf\/(layout-text|shape|itemize|text-operators)\.ts$/.test(url)],
  ['page: QR code', ({ url }) => /\/pdf\/(draw-codes|qr)\.ts$/.test(url)],
  ['accept rows', ({ functionName, url }) => functionName === 'acceptRow' || url.endsWith('/accept-row.ts')],
  ['page: the rest', ({ functionName, url }) => functionName === 'fillPage' || url.includes('/src/pdf/fill-page')],
  ['credential, unsigned', ({ url }) => url.includes('/src/credential/')],
  ['compile programs', ({ url }) => /\/(thread-programs|compile-page)\.ts$/.test(url)],
  ['accept rows', ({ url }) => url.includes('/src/ingest/')],
  ['pack, hand over', ({ url }) => url.includes('/produce-thread.ts') || url.includes('/piscina/')],
];

const mainStages: readonly [string, (frame: Frame) => boolean][] = [
  ['blobs', ({ url }) => url.includes('/src/blobs/')],
  ['hand in: read the file', ({ url }) => url.includes('/src/ingest/') || url.includes('/create-batch.ts')],
  ['the bench itself', ({ url }) => /\/bench\/[^/]+\.ts$/.test(url)],
  ['tasks to threads', ({ url }) => url.includes('/piscina/') || url.endsWith('/pipeline/threads.ts')],
  ['database client', ({ url }) => /\/(pg|pg-protocol|pg-pool|pg-boss)\//.test(url) || url.includes('/src/db/')],
];

/** Leaves that do nothing; a thread of the pool that has no task sleeps inside a call. */
const idle = new Set(['(idle)', '(root)', 'atomicsWaitLoop']);
/** What happens before and after the batch and is not counted with it. */
const beside = (url: string) => url.startsWith('node:internal/modules/') || /\/(belt-proof|app)\.ts$/.test(url);

/** `folder`: where the processes have left their profiles; none may be running any more. */
export async function readStages(folder: string): Promise<StageShare[]> {
  const times = { main: new Map<string, number>(), workers: new Map<string, number>() };
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.cpuprofile')) continue;
    const profile = JSON.parse(await readFile(join(folder, name), 'utf8')) as Profile;
    const isWorker = profile.nodes.some(({ callFrame }) => callFrame.url.includes('/pipeline/produce-thread.ts'));
    addUp(profile, isWorker ? workerStages : mainStages, times[isWorker ? 'workers' : 'main']);
  }
  return (['workers', 'main'] as const).flatMap((thread) => {
    const total = [...times[thread].values()].reduce((sum, time) => sum + time, 0);
    return [...times[thread]]
      .sort((a, b) => b[1] - a[1])
      .map(([stage, time]) => ({ thread, stage, share: time / total }));
  });
}

function addUp({ nodes, samples, timeDeltas }: Profile, stages: typeof mainStages, times: Map<string, number>): void {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const known = new Map<number, string | undefined>();
  const stageOf = (leaf: number): string | undefined => {
    const { functionName } = frames.get(leaf) as Frame;
    if (idle.has(functionName)) return undefined;
    if (functionName === '(garbage collector)') return 'garbage collection';
    for (let at: number | undefined = leaf; at !== undefined; at = parents.get(at)) {
      const frame = frames.get(at) as Frame;
      if (beside(frame.url)) return undefined;
      const found = stages.find(([, knows]) => knows(frame));
      if (found) return found[0];
    }
    return functionName === '(program)' ? 'native, unnamed' : 'the rest';
  };
  samples.forEach((id, at) => {
    if (!known.has(id)) known.set(id, stageOf(id));
    const stage = known.get(id);
    if (stage !== undefined) times.set(stage, (times.get(stage) ?? 0) + (timeDeltas[at] as number));
  });
}
