/** Which documents are not printed and mailed, with which words, and how large the pages of the others are. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { deflateSync } from 'node:zlib';
import {
  bomb,
  type Corpus,
  catalog,
  everywhere,
  one,
  onScreen,
  withObjects,
} from '../../../test/corpora/pdf-mail/hostile-pdfs.ts';
import { longTest } from '../../../test/support/rounds.ts';
import { type Objects, pageObjects, stream, streamPdf, tablePdf } from '../../../test/support/uploaded-pdf.ts';
import type { ChanceryError } from '../../errors.ts';
import { judgeMailPdf } from './judge-mail-pdf.ts';
import { kindOfUpload } from './upload-kind.ts';

function judged(bytes: Buffer): string | number {
  try {
    return kindOfUpload(bytes) === 'pdf' ? judgeMailPdf(bytes).pages : 'not a PDF';
  } catch (error) {
    const reason = (error as ChanceryError).issues?.[0]?.params?.reason;
    if (typeof reason !== 'string') throw error;
    return reason;
  }
}

const page = (entries: string) => withObjects({ 4: `<</Type/Page/Parent 2 0 R/Contents 5 0 R${entries}>>` });
const tooMuch = deflateSync(Buffer.alloc(201_000_000)).toString('latin1');
const picture = (size: string) => withObjects({ 9: bomb.replace('<<', `<</Subtype/Image/${size}`) });

const refused: Corpus = {
  ...everywhere,
  'has more than 5,000 pages': [tablePdf(pageObjects(5_001)), /more than 5000 pages; upload less/],
  'has a stream that unpacks to 200 MB': [
    withObjects({ 9: stream(tooMuch, '/Filter/FlateDecode') }),
    /far more than its size/,
  ],
  'calls a bomb a picture of one pixel': [picture('Width 1/Height 1'), /far more than its size/],
  'has pages without a size': [withObjects({ 2: '<</Type/Pages/Count 1/Kids[4 0 R]>>' }), /a page has no size/],
  'has a page that is a line': [page('/MediaBox[0 0 0 842]'), /too small or too large/],
  'has a page as large as a house': [page('/MediaBox[0 0 15000 842]'), /too small or too large/],
  'has a page that its unit makes as large': [page('/UserUnit 1000'), /too small or too large/],
  'has a page of no unit': [page('/UserUnit -1'), /too small or too large/],
};

for (const [what, [bytes, words]] of Object.entries(refused))
  test(`a document that ${what} is not mailed`, () => {
    const reason = String(judged(bytes));
    assert.match(reason, words);
    assert.match(reason, /; (open|save|print|upload|make) |, which a letter must not; print/, 'it names no remedy');
    assert.doesNotMatch(reason, /certificate/);
  });

const accepted: Record<string, [Buffer, number]> = {
  'has 5,000 pages': [tablePdf(pageObjects(5_000)), 5_000],
  'keeps its objects in object streams': [streamPdf(pageObjects(700)), 700],
  'says where to begin reading': [catalog('/OpenAction[4 0 R/XYZ null null null]'), 1],
  'has a scan that unpacks to 110 MB': [picture('Width 6000/Height 6000'), 1],
  ...Object.fromEntries(Object.entries(onScreen).map(([what, [bytes]]) => [what, [bytes, 1]])),
};

for (const [what, [bytes, pages]] of Object.entries(accepted))
  test(`a document that ${what} is mailed`, () => {
    assert.equal(judged(bytes), pages);
  });

longTest('a document that has 400,000 objects is mailed', () => {
  assert.equal(judged(tablePdf(objects(400_000))), 1);
});

function objects(count: number): Objects {
  const all = pageObjects(1);
  for (let number = 6; number <= count; number++) all[number] = '<</S/P/K[0]>>';
  return all;
}

test('sizes are those of the pages as they are seen, one for each run of equal pages', () => {
  const kids: Objects = {
    2: '<</Type/Pages/Count 7/MediaBox[0 0 612 792]/Kids[4 0 R 6 0 R 8 0 R 10 0 R]>>',
    4: '<</Type/Page/Parent 2 0 R>>',
    6: '<</Type/Page/Parent 2 0 R/CropBox[0 0 612.001 792]>>',
    8: '<</Type/Pages/Parent 2 0 R/Count 4/Rotate 90/MediaBox[0 100 300.123 500]/Kids[12 0 R 13 0 R 14 0 R 15 0 R]>>',
    10: '<</Type/Page/Parent 2 0 R/CropBox[900 900 950 950]/UserUnit 2>>',
    12: '<</Type/Page/Parent 8 0 R>>',
    13: '<</Type/Page/Parent 8 0 R/CropBox[300 400 20 0]>>',
    14: '<</Type/Page/Parent 8 0 R/Rotate -180>>',
    15: '<</Type/Page/Parent 8 0 R/Rotate 0/MediaBox 16 0 R>>',
    16: '[0 0 288 17 0 R]',
    17: '432',
  };
  assert.deepEqual(judgeMailPdf(withObjects(kids)), {
    pages: 7,
    pageSizes: [
      [1, 612, 792],
      [3, 400, 300.12],
      [4, 300, 280],
      [5, 300.12, 400],
      [6, 288, 432],
      [7, 1224, 1584],
    ],
  });
});

test('any damage to any byte ends in a verdict, never in a crash or a hang', () => {
  for (const file of [one, streamPdf(pageObjects(2))])
    for (let at = 0; at < file.length; at += 3) {
      const broken = Buffer.from(file);
      broken[at] = (broken[at] as number) ^ (1 << (at % 8));
      judged(broken);
      judged(file.subarray(0, at));
    }
});
