/** The program of the worker threads, but for items whose course says what is to become of the thread. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { AcceptedItem } from '../../src/db/items.ts';
import { readBlock } from '../../src/ingest/source.ts';
import {
  acceptRows as accept,
  type Produced,
  produceItems as produce,
  type Refused,
  type Thrown,
} from '../../src/pipeline/produce-thread.ts';
import { countProgress } from '../../src/pipeline/thread-watch.ts';

export {
  drawDocument,
  drawItem,
  drawSample,
  issueOne,
  prefixOf,
  produceUpload,
  provePage,
} from '../../src/pipeline/produce-thread.ts';

const deaths: Record<string, () => unknown> = {
  exits: () => process.exit(0),
  throws: () =>
    setImmediate(() => {
      throw new Error('outside of any promise');
    }),
  hangs: () => {
    for (;;);
  },
  sleeps: () => sleep(2 ** 30),
  eats: () => {
    for (const eaten: number[][] = []; ; ) eaten.push(new Array<number>(100_000).fill(eaten.length));
  },
};

async function die(course: string | undefined): Promise<void> {
  const death = deaths[/^it (\w+) here$/.exec(course ?? '')?.[1] ?? ''];
  if (!death) return;
  await death();
  await sleep(2 ** 30);
}

export async function acceptRows(task: Parameters<typeof accept>[0]): ReturnType<typeof accept> {
  countProgress(task.progress);
  for (const { cells } of readBlock(task.block))
    if (cells.includes('at once')) await die(cells.find((cell) => /^it /.test(cell)));
  return accept(task);
}

type Nonsense = (answer: Produced) => Produced;
const lies: Record<string, Nonsense> = {
  'an item is missing': (answer) => ({ ...answer, issued: JSON.stringify(JSON.parse(answer.issued).slice(1)) }),
  'an item comes twice': (answer) => ({
    ...answer,
    issued: JSON.stringify([...JSON.parse(answer.issued), JSON.parse(answer.issued)[0]]),
  }),
  'the pack is short': (answer) => ({ ...answer, pack: answer.pack.subarray(1) }),
  'nothing is answered': (answer) => ({ ...answer, pack: new Uint8Array(0), issued: '[]' }),
};

export async function produceItems(task: Parameters<typeof produce>[0]): Promise<Produced | Refused | Thrown> {
  countProgress(task.progress);
  const courses = task.items.map((item: AcceptedItem) => String(item.fields.Course));
  for (const course of courses) await die(course);
  const answer = await produce(task);
  const lie = courses.map((course) => lies[course]).find((one) => one !== undefined);
  if (!lie || 'refused' in answer || 'thrown' in answer) return answer;
  // Handed over by `move`, which the lie must not be.
  const { pack, prefixHash, issued, failed } = (Reflect.get(answer, keptUnder(answer)) ?? answer) as Produced;
  return lie({ pack, prefixHash, issued, failed });
}

/** The symbol under which `move` keeps the value. */
const keptUnder = (answer: object): symbol =>
  Object.getOwnPropertySymbols(answer).find((symbol) => /value/i.test(String(symbol))) ?? Symbol('none');
