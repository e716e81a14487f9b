/** Kill -9 at every point on the way of print runs to a folder and to a printer, in every order that a seed gives. */

import { after, test } from 'node:test';
import { noPrinter, startPrinter } from '../support/ippeveprinter.ts';
import { type PrintKill, plannedRuns, playPrintKills } from '../support/print-crash.ts';
import { printedSeed, seeded } from '../support/seeded.ts';
import { pointsOf } from './kill-points.ts';

const random = seeded(printedSeed());
/** More runs than any plan below can bring to their carrier before its last kill. */
const folders = await plannedRuns(Array.from({ length: 12 }, () => 'folder'));
const printers = await plannedRuns(['ipp', 'folder', 'ipp', 'ipp']);
after(() => Promise.all([folders.snapshot.end(), printers.snapshot.end()]));

const points = pointsOf('print-crash.long.ts');
const compose = points.filter((name) => name.startsWith('compose-'));
const post = points.filter((name) => name.startsWith('post-'));
const shuffled = <T>(all: readonly T[]) =>
  all
    .map((one) => [random(), one] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, one]) => one);

const at = (points: readonly PrintKill[0][], passage: number) =>
  shuffled(points).map((point): PrintKill => [point, passage]);
for (const plan of [[...at(compose, 1), ...at(post, 1)], [...at(compose, 2), ...at(post, 1)], at(post, 2)])
  test(`to a folder: ${plan.map(([point, passage]) => `${point}@${passage}`).join(', ')}`, () =>
    playPrintKills(folders, plan));

for (const point of post)
  test(`to a printer: ${point}, at the first and at the second run`, { skip: noPrinter }, async () => {
    await using printer = await startPrinter();
    await playPrintKills(
      printers,
      [
        [point, 1],
        [point === 'post-after-commit' ? 'post-after-claim' : point, 1],
      ],
      printer,
    );
  });
