/** Documents that are to be mailed, judged by the process that does it: large ones, empty ones, broken ones, and files that cannot be read to their end. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { catalog, everywhere, one, withObjects } from '../../../test/corpora/pdf-mail/hostile-pdfs.ts';
import { rounds } from '../../../test/support/rounds.ts';
import { pageObjects, tablePdf } from '../../../test/support/uploaded-pdf.ts';
import type { ChanceryError } from '../../errors.ts';
import { renderPreview } from '../preview.ts';
import { judgeMailDocument } from './judge-mail-document.ts';

async function* inPieces(bytes: Buffer, failAfter = Number.POSITIVE_INFINITY) {
  for (let at = 0; at < bytes.length; at += 65_536) {
    if (at >= failAfter) throw new Error('the store is gone');
    yield bytes.subarray(at, at + 65_536);
  }
}

const verdict = (bytes: Buffer) =>
  judgeMailDocument(inPieces(bytes)).then(
    ({ pages, pageSizes }) => `${pages}: ${pageSizes.map((size) => size.join(' ')).join(', ')}`,
    (error: ChanceryError) => String(error.issues?.[0]?.params?.reason ?? error),
  );

/** Pages with a picture each; 2,000 are 200 MB that cannot be packed. */
function large(count: number): Buffer {
  const objects = pageObjects(count);
  const pixels = randomBytes(320 * 320).toString('latin1');
  for (let at = 0; at < count; at++)
    objects[2 * count + 100 + at] =
      `<</Type/XObject/Subtype/Image/Width 320/Height 320/ColorSpace/DeviceGray/BitsPerComponent 8/Length ${pixels.length}>>stream\n${pixels}\nendstream`;
  return tablePdf(objects);
}

const pages = rounds(200, 2_000);

test(`${pages} pages and ${pages / 10} MB are read as a stream and judged`, async () => {
  const bytes = large(pages);
  assert.ok(bytes.length > pages * 100_000);
  assert.equal(await verdict(bytes), `${pages}: 1 595 842`);
});

test('whatever is wrong, the answer is a sentence', async () => {
  const cases: [Buffer, RegExp][] = [
    [Buffer.alloc(0), /the file is empty/],
    [Buffer.from('PK\x03\x04 a spreadsheet'), /not a PDF; save it as one/],
    [Buffer.concat([Buffer.from('\n'), one]), /something else stands before the beginning/],
    [Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(250_000_000, ' ')]), /more than 250 MB/],
    [catalog('/OpenAction<</S/JavaScript/JS(1)>>'), /action on opening/],
    [everywhere['is encrypted']?.[0] as Buffer, /encrypted/],
    [one.subarray(0, 400), /cut off/],
    [withObjects({ 4: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 3 14000]>>' }), /first page cannot be drawn/],
  ];
  assert.deepEqual(
    (await Promise.all(cases.map(async ([bytes, words]) => [await verdict(bytes), words] as const))).filter(
      ([said, words]) => !words.test(said),
    ),
    [],
  );
});

test('a file that cannot be read to its end is not called damaged: whoever reads it learns why', async () => {
  await assert.rejects(judgeMailDocument(inPieces(large(20).subarray(0, 1_000_000), 500_000)), /the store is gone/);
});

test('where a reader shows another number of pages than the file says, it is not drawn', async () => {
  const file = tablePdf(pageObjects(2));
  assert.ok((await renderPreview(file, { width: 100, pages: 2 })).length > 0);
  await assert.rejects(renderPreview(file, { width: 100, pages: 3 }), (error: ChanceryError) =>
    /another number of pages/.test(String(error.issues[0]?.params?.reason)),
  );
});
