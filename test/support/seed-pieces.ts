/** Whether the pieces of a print run of the documented order are what was ordered, told by words that stand on one page or one address alone. */

import assert from 'node:assert/strict';
import type { ShopRun } from './print-shop.ts';
import { pageWord, seedJobs, seedRecipients, senderWord } from './seed-order.ts';

/** Each piece has its own pages, its own address and its own sender, and nothing of any other's, whoever reads it. */
export async function assertSeedRun(
  run: ShopRun,
  readers: Record<string, (pdf: Buffer) => Promise<string[]>>,
): Promise<void> {
  for (const [reader, read] of Object.entries(readers)) {
    const pages = await read(run.pdf);
    assert.equal(pages.length, run.pages, reader);
    let next = 1;
    for (const piece of run.pieces) {
      const [first, last] = [Number(piece.pdfFirst), Number(piece.pdfLast)];
      assert.equal(first, next, 'pieces follow each other without a gap');
      next = last + 1;
      const text = pages.slice(first - 1, last).join('\n');
      assert.deepEqual(wordsOn(text), wordsOf(piece.uniqueId as string), `${reader}, ${run.folder}, ${piece.uniqueId}`);
      assert.ok(piece.returnAddress?.startsWith(senderWord(jobOf(piece.uniqueId as string))));
      assert.ok(text.includes(piece.code as string), `${reader} finds the code of ${piece.uniqueId}`);
    }
    assert.equal(next, run.pages + 1);
  }
}

const jobOf = (uniqueId: string) => seedRecipients.find((one) => one.uniqueId === uniqueId)?.job as number;
const everyWord = [...Array(20).keys()].map((page) => pageWord(page + 1));
const everyName = seedRecipients.map(({ name }) => name.split(',')[0] as string);
const everySender = seedJobs.map((_, index) => senderWord(index));

/** Of all the words that stand on one page or one address alone, those that are found, each as often as it is. */
function wordsOn(text: string): string[] {
  return [...everyWord, ...everyName, ...everySender]
    .flatMap((one) => Array(text.split(one).length - 1).fill(one))
    .sort();
}

function wordsOf(uniqueId: string): string[] {
  const recipient = seedRecipients.find((one) => one.uniqueId === uniqueId);
  const job = seedJobs[recipient?.job ?? -1];
  assert.ok(recipient && job);
  const pages = everyWord.slice(job.firstPage - 1, job.lastPage);
  // An envelope with one window has the sender printed on itself.
  const sender = /Open Window/.test(job.options.envelope ?? '') ? [] : [senderWord(recipient.job)];
  return [...pages, recipient.name.split(',')[0] as string, ...sender].sort();
}
