/** Kill -9 while print runs are composed and given to a folder and to a printer: nothing is printed twice, nothing is lost. All points: test/faults. */

import { after, test } from 'node:test';
import { noPrinter, startPrinter } from '../support/ippeveprinter.ts';
import { plannedRuns, playPrintKills } from '../support/print-crash.ts';

const folders = await plannedRuns(['folder', 'folder']);
const printers = await plannedRuns(['ipp', 'ipp']);
after(() => Promise.all([folders.snapshot.end(), printers.snapshot.end()]));

test('killed on the way to a folder', async () => {
  await playPrintKills(folders, [
    ['compose-after-files', 1],
    ['post-after-claim', 1],
    ['post-after-send', 1],
  ]);
});

test('killed on the way to a printer', { skip: noPrinter }, async () => {
  await using printer = await startPrinter();
  await playPrintKills(
    printers,
    [
      ['post-after-begin', 1],
      ['post-after-send', 1],
      ['post-before-commit', 1],
    ],
    printer,
  );
});
